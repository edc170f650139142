import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Span } from './api.ts'
import { joined, layered } from './spans.ts'

const span = (type: 'recorded' | 'gap') =>
  fc
    .tuple(fc.nat(1000), fc.integer({ min: 1, max: 200 }))
    .map(
      ([from, length]): Span =>
        type === 'gap' ? { type, from, to: from + length, reason: 'camera_away' } : { type, from, to: from + length },
    )

test('layers lie on top of each other: sorted, disjoint, inside the range, and the upper one wins', () => {
  fc.assert(
    fc.property(fc.array(span('gap')), fc.array(span('recorded')), (upper, lower) => {
      const spans = layered([upper, lower], 100, 900)
      for (const [i, { from, to }] of spans.entries()) {
        expect(from).toBeLessThan(to)
        expect(from).toBeGreaterThanOrEqual(100)
        expect(to).toBeLessThanOrEqual(900)
        expect(from).toBeGreaterThanOrEqual(spans[i - 1]?.to ?? 0)
      }
      const at = (list: readonly Span[], time: number) => list.find(({ from, to }) => from <= time && time < to)?.type
      for (let time = 100; time < 900; time += 7) expect(at(spans, time)).toBe(at(upper, time) ?? at(lower, time))
    }),
  )
})

test('stretches that nearly touch are one', () => {
  const stretches = [
    { from: 20, to: 30 },
    { from: 0, to: 10 },
    { from: 12, to: 15 },
    { from: 5, to: 8 },
  ]
  expect(joined(stretches, 2)).toEqual([
    { from: 0, to: 15 },
    { from: 20, to: 30 },
  ])
})
