import { expect, test } from 'vitest'
import { Bucket } from './bucket.ts'

test('gives a second’s worth at once, then as time goes, and saves up no more', () => {
  let now = 0
  const bucket = new Bucket(4, () => now)
  const taken = (): number => {
    let count = 0
    while (bucket.take()) count++
    return count
  }
  expect(taken()).toBe(4)
  now += 249
  expect(taken()).toBe(0)
  now += 1
  expect(taken()).toBe(1)
  now += 500
  expect(taken()).toBe(2)
  now += 3_600_000
  expect(taken()).toBe(4)
})
