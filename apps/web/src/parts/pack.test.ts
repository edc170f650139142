import { array, assert, double, integer, property } from 'fast-check'
import { describe, expect, test } from 'vitest'
import { pack, type Spot } from './pack.ts'

const WIDE = 16 / 9
/** How many pictures each row has. */
function rows(spots: readonly Spot[]): readonly number[] {
  const tops = [...new Set(spots.map(spot => spot.y))]
  return tops.map(top => spots.filter(spot => spot.y === top).length)
}
const wall = (count: number, width: number, height: number, fill = false): readonly number[] =>
  rows(pack(new Array(count).fill(WIDE), { width, height, gap: 8, smallest: 160, fill }).spots)

describe('pack', () => {
  test('gives one camera the whole box, without cutting its picture', () => {
    const { spots } = pack([WIDE], { width: 1000, height: 800, gap: 8, smallest: 160 })
    expect(spots).toEqual([{ x: 0, y: 0, width: 1000, height: 562.5 }])
  })

  test('lays a wide window out in rows that look meant', () => {
    expect([1, 2, 3, 4, 6, 9, 16].map(count => wall(count, 1000, 780))).toEqual([
      [1],
      [1, 1],
      [1, 2],
      [2, 2],
      [2, 2, 2],
      [3, 3, 3],
      [4, 4, 4, 4],
    ])
  })

  test('stacks a few cameras on a phone, and pairs many', () => {
    expect(wall(3, 374, 760, true)).toEqual([1, 1, 1])
    expect(wall(12, 374, 760, true)).toEqual([2, 2, 2, 2, 2, 2])
  })

  test('fills the width of a phone, however many there are', () => {
    const { spots } = pack([3 / 4, WIDE, WIDE, WIDE], { width: 374, height: 760, gap: 8, smallest: 160, fill: true })
    for (const top of new Set(spots.map(spot => spot.y))) {
      const row = spots.filter(spot => spot.y === top)
      expect(row.reduce((wide, spot) => wide + spot.width, 8 * (row.length - 1))).toBeCloseTo(374, 6)
    }
  })

  test('gives a tall doorbell its own shape beside wide cameras', () => {
    const { spots } = pack([WIDE, 3 / 4, WIDE], { width: 1200, height: 700, gap: 8, smallest: 160 })
    expect(spots.map(spot => Number((spot.width / spot.height).toFixed(3)))).toEqual([1.778, 0.75, 1.778])
  })

  test('keeps every shape, overlaps nothing and stays within the width', () => {
    assert(
      property(
        array(double({ min: 0.4, max: 3, noNaN: true }), { minLength: 1, maxLength: 12 }),
        integer({ min: 320, max: 2600 }),
        integer({ min: 200, max: 1600 }),
        (aspects, width, height) => {
          const { spots } = pack(aspects, { width, height, gap: 8, smallest: 120 })
          expect(spots).toHaveLength(aspects.length)
          spots.forEach((spot, i) => {
            expect(spot.width / spot.height).toBeCloseTo(aspects[i] ?? 0, 6)
            expect(spot.x).toBeGreaterThanOrEqual(-1e-6)
            expect(spot.x + spot.width).toBeLessThanOrEqual(width + 1e-6)
            for (const other of spots.slice(i + 1)) {
              const apart = other.y >= spot.y + spot.height + 8 - 1e-6 || other.x >= spot.x + spot.width + 8 - 1e-6
              expect(apart).toBe(true)
            }
          })
        },
      ),
      { numRuns: 60 },
    )
  })
})
