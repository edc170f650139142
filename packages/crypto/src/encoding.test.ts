import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  concat,
  equal,
  fromBase32,
  fromBase64,
  fromHex,
  toBase32,
  toBase64,
  toHex,
  u32be,
  u64be,
  utf8,
} from './bytes.ts'
import { CryptoError } from './errors.ts'
import { sha256 } from './hash.ts'
import { deviceIdOf, householdIdOf, idBytes, newStreamId, parseStreamId, streamIdFrom } from './ids.ts'
import * as nodeHash from './node/hash.ts'
import { randomBytes, randomU32 } from './random.ts'
import * as webHash from './web/hash.ts'

describe('encodings', () => {
  test('come back as they were', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 70 }), bytes => {
        expect(equal(fromHex(toHex(bytes)), bytes)).toBe(true)
        expect(equal(fromBase32(toBase32(bytes)), bytes)).toBe(true)
        expect(equal(fromBase64(toBase64(bytes)), bytes)).toBe(true)
        expect(toBase64(bytes)).toBe(Buffer.from(bytes).toString('base64'))
      }),
    )
  })

  test('have one spelling: everything else is refused', () => {
    for (const text of ['A', 'abc=', 'a1', 'mz', 'MY', 'b']) expect(() => fromBase32(text), text).toThrow(CryptoError)
    for (const text of ['YQ', 'YR==', 'Y Q=', '*']) expect(() => fromBase64(text), text).toThrow(CryptoError)
    for (const text of ['a', 'gg', '0x']) expect(() => fromHex(text), text).toThrow(CryptoError)
    expect(toBase32(utf8('foobar'))).toBe('mzxw6ytboi')
  })

  test('numbers are big-endian', () => {
    expect(toHex(concat(u32be(0x01020304), u64be(5n)))).toBe('010203040000000000000005')
  })
})

describe('ids', () => {
  test('are 26 characters for 16 bytes, and nothing else is one', () => {
    const id = newStreamId()
    expect(parseStreamId(id)).toBe(id)
    expect(streamIdFrom(idBytes(id))).toBe(id)
    for (const text of ['', 'a', `${id}a`, id.toUpperCase(), `${id.slice(0, 25)}1`, `${id.slice(0, 25)}b`])
      expect(() => parseStreamId(text), text).toThrow(CryptoError)
    expect(() => streamIdFrom(new Uint8Array(15))).toThrow(CryptoError)
  })

  test('of devices and households follow from keys', () => {
    const key = new Uint8Array(32).fill(1)
    expect(deviceIdOf(key)).toBe(toBase32(sha256(utf8('hh/dev/1'), key).subarray(0, 16)))
    expect(householdIdOf(key, new Uint8Array(32))).not.toBe(householdIdOf(key, new Uint8Array(32).fill(1)))
  })
})

test('hashes of Node and noble are the same for any parts', () => {
  fc.assert(
    fc.property(
      fc.array(fc.uint8Array({ maxLength: 200 }), { maxLength: 4 }),
      fc.uint8Array({ maxLength: 200 }),
      (parts, key) => {
        expect(toHex(webHash.sha256(parts))).toBe(toHex(nodeHash.sha256(parts)))
        for (const name of ['sha256', 'sha512'] as const)
          expect(toHex(webHash.hmac(name, key, parts))).toBe(toHex(nodeHash.hmac(name, key, parts)))
      },
    ),
  )
})

test('random bytes come in any length and do not repeat', () => {
  expect(randomBytes(200_000).length).toBe(200_000)
  expect(new Set(Array.from({ length: 100 }, () => toHex(randomBytes(16)))).size).toBe(100)
  expect(randomU32()).toBeLessThan(2 ** 32)
})
