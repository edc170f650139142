import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { decodeTimes, durationsOf, isCutPoint } from './dts.ts'

const offsets = (pts: readonly number[]): number[] => decodeTimes(pts).map(time => time.compositionOffset)

/** Decode order of a pyramid of B-frames between two anchors: the middle first, then both halves. */
const pyramid = (low: number, high: number): number[] => {
  if (high - low < 2) return []
  const middle = (low + high) >> 1
  return [middle, ...pyramid(low, middle), ...pyramid(middle, high)]
}

describe('decode times', () => {
  test('without B-frames they are the presentation times', () => {
    expect(decodeTimes([3600, 7200, 10_800])).toEqual([
      { dts: 3600, compositionOffset: 0 },
      { dts: 7200, compositionOffset: 0 },
      { dts: 10_800, compositionOffset: 0 },
    ])
  })

  test('I P B B P B B: the P waits, the B-frames go back', () => {
    expect(offsets([0, 3, 1, 2, 6, 4, 5])).toEqual([0, 2, -1, -1, 2, -1, -1])
  })

  test('an open group: pictures decoded after the I-frame and shown before it', () => {
    const times = decodeTimes([11, 9, 10, 14, 12, 13])
    expect(times.map(time => time.dts)).toEqual([9, 10, 11, 12, 13, 14])
    expect(times.map(time => time.dts + time.compositionOffset)).toEqual([11, 9, 10, 14, 12, 13])
  })

  test('pyramids of any depth keep their presentation times, and decode times never go back', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 16 }), { minLength: 1, maxLength: 12 }), groups => {
        const pts = [0]
        let anchor = 0
        for (const size of groups) {
          pts.push(anchor + size, ...pyramid(anchor, anchor + size))
          anchor += size
        }
        const times = decodeTimes(pts.map(time => time * 3600))
        expect(times.map(time => time.dts + time.compositionOffset)).toEqual(pts.map(time => time * 3600))
        expect(times.map(time => time.dts)).toEqual(pts.map((_, i) => i * 3600))
      }),
    )
  })

  test('under any timestamps at all they rise strictly and start at the smallest', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -1000, max: 1000 }), { minLength: 1, maxLength: 60 }), pts => {
        const times = decodeTimes(pts)
        times.reduce((before, { dts }) => {
          expect(dts).toBeGreaterThan(before)
          return dts
        }, Number.NEGATIVE_INFINITY)
        expect(times[0]?.dts).toBe(Math.min(...pts))
        expect(times.reduce((sum, time) => sum + time.compositionOffset, 0)).toBe(0)
      }),
    )
  })

  test('objects cut at cut points do not overlap', () => {
    const pts = [0, 4, 2, 1, 3, 8, 6, 5, 7, 12, 10, 9, 11]
    const parts: number[][] = []
    let latest = Number.NEGATIVE_INFINITY
    for (const time of pts) {
      if (isCutPoint(time, latest)) parts.push([])
      parts.at(-1)?.push(time)
      latest = Math.max(latest, time)
    }
    expect(parts).toEqual([[0], [4, 2, 1, 3], [8, 6, 5, 7], [12, 10, 9, 11]])
    expect(parts.flatMap(part => decodeTimes(part).map(time => time.dts))).toEqual(pts.map((_, i) => i))
  })

  test('durations reach to the next frame; the last one to the end, or as long as the one before', () => {
    expect(durationsOf([0, 40, 90], 120, 1)).toEqual([40, 50, 30])
    expect(durationsOf([0, 40, 90], null, 1)).toEqual([40, 50, 50])
    expect(durationsOf([0, 40, 90], 80, 1)).toEqual([40, 50, 50])
    expect(durationsOf([7], null, 3600)).toEqual([3600])
  })
})
