import { concat } from '@hausrecht/crypto/bytes'
import type { Fragment } from './fragment-read.ts'

/** A fragment that can be decoded without what came before it; null when it has no key frame. */
export type Trimmed = {
  readonly fragment: Fragment
  /** How many samples were left out. */
  readonly dropped: number
  /** How much later the first presentation is, in ticks. */
  readonly later: number
}

/**
 * Leaves out the samples before the first key frame, and its leading pictures: those that are decoded after it and shown before it (open
 * groups of pictures; they need what came before). Time stays as it was: what is left out is added to the sample before it.
 */
export function trimToSync(fragment: Fragment): Trimmed | null {
  const first = fragment.sync.indexOf(1)
  if (first < 0) return null
  const times = presentationTimes(fragment)
  const key = times[first] ?? 0
  let last = first + 1
  while (last < times.length && fragment.sync[last] === 0 && (times[last] ?? 0) < key) last++
  if (first === 0 && last === 1) return { fragment, dropped: 0, later: 0 }
  const kept = (i: number): boolean => i === first || i >= last
  const keep = <T extends Uint32Array | Int32Array | Uint8Array>(table: T) => table.filter((_, i) => kept(i))
  const durations = Uint32Array.from(keep(fragment.durations))
  for (let i = first + 1; i < last; i++) durations[0] = (durations[0] ?? 0) + (fragment.durations[i] ?? 0)
  const [start, keyEnd, rest] = [
    byteOffset(fragment, first),
    byteOffset(fragment, first + 1),
    byteOffset(fragment, last),
  ]
  const dropped = last - 1
  return {
    fragment: {
      ...fragment,
      sizes: Uint32Array.from(keep(fragment.sizes)),
      durations,
      compositionOffsets: Int32Array.from(keep(fragment.compositionOffsets)),
      sync: Uint8Array.from(keep(fragment.sync)),
      data:
        keyEnd === rest
          ? fragment.data.subarray(start)
          : concat(fragment.data.subarray(start, keyEnd), fragment.data.subarray(rest)),
    },
    dropped,
    later: least(times.filter((_, i) => kept(i))) - least(times),
  }
}

/** Presentation times, counted from the fragment's first decode time. Ticks. */
function presentationTimes(fragment: Fragment): number[] {
  let time = 0
  return Array.from(fragment.durations, (duration, i) => {
    const shown = time + (fragment.compositionOffsets[i] ?? 0)
    time += duration
    return shown
  })
}

const least = (values: readonly number[]): number =>
  values.reduce((least, value) => Math.min(least, value), Number.POSITIVE_INFINITY)

function byteOffset(fragment: Fragment, sample: number): number {
  let offset = 0
  for (let i = 0; i < sample; i++) offset += fragment.sizes[i] ?? 0
  return offset
}
