import { expect, test } from 'vitest'
import { bar, createRate } from './bar.ts'

test('the bar fills by eighths and never leaves its width', () => {
  expect(bar(0, 4)).toBe('····')
  expect(bar(0.5, 4)).toBe('██··')
  expect(bar(0.53125, 4)).toBe('██▏·')
  expect(bar(2, 4)).toBe('████')
  for (let i = 0; i <= 100; i++) expect([...bar(i / 100, 10)]).toHaveLength(10)
})

test('the rate is that of the last seconds, and says how long the rest takes', () => {
  const rate = createRate(1000)
  expect(rate(0, 0)).toEqual({ perSecond: 0, remainingMs: undefined })
  expect(rate(100, 1000)).toEqual({ perSecond: 100, remainingMs: 9000 })
  for (let s = 2; s <= 20; s++) rate(100 + s, s * 1000)
  expect(rate(121, 21_000).perSecond).toBeCloseTo(1, 5)
})
