import fc from 'fast-check'
import { expect, test } from 'vitest'
import { JUMP_S, LivePace, TARGET_MOST_S, TARGET_S } from './pace.ts'

/** Plays for `seconds`, `behind` at first; the newest part moves at one second a second. */
function play(pace: LivePace, behind: number, seconds: number): { behind: number; rates: Set<number>; jumps: number } {
  const rates = new Set<number>()
  let jumps = 0
  for (let now = 0; now < seconds; now += 0.1) {
    const decided = pace.decide(behind, now)
    if (decided.type === 'jump') {
      jumps++
      behind = decided.to
    } else {
      rates.add(decided.rate)
      behind += 0.1 * (1 - decided.rate)
    }
  }
  return { behind, rates, jumps }
}

test('drift is caught up by rate alone, until it is near the target', () => {
  fc.assert(
    fc.property(fc.double({ min: 0, max: TARGET_S + JUMP_S, noNaN: true }), start => {
      const { behind, jumps } = play(new LivePace(), start, 60)
      expect(jumps).toBe(0)
      expect(Math.abs(behind - TARGET_S)).toBeLessThan(0.2)
    }),
  )
})

test('near the target the rate is left alone', () => {
  expect([...play(new LivePace(), TARGET_S + 0.1, 30).rates]).toEqual([1])
})

test('far behind is one jump', () => {
  const { behind, jumps } = play(new LivePace(), 30, 5)
  expect(jumps).toBe(1)
  expect(behind).toBeCloseTo(TARGET_S, 1)
})

test('a line that runs dry gets more room, and loses it again when it is calm', () => {
  const pace = new LivePace()
  for (let i = 0; i < 100; i++) pace.dry(0)
  expect(pace.target).toBe(TARGET_MOST_S)
  play(pace, TARGET_MOST_S, 2000)
  expect(pace.target).toBe(TARGET_S)
})
