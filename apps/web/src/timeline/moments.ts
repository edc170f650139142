import type { Span } from '../engine/api.ts'

/** `count` moments of a range, evenly over what was recorded of it; evenly over all of it where nothing was. ms. */
export function recordedMoments(
  spans: readonly Pick<Span, 'type' | 'from' | 'to'>[],
  { from, to }: { readonly from: number; readonly to: number },
  count: number,
): readonly number[] {
  const recorded = spans
    .filter(span => span.type === 'recorded')
    .map(span => ({ from: Math.max(from, span.from), to: Math.min(to, span.to) }))
    .filter(span => span.to > span.from)
    .toSorted((a, b) => a.from - b.from)
  const parts = recorded.length > 0 ? recorded : [{ from, to }]
  const whole = parts.reduce((sum, part) => sum + part.to - part.from, 0)
  return Array.from({ length: count }, (_, i) => {
    let rest = ((i + 0.5) / count) * whole
    for (const part of parts) {
      const length = part.to - part.from
      if (rest <= length) return Math.round(part.from + rest)
      rest -= length
    }
    return to
  })
}
