import { expect, test } from 'vitest'
import { choose, MINUTES, PARTS } from './parts.ts'

test('without words everything runs', () => {
  expect(choose([])).toEqual({ parts: PARTS, filters: [] })
})

test('parts and groups, in their own order, and filters', () => {
  expect(choose(['unit', 'types', 'packages/tlog'])).toEqual({ parts: ['types', 'unit'], filters: ['packages/tlog'] })
  expect(choose(['fast'])?.parts).toEqual(['types', 'lint', 'dead', 'unit'])
})

test('an unknown flag is not taken for a filter', () => {
  expect(choose(['--wach'])).toBeUndefined()
})

test('the limits together stay under the forty minutes of CI, with two left for setting up', () => {
  const sum = Object.values(MINUTES).reduce((a, b) => a + b, 0)
  expect(sum).toBeLessThanOrEqual(42)
})
