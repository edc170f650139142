import { appendFileSync, mkdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { LIMITS } from '@hausrecht/contract/limits'
import { toHex } from '@hausrecht/crypto/bytes'
import { randomBytes } from '@hausrecht/crypto/random'
import { tempFolder } from '@hausrecht/testkit/temp'
import { pino } from 'pino'
import { afterAll, beforeEach, expect, test } from 'vitest'
import type { VaultRefusal } from '../errors.ts'
import { Nonces } from './nonces.ts'

const WINDOW = 2 * LIMITS.clockSkewSeconds
const folder = tempFolder('nonces')
afterAll(() => folder.remove())
let path = ''
let number = 0
beforeEach(() => {
  path = join(folder.path, `nonces-${number++}`)
})

const open = (now: number, max?: number): Nonces =>
  Nonces.open(path, pino({ level: 'silent' }), { now: () => now * 1000 }, max)
const fresh = (): string => toHex(randomBytes(16))
const used = (nonces: Nonces, created: number, nonce: string, now = created): string => {
  try {
    nonces.use(created, nonce, now)
    return 'used'
  } catch (error) {
    return (error as VaultRefusal).code
  }
}

test('a nonce is good once, in its second', () => {
  const nonces = open(1000)
  const nonce = fresh()
  expect([
    used(nonces, 1000, nonce),
    used(nonces, 1000, nonce),
    used(nonces, 1001, nonce),
    used(nonces, 1000, fresh()),
  ]).toEqual(['used', 'signature_replayed', 'used', 'used'])
  nonces.close()
})

test('it is still known to the next process, also when that one was killed in the middle of a record', () => {
  const [first, second] = [fresh(), fresh()]
  const killed = open(1000)
  used(killed, 1000, first)
  used(killed, 1001, second)
  appendFileSync(path, new Uint8Array(7))
  const next = open(1002)
  expect([used(next, 1000, first), used(next, 1001, second)]).toEqual(['signature_replayed', 'signature_replayed'])
  const third = fresh()
  expect(used(next, 1002, third)).toBe('used')
  next.close()
  killed.close()
  expect(used(open(1003), 1002, third)).toBe('signature_replayed')
})

test('what is too old for any signature is forgotten, in memory and in the file', () => {
  const nonces = open(1000, 3)
  for (let i = 0; i < 3; i++) expect(used(nonces, 1000, fresh())).toBe('used')
  expect(used(nonces, 1000, fresh(), 1000 + WINDOW)).toBe('busy')
  expect(used(nonces, 1001 + WINDOW, fresh())).toBe('used')
  nonces.close()
  open(1001 + WINDOW, 3).close()
  expect(statSync(path).size).toBe(20)
})

test('when there is no room for more it refuses, and does not forget', () => {
  const nonces = open(1000, 2)
  const first = fresh()
  expect([
    used(nonces, 1000, first),
    used(nonces, 1000, fresh()),
    used(nonces, 1000, fresh()),
    used(nonces, 1000, first),
  ]).toEqual(['used', 'used', 'busy', 'busy'])
  nonces.close()
})

test('a file that cannot be written stops nobody, and is written when it can be', () => {
  const dir = `${path}-later`
  path = join(dir, 'nonces')
  const nonces = open(1000)
  const nonce = fresh()
  expect([used(nonces, 1000, nonce), used(nonces, 1000, nonce)]).toEqual(['used', 'signature_replayed'])
  mkdirSync(dir)
  expect(used(nonces, 1040, fresh())).toBe('used')
  nonces.close()
  expect(used(open(1041), 1000, nonce)).toBe('signature_replayed')
})
