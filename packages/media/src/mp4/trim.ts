import type { Fragment } from './fragment-read.ts'

/** A fragment without the samples before the first one that can be decoded alone; null when none can. */
export type Trimmed = {
  readonly fragment: Fragment
  /** How many samples were left out. */
  readonly dropped: number
  /** How much later the first presentation is, in ticks. */
  readonly later: number
}

export function trimToSync(fragment: Fragment): Trimmed | null {
  const first = fragment.sync.indexOf(1)
  if (first < 0) return null
  if (first === 0) return { fragment, dropped: 0, later: 0 }
  let bytes = 0
  for (let i = 0; i < first; i++) bytes += fragment.sizes[i] ?? 0
  return {
    fragment: {
      ...fragment,
      sizes: fragment.sizes.subarray(first),
      durations: fragment.durations.subarray(first),
      compositionOffsets: fragment.compositionOffsets.subarray(first),
      sync: fragment.sync.subarray(first),
      data: fragment.data.subarray(bytes),
    },
    dropped: first,
    later: firstPresentation(fragment, first) - firstPresentation(fragment, 0),
  }
}

/** The smallest presentation time of the samples from `from` on, counted from the fragment's first decode time. Ticks. */
function firstPresentation(fragment: Fragment, from: number): number {
  let time = 0
  let first = Number.POSITIVE_INFINITY
  for (let i = 0; i < fragment.sizes.length; i++) {
    if (i >= from) first = Math.min(first, time + (fragment.compositionOffsets[i] ?? 0))
    time += fragment.durations[i] ?? 0
  }
  return first
}
