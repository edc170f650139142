import { pairs } from '@hausrecht/testkit/pairs'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { atRest, type Sample, SPEED_MOST, sampled, speedOf, travelled } from './fling.ts'

const moved = (speed: number, every: number, count: number): readonly Sample[] => {
  let samples: readonly Sample[] = []
  for (let i = 0; i < count; i++) samples = sampled(samples, { at: i * every, position: i * every * speed })
  return samples
}

test('a finger that moves evenly leaves with its speed', () => {
  fc.assert(
    fc.property(fc.double({ min: -7, max: 7, noNaN: true }), fc.integer({ min: 4, max: 20 }), (speed, every) => {
      expect(speedOf(moved(speed, every, 30), 29 * every)).toBeCloseTo(speed, 6)
    }),
  )
})

test('a finger that rested, or tapped, pushes nothing', () => {
  expect(speedOf(moved(3, 10, 20), 190 + 61)).toBe(0)
  expect(speedOf(moved(3, 10, 1), 0)).toBe(0)
  expect(speedOf([], 0)).toBe(0)
  const at = [
    { at: 5, position: 0 },
    { at: 5, position: 90 },
  ]
  expect(speedOf(at, 5)).toBe(0)
})

test('no finger is faster than can be followed', () => {
  expect(speedOf(moved(90, 10, 20), 190)).toBe(SPEED_MOST)
  expect(speedOf(moved(-90, 10, 20), 190)).toBe(-SPEED_MOST)
})

test('old moves are forgotten', () => {
  expect(moved(1, 10, 500).length).toBeLessThan(15)
})

test('what was pushed slows down, never turns around, and comes to rest', () => {
  fc.assert(
    fc.property(fc.double({ min: 0.06, max: SPEED_MOST, noNaN: true }), fc.array(fc.nat(4000)), (speed, times) => {
      const places = Array.from({ length: 40 }, (_, i) => travelled(speed, i * 50))
      expect(places[0]).toBeGreaterThanOrEqual(0)
      const ways = pairs(places).map(([before, after]) => after - before)
      for (const way of ways) expect(way).toBeGreaterThanOrEqual(0)
      for (const [before, after] of pairs(ways)) expect(after).toBeLessThanOrEqual(before)
      for (const ms of times) expect(travelled(-speed, ms)).toBeCloseTo(-travelled(speed, ms), 9)
      expect(atRest(speed, 0)).toBe(false)
      expect(atRest(speed, 3000)).toBe(true)
    }),
  )
})
