import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  between,
  bounded,
  endOf,
  LEAD,
  momentAt,
  panned,
  positionOf,
  SPAN_LEAST,
  SPAN_MOST,
  type View,
  viewWith,
  zoomed,
} from './view.ts'

const NOW = Date.UTC(2026, 10, 23, 17, 42)
const lengths = fc.integer({ min: 1, max: 4000 })
const parts = fc.double({ min: 0, max: 1, noNaN: true })
const views = fc
  .record({
    start: fc.integer({ min: NOW - 400 * 86_400_000, max: NOW }),
    span: fc.integer({ min: SPAN_LEAST, max: SPAN_MOST }),
  })
  .map((view): View => view)

describe('a view', () => {
  test('finds the moment of each position and back, to a hundredth of a pixel', () => {
    fc.assert(
      fc.property(views, lengths, fc.double({ min: -5000, max: 5000, noNaN: true }), (view, length, position) => {
        expect(positionOf(view, length, momentAt(view, length, position))).toBeCloseTo(position, 2)
      }),
    )
  })

  test('keeps the moment under the finger while it zooms', () => {
    fc.assert(
      fc.property(
        views,
        lengths,
        parts,
        fc.double({ min: 0.02, max: 50, noNaN: true }),
        (view, length, part, factor) => {
          const position = part * length
          const before = momentAt(view, length, position)
          expect(Math.abs(momentAt(zoomed(view, length, factor, position), length, position) - before)).toBeLessThan(
            0.01,
          )
        },
      ),
    )
  })

  test('does not drift: a thousand pans and zooms there and back end where they began', () => {
    fc.assert(
      fc.property(
        views,
        fc.array(fc.double({ min: -300, max: 300, noNaN: true }), { maxLength: 1000 }),
        (view, moves) => {
          let moved = view
          for (const by of moves) moved = panned(moved, 1000, by)
          for (const by of moves) moved = panned(moved, 1000, -by)
          expect(Math.abs(moved.start - view.start)).toBeLessThan(view.span / 1000)
        },
      ),
      { numRuns: 20 },
    )
    // Inside the limits of zoom, where nothing is cut off.
    let moved: View = { start: NOW - 3_600_000, span: 3_600_000 }
    for (let i = 0; i < 1000; i++) moved = zoomed(moved, 1000, i % 2 === 0 ? 1.7 : 1 / 1.7, 333)
    expect(moved.span).toBeCloseTo(3_600_000, 3)
    expect(moved.start).toBeCloseTo(NOW - 3_600_000, 0)
  })

  test('goes from one minute to ninety days, and no further', () => {
    expect(viewWith(NOW, 0.5, 1).span).toBe(SPAN_LEAST)
    expect(viewWith(NOW, 0.5, 1e15).span).toBe(SPAN_MOST)
    expect(SPAN_LEAST).toBe(60_000)
    expect(SPAN_MOST).toBe(90 * 86_400_000)
  })

  test('stays inside its bounds, and what is inside stays as it is', () => {
    fc.assert(
      fc.property(views, fc.integer({ min: 0, max: 500 * 86_400_000 }), (view, age) => {
        const bounds = { from: NOW - age, to: NOW, before: LEAD, after: LEAD }
        const kept = bounded(view, bounds)
        expect(kept.span).toBe(view.span)
        expect(endOf(kept)).toBeLessThanOrEqual(NOW + LEAD * view.span + 1)
        expect(bounded(kept, bounds)).toEqual(kept)
        // Now can always be reached.
        const latest = bounded({ start: NOW, span: view.span }, bounds)
        expect(positionOf(latest, 1000, NOW)).toBeCloseTo(1000 * (1 - LEAD), 3)
      }),
    )
  })

  test('glides from one view to another without leaving what lies between', () => {
    fc.assert(
      fc.property(views, views, parts, (a, b, part) => {
        const middle = between(a, b, part)
        expect(middle.span).toBeGreaterThanOrEqual(Math.min(a.span, b.span) * (1 - 1e-9))
        expect(middle.span).toBeLessThanOrEqual(Math.max(a.span, b.span) * (1 + 1e-9))
        expect(middle.start).toBeGreaterThanOrEqual(Math.min(a.start, b.start) - 1)
        expect(middle.start).toBeLessThanOrEqual(Math.max(a.start, b.start) + 1)
        expect(between(a, b, 0)).toEqual(a)
        expect(between(a, b, 1)).toEqual(b)
      }),
    )
  })

  test('zooms about one moment while it glides', () => {
    const a = { start: NOW - 6e6, span: 7e6 }
    const b = zoomed(a, 1000, 5, 700)
    for (const part of [0.1, 0.4, 0.9]) {
      expect(momentAt(between(a, b, part), 1000, 700)).toBeCloseTo(momentAt(a, 1000, 700), 1)
    }
  })
})
