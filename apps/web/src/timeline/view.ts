/**
 * What stretch of time the ribbon shows. Positions run along the ribbon in CSS pixels, 0 at its earliest edge; a vertical ribbon, whose
 * newest edge is on top, turns them around when it draws.
 */
export type View = {
  /** The moment at position 0, ms. */
  readonly start: number
  /** From edge to edge, ms. */
  readonly span: number
}

export const SPAN_LEAST = 60_000
export const SPAN_MOST = 90 * 86_400_000

/** So much of the ribbon may lie in the future, as a part of it. */
export const LEAD = 0.08

/** Where a view may go. */
export type Bounds = {
  /** The first moment there is something to see, ms. */
  readonly from: number
  /** Now, ms. */
  readonly to: number
  /** Parts of the ribbon that may stay empty before `from` and after `to`. */
  readonly before: number
  readonly after: number
}

const within = (value: number, least: number, most: number): number => Math.min(most, Math.max(least, value))

export const msPerPixel = (view: View, length: number): number => view.span / Math.max(1, length)

export const endOf = (view: View): number => view.start + view.span

/** The position of a moment, pixels. */
export const positionOf = (view: View, length: number, at: number): number => ((at - view.start) / view.span) * length

/** The moment at a position, ms. */
export const momentAt = (view: View, length: number, position: number): number =>
  view.start + (position / Math.max(1, length)) * view.span

export const spanWithin = (span: number): number => within(span, SPAN_LEAST, SPAN_MOST)

/** The view that shows a moment at a part (0…1) of its length. */
export function viewWith(at: number, part: number, span: number): View {
  const kept = spanWithin(span)
  return { start: at - part * kept, span: kept }
}

/** What is shown after the content was moved by so many pixels towards later positions. */
export const panned = (view: View, length: number, pixels: number): View => ({
  start: view.start - pixels * msPerPixel(view, length),
  span: view.span,
})

/** Shows `factor` times as much detail; the moment at `position` stays where it is. */
export function zoomed(view: View, length: number, factor: number, position: number): View {
  const part = position / Math.max(1, length)
  return viewWith(view.start + part * view.span, part, view.span / factor)
}

/** The nearest view inside the bounds. Now stays in reach: it wins where there is not enough to fill the view. */
export function bounded(view: View, { from, to, before, after }: Bounds): View {
  const span = spanWithin(view.span)
  const latest = to + after * span - span
  const earliest = Math.min(from - before * span, latest)
  return { start: within(view.start, earliest, latest), span }
}

/** Between two views, `part` 0…1 of the way: even to the eye in zoom as in place. */
export function between(a: View, b: View, part: number): View {
  if (part <= 0) return a
  if (part >= 1) return b
  const span = a.span * (b.span / a.span) ** part
  // The moment that both show at the same place stays there; without one, the start moves evenly.
  const grown = b.span - a.span
  if (Math.abs(grown) < 1e-6 * a.span) return { start: a.start + (b.start - a.start) * part, span }
  const along = (span - a.span) / grown
  return { start: a.start + (b.start - a.start) * along, span }
}
