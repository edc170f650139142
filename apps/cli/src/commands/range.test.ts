import { describe, expect, test } from 'vitest'
import type { Context } from '../context.ts'
import { createOutput } from '../output.ts'
import { absolute, readRangeArgs } from './range.ts'

const now = new Date(2026, 10, 23, 14, 30).getTime()
const stream = { write: () => true }
const context: Context = {
  language: 'en',
  out: createOutput({ stdout: stream, stderr: stream, env: {} }, false),
  ask: {
    possible: false,
    yes: async () => false,
    text: async () => '',
    secret: async () => '',
    stdinLine: async () => '',
  },
  clock: { now: () => now },
  env: {},
  dataDir: '',
  invocation: 'hausrecht',
  version: '',
  signal: new AbortController().signal,
}

describe('a range on the command line', () => {
  test('an end that is still to come is now', () => {
    expect(readRangeArgs(context, '14:00', '15:00')).toEqual({
      from: now - 30 * 60_000,
      to: now,
      askedTo: now + 30 * 60_000,
    })
  })

  test.each([
    ['soon', 'now', 'bad_time'],
    ['10:00', 'later', 'bad_time'],
    ['-10m', '-20m', 'bad_range'],
    ['10:00', '2026-11-23T10:00', 'bad_range'],
    ['2026-11-24', '2026-11-25', 'in_the_future'],
  ])('%s to %s is %s', (from, to, code) => {
    expect(() => readRangeArgs(context, from, to)).toThrow(expect.objectContaining({ code }))
  })

  test('written out, it means the same at any time', () => {
    const range = readRangeArgs(context, '-10m', 'now')
    const [from, to] = absolute(range)
    expect(readRangeArgs({ ...context, clock: { now: () => now + 86_400_000 } }, from, to)).toEqual(range)
  })
})
