import { expect, test } from 'vitest'
import { labelsOf, lasting } from './labels.ts'

const MINUTE = 60_000

test('how long something lasted is short', () => {
  expect(lasting('en', 400)).toBe('1 sec')
  expect(lasting('en', 24 * MINUTE)).toBe('24 min')
  expect(lasting('en', 59.9 * MINUTE)).toBe('1 hr')
  expect(lasting('en', 65 * MINUTE)).toBe('1 hr 5 min')
  expect(lasting('de', 65 * MINUTE)).toBe('1 Std. 5 Min.')
  expect(lasting('de', 3 * 1440 * MINUTE)).toBe('3 Tg.')
})

test('a gap says why, a deletion that it is one, a recording nothing', () => {
  const words = { calendar: { language: 'en' }, erased: 'deleted', reason: (code: string) => `reason ${code}` }
  const [from, to] = [0, 24 * MINUTE]
  expect(labelsOf({ type: 'gap', from, to, reason: 'x' }, words)).toEqual(['reason x, 24 min', 'reason x', '24 min'])
  expect(labelsOf({ type: 'recorded', from, to }, words)).toEqual([])
})
