import { type DeviceId, deviceIdOf } from '@hausrecht/crypto/ids'
import { pairs } from '@hausrecht/testkit/pairs'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Span } from '../engine/api.ts'
import { Bars, FULL, KIND } from './bars.ts'
import { SpanIndex } from './spans.ts'

const BY: DeviceId = deviceIdOf(new Uint8Array(32))
const recorded = (from: number, to: number): Span => ({ type: 'recorded', from, to })
const gap = (from: number, to: number, reason = 'camera_away'): Span => ({ type: 'gap', from, to, reason })
const deleted = (from: number, to: number): Span => ({ type: 'deleted', from, to, at: 7, by: BY })

/** What the index must mean, one cell a ms. */
const TIME = 120
type Cell = string
const cellOf = (span: Span): Cell => (span.type === 'gap' ? `gap ${span.reason}` : span.type)
const moments = fc.integer({ min: -10, max: TIME + 10 })
const spansOf = fc
  .tuple(fc.constantFrom('recorded', 'a', 'b', 'deleted'), moments, moments)
  .map(([what, a, b]): Span => {
    const [from, to] = [Math.min(a, b), Math.max(a, b)]
    if (what === 'recorded') return recorded(from, to)
    return what === 'deleted' ? deleted(from, to) : gap(from, to, what)
  })
const edits = fc.array(fc.record({ a: moments, b: moments, spans: fc.array(spansOf, { maxLength: 6 }) }), {
  maxLength: 8,
})

function built(list: readonly { a: number; b: number; spans: readonly Span[] }[]): [SpanIndex, (Cell | null)[]] {
  const index = new SpanIndex()
  const cells: (Cell | null)[] = new Array(TIME).fill(null)
  for (const { a, b, spans } of list) {
    const [from, to] = [Math.min(a, b), Math.max(a, b)]
    index.replace(from, to, spans)
    for (let t = Math.max(0, from); t < Math.min(TIME, to); t++) {
      const on = spans.findLast(span => span.from <= t && t < span.to)
      cells[t] = on === undefined ? null : cellOf(on)
    }
  }
  return [index, cells]
}

describe('an index of spans', () => {
  test('says what the latest knowledge says, whatever overlapped', () => {
    fc.assert(
      fc.property(edits, list => {
        const [index, cells] = built(list)
        const found = cells.map((_, t) => index.at(t)).map(span => (span === null ? null : cellOf(span)))
        expect(found).toEqual(cells)
      }),
    )
  })

  test('stays sorted, disjoint, and without two that could be one', () => {
    fc.assert(
      fc.property(edits, list => {
        const [index] = built(list)
        const all = index.within(-1e9, 1e9, 1e6)
        expect(all).toHaveLength(index.size)
        for (const span of all) expect(span.to).toBeGreaterThan(span.from)
        for (const [before, span] of pairs(all)) {
          expect(span.from).toBeGreaterThanOrEqual(before.to)
          expect(span.from === before.to && cellOf(span) === cellOf(before)).toBe(false)
        }
      }),
    )
  })

  test('sums what each kind covers', () => {
    fc.assert(
      fc.property(edits, moments, moments, (list, a, b) => {
        const [index, cells] = built(list)
        const [from, to] = [Math.max(0, Math.min(a, b)), Math.min(TIME, Math.max(a, b))]
        for (const kind of ['recorded', 'gap', 'deleted'] as const) {
          const count = cells.slice(from, Math.max(from, to)).filter(cell => cell?.startsWith(kind)).length
          expect(index.covered(kind, from, to)).toBe(count)
        }
      }),
    )
  })

  test('draws in each column the kind that covers most of it', () => {
    fc.assert(
      fc.property(edits, fc.integer({ min: 1, max: 17 }), fc.integer({ min: 0, max: 30 }), (list, width, start) => {
        const [index, cells] = built(list)
        const columns = Math.floor((TIME - start) / width)
        const bars = new Bars(columns)
        index.bars(start, width, columns, bars)
        const drawn: { kind: number; fill: number }[] = Array.from({ length: columns }, () => ({ kind: 0, fill: 0 }))
        for (let i = 0; i < bars.count; i++) {
          for (let c = bars.from[i] ?? 0; c < (bars.to[i] ?? 0); c++) {
            expect(drawn[c]?.kind).toBe(0)
            drawn[c] = { kind: bars.kind[i] ?? 0, fill: bars.fill[i] ?? 0 }
          }
        }
        for (const [c, { kind, fill }] of drawn.entries()) {
          const cut = cells.slice(start + c * width, start + (c + 1) * width)
          const counts = Object.entries(KIND).map(
            ([name, k]) => [k, cut.filter(x => x?.startsWith(name)).length] as const,
          )
          const most = Math.max(...counts.map(([, n]) => n))
          expect(counts.filter(([, n]) => n === most).some(([k]) => k === kind) || most === 0).toBe(true)
          const part = Math.max(1, Math.round((most / width) * FULL))
          expect(most === 0 ? kind : fill).toBe(most === 0 ? 0 : part)
        }
      }),
    )
  })

  test('leaves nothing of what is not a stretch of time', () => {
    const index = new SpanIndex()
    index.replace(0, 100, [recorded(5, 5), recorded(Number.NaN, 50), gap(60, 40), recorded(90, 400)])
    expect(index.within(0, 1000, 10)).toEqual([recorded(90, 100)])
    index.replace(100, 0, [])
    expect(index.size).toBe(1)
    index.clear()
    expect(index.at(95)).toBeNull()
    expect(() => index.span(0)).toThrow(RangeError)
  })

  test('tells who deleted', () => {
    const index = new SpanIndex()
    index.replace(0, 100, [recorded(0, 100)])
    index.insert(deleted(40, 60))
    expect(index.within(0, 100, 9)).toEqual([recorded(0, 40), deleted(40, 60), recorded(60, 100)])
    expect(index.count(40, 61)).toBe(2)
  })
})

describe('a million segments', () => {
  const COUNT = 1_300_000
  const index = new SpanIndex()
  const start = Date.UTC(2026, 9, 20)
  const all = Array.from({ length: COUNT }, (_, i) =>
    i % 1000 === 999
      ? gap(start + i * 2000, start + i * 2000 + 1960)
      : recorded(start + i * 2000, start + i * 2000 + 1960),
  )
  index.replace(start, start + COUNT * 2000, all)

  test('are all there', () => {
    expect(index.size).toBe(COUNT)
    expect(index.span(777_777)).toEqual(all[777_777])
    expect(index.covered('recorded', start, start + COUNT * 2000)).toBe(1960 * (COUNT - COUNT / 1000))
  })

  test('cost a picture what its columns cost, at any zoom', () => {
    const bars = new Bars(2000)
    for (const msPerColumn of [30, 1000, 60_000, 1_300_000]) {
      let least = Number.POSITIVE_INFINITY
      for (let i = 0; i < 20; i++) {
        const before = process.threadCpuUsage()
        index.bars(start + i * 997, msPerColumn, 2000, bars)
        least = Math.min(least, process.threadCpuUsage(before).user / 1000)
      }
      // Of this thread's own time, ms: other work of the machine does not count. A frame has 16. Going through the spans one by one would take ten times as long.
      expect(least).toBeLessThan(6)
      expect(bars.count).toBeGreaterThan(0)
    }
  })

  test('take the newest one, and a change in the middle', () => {
    index.insert(recorded(start + COUNT * 2000, start + COUNT * 2000 + 2000))
    expect(index.size).toBe(COUNT + 1)
    index.replace(start + 2_000_000, start + 4_000_000, [deleted(start + 2_000_000, start + 4_000_000)])
    expect(index.size).toBe(COUNT + 1 - 1000 + 1)
    expect(index.covered('deleted', start, start + COUNT * 2000)).toBe(2_000_000)
  })
})
