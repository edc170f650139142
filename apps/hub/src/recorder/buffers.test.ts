import { expect, test } from 'vitest'
import { BUFFERS_KEPT, Buffers, CHUNK_BYTES, FrameMemory } from './buffers.ts'

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

test('frames share a chunk, which is used again when the last of them was released, not before', () => {
  const memory = new FrameMemory()
  const allocate = memory.allocator()
  const frames = Array.from({ length: 5 }, () => allocate(CHUNK_BYTES / 4))
  for (const [i, frame] of frames.entries()) frame.fill(i + 1)
  expect(new Set(frames.slice(0, 4).map(frame => frame.buffer)).size).toBe(1)
  expect(frames[4]?.buffer).not.toBe(frames[0]?.buffer)
  for (const frame of frames.slice(0, 3)) memory.release(frame)
  const other = memory.allocator()
  expect(other(100).buffer).not.toBe(frames[0]?.buffer)
  expect(frames[3]?.every(byte => byte === 4)).toBe(true)
  for (const frame of frames.slice(3, 4)) memory.release(frame)
  expect(memory.allocator()(100).buffer).toBe(frames[0]?.buffer)
  memory.release(new Uint8Array(5))
})

test('a frame larger than a chunk has one of its own', () => {
  const allocate = new FrameMemory().allocator()
  expect(allocate(CHUNK_BYTES * 3).length).toBe(CHUNK_BYTES * 3)
})
