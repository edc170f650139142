import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { recordedMoments } from './moments.ts'

describe('moments to show of a range', () => {
  test('lie where something was recorded', () => {
    const spans = [
      { type: 'gap', from: 0, to: 900 },
      { type: 'recorded', from: 900, to: 1000 },
    ] as const
    expect(recordedMoments(spans, { from: 0, to: 1000 }, 4)).toEqual([913, 938, 963, 988])
  })

  test('are spread over several recordings by their length', () => {
    const spans = [
      { type: 'recorded', from: -50, to: 100 },
      { type: 'recorded', from: 500, to: 800 },
    ] as const
    expect(recordedMoments(spans, { from: 0, to: 1000 }, 4)).toEqual([50, 550, 650, 750])
  })

  test('are spread over the range where nothing was recorded', () => {
    expect(recordedMoments([], { from: 0, to: 100 }, 2)).toEqual([25, 75])
  })

  test('ascend and stay in the range, whatever the spans', () => {
    const span = fc
      .tuple(fc.integer({ min: -100, max: 1100 }), fc.integer({ min: 1, max: 200 }))
      .map(([from, length]) => ({ type: 'recorded' as const, from, to: from + length }))
    fc.assert(
      fc.property(fc.array(span), fc.integer({ min: 1, max: 8 }), (spans, count) => {
        const moments = recordedMoments(spans, { from: 0, to: 1000 }, count)
        expect(moments).toHaveLength(count)
        expect(moments.every(at => at >= 0 && at <= 1000)).toBe(true)
      }),
    )
  })
})
