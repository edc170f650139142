import { expect, test } from 'vitest'
import { BUFFERS_KEPT, Buffers } from './buffers.ts'

test('gives back what was given, at the length asked for, and never one buffer to two', () => {
  const buffers = new Buffers()
  const first = buffers.take(1_000_000)
  const second = buffers.take(1_000_000)
  expect(first.length).toBe(1_000_000)
  expect(second.buffer).not.toBe(first.buffer)
  buffers.give(first)
  const third = buffers.take(900_000)
  expect(third.buffer).toBe(first.buffer)
  expect(third.length).toBe(900_000)
  expect(buffers.take(900_000).buffer).not.toBe(first.buffer)
})

test('keeps no more than its bound, and nothing small', () => {
  const buffers = new Buffers()
  const many = Array.from({ length: 20 }, () => buffers.take(1_000_000))
  for (const each of many) buffers.give(each)
  const again = Array.from({ length: 20 }, () => buffers.take(1_000_000)).filter(each =>
    many.some(old => old.buffer === each.buffer),
  )
  expect(again.length).toBe(Math.floor(BUFFERS_KEPT / (1024 * 1024)))
  const small = buffers.take(100)
  buffers.give(small)
  expect(buffers.take(100).buffer).not.toBe(small.buffer)
})
