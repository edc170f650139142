import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { forget, GATHER_MS, rest } from './gather.ts'

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

test('one timer wakes all sockets that rest, each once, and a closed one not at all', () => {
  const sockets = Array.from({ length: 5 }, () => ({ resume: vi.fn() }))
  for (const socket of sockets) {
    rest(socket)
    rest(socket)
  }
  const [closed, ...others] = sockets
  if (closed) forget(closed)
  expect(vi.getTimerCount()).toBe(1)
  vi.advanceTimersByTime(GATHER_MS - 1)
  expect(others.some(({ resume }) => resume.mock.calls.length > 0)).toBe(false)
  vi.advanceTimersByTime(1)
  expect(others.map(({ resume }) => resume.mock.calls.length)).toEqual([1, 1, 1, 1])
  expect(closed?.resume).not.toHaveBeenCalled()
  // The next rest is a new one.
  if (others[0]) rest(others[0])
  vi.advanceTimersByTime(GATHER_MS)
  expect(others[0]?.resume).toHaveBeenCalledTimes(2)
})
