import { expect, test } from 'vitest'
import { aheadOf, both, nextStart } from './buffer.ts'

const ranges = [
  { start: 10, end: 20 },
  { start: 30, end: 40 },
]

test('knows what lies ahead', () => {
  expect(aheadOf(ranges, 12)).toBe(8)
  expect(aheadOf(ranges, 20)).toBe(0)
  expect(aheadOf(ranges, 25)).toBe(0)
  expect(aheadOf(ranges, 29.99)).toBeCloseTo(10.01)
})

test('knows where to go on, and that there is nothing to jump over while there is something to play', () => {
  expect(nextStart(ranges, 12)).toBeNull()
  expect(nextStart(ranges, 19.95)).toBe(30)
  expect(nextStart(ranges, 25)).toBe(30)
  expect(nextStart(ranges, 2)).toBe(10)
  expect(nextStart(ranges, 45)).toBeNull()
})

test('picture and sound together', () => {
  expect(both(ranges, null)).toEqual(ranges)
  expect(both(ranges, [{ start: 15, end: 35 }])).toEqual([
    { start: 15, end: 20 },
    { start: 30, end: 35 },
  ])
  expect(both(ranges, [])).toEqual([])
})
