import type { Span } from '../../apps/web/src/engine/api.ts'
import type { SpanRange } from '../../apps/web/src/timeline/loader.ts'

/** The same every time: which of a thousand a number falls on. */
const scattered = (n: number): number => ((n * 2_654_435_761) % 2 ** 32) % 1000

/** A camera's past as a source in memory: so many spans between two moments, recorded ones of many lengths and a gap now and then. */
export function past(earliest: number, now: number, count: number): (range: SpanRange) => Promise<readonly Span[]> {
  const each = (now - earliest) / count
  const spans = Array.from({ length: count }, (_, i): Span => {
    const from = earliest + i * each
    const stretch = { from, to: from + each * (0.4 + scattered(i) / 2000) }
    return i % 7 === 0 ? { type: 'gap', reason: 'camera_unreachable', ...stretch } : { type: 'recorded', ...stretch }
  })
  return async ({ from, to }) => {
    const at = (moment: number): number => Math.min(count, Math.max(0, Math.floor((moment - earliest) / each)))
    return spans.slice(at(from), at(to) + 1).filter(span => span.to > from && span.from < to)
  }
}
