import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Context } from '../context.ts'
import { createOutput } from '../output.ts'
import { startOver } from './fresh.ts'

let dataDir = ''
const key = () => join(dataDir, 'home', 'keys', 'a')
const theirs = () => join(dataDir, 'holiday.jpg')
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'fresh-'))
  mkdirSync(join(dataDir, 'home', 'keys'), { recursive: true })
  writeFileSync(key(), 'secret')
  writeFileSync(theirs(), 'not ours')
})
afterEach(() => rmSync(dataDir, { recursive: true }))

const context = (answer?: boolean) => {
  const asked: string[] = []
  const stream = { write: () => true }
  const made: Context = {
    language: 'en',
    out: createOutput({ stdout: stream, stderr: stream, env: {} }, false),
    ask: {
      text: async () => '',
      secret: async () => '',
      stdinLine: async () => '',
      possible: answer !== undefined,
      yes: async question => {
        asked.push(question)
        return answer === true
      },
    },
    clock: Date,
    env: {},
    dataDir,
    invocation: 'hausrecht',
    version: '0.1.0',
    signal: new AbortController().signal,
  }
  return { made, asked }
}

test('it says what goes, asks, and leaves what is not ours', async () => {
  const { made, asked } = context(true)
  await startOver(made, false)
  expect(asked[0]).toContain('one file, 6 B')
  expect([existsSync(key()), existsSync(theirs())]).toEqual([false, true])
})

test('no is no', async () => {
  await expect(startOver(context(false).made, false)).rejects.toMatchObject({ code: 'declined' })
  expect(existsSync(key())).toBe(true)
})

test('when nobody can be asked it needs --yes', async () => {
  await expect(startOver(context().made, false)).rejects.toMatchObject({ code: 'needs_yes' })
  expect(existsSync(key())).toBe(true)
  const { made, asked } = context()
  await startOver(made, true)
  expect([existsSync(key()), asked.length]).toEqual([false, 0])
})
