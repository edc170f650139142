/** A stretch of media time, s. */
export type Range = { readonly start: number; readonly end: number }

export const rangesOf = (ranges: TimeRanges): readonly Range[] =>
  Array.from({ length: ranges.length }, (_, i) => ({ start: ranges.start(i), end: ranges.end(i) }))

/** Nearer than this to the end of a range counts as its end, s. */
const EDGE_S = 0.08
/** A gap shorter than this is played over by the browser itself, s. */
const SMALL_S = 0.02

/** How much can be played from a moment on without a break, s; 0 outside of all ranges. */
export function aheadOf(ranges: readonly Range[], at: number): number {
  const range = ranges.find(({ start, end }) => start - SMALL_S <= at && at < end)
  return range === undefined ? 0 : range.end - at
}

/** Where to go on when nothing can be played here any more; null when something can, or nothing comes. */
export function nextStart(ranges: readonly Range[], at: number): number | null {
  if (aheadOf(ranges, at) > EDGE_S) return null
  const next = ranges.find(({ start }) => start > at)
  return next === undefined ? null : next.start
}

/** What both tracks have; one track alone where there is no other. */
export function both(a: readonly Range[], b: readonly Range[] | null): readonly Range[] {
  if (b === null) return a
  return a.flatMap(x =>
    b.flatMap(y => {
      const range = { start: Math.max(x.start, y.start), end: Math.min(x.end, y.end) }
      return range.start < range.end ? [range] : []
    }),
  )
}
