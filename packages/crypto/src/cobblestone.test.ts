import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { concat, toHex, utf8 } from './bytes.ts'
import { CHUNK_BYTES } from './chunk-format.ts'
import { HEAD_BYTES, open, openRange, plaintextLength, seal, sealedLength } from './cobblestone.ts'
import { CryptoError } from './errors.ts'
import { sha256 } from './hash.ts'
import * as nodeChunks from './node/chunks.ts'
import { randomBytes } from './random.ts'
import { Secret } from './secret.ts'
import * as webChunks from './web/chunks.ts'

const key = (): Secret => Secret.from(Uint8Array.from({ length: 32 }, (_, i) => i))
const salt = Uint8Array.from({ length: 24 }, (_, i) => 0x64 + i)
const context = utf8('hh-test')
const code = async (promise: Promise<unknown>): Promise<string> =>
  promise.then(
    () => 'opened',
    error => (error instanceof CryptoError ? error.code : String(error)),
  )

describe('Cobblestone-256', () => {
  test.each([
    [0, '328f71751ca52aec3e1851a4ea0eac943af69963148bf24c0907bd8ed77678f1'],
    [16_384, '057b6ef67898e1d3bcbb9b9d85077c330eaaac3adaa8c5d40af07eb82b18469e'],
    [40_000, '7bffd91c6d4cad1656ffeb6231ca50e1c627f89c4b641271f8b40c149d1d649f'],
  ])('seals %i bytes to the known answer', async (length, expected) => {
    const sealed = await seal(key(), context, new Uint8Array(length).fill(0x61), { salt })
    expect(toHex(sha256(sealed))).toBe(expected)
    expect(sealed.length).toBe(sealedLength(length))
    expect(plaintextLength(sealed.length)).toBe(length)
    expect(toHex(await open(key(), context, sealed))).toBe('61'.repeat(length))
  })

  test('any slice equals the slice of the whole', async () => {
    const plain = randomBytes(3 * CHUNK_BYTES + 77)
    const sealed = await seal(key(), context, plain)
    const reader = { length: sealed.length, read: async (at: number, n: number) => sealed.slice(at, at + n) }
    await fc.assert(
      fc.asyncProperty(fc.nat({ max: plain.length + 10 }), fc.nat({ max: plain.length }), async (offset, length) => {
        const part = await openRange(key(), context, reader, offset, length)
        expect(toHex(part)).toBe(toHex(plain.subarray(offset, offset + length)))
      }),
      { numRuns: 40 },
    )
  })

  test('a changed, cut, lengthened, reordered or foreign message does not open, and the error says where', async () => {
    const plain = randomBytes(2 * CHUNK_BYTES + 5)
    const sealed = await seal(key(), context, plain)
    const flip = (at: number): Uint8Array => sealed.map((byte, i) => (i === at ? byte ^ 1 : byte))
    const first = HEAD_BYTES
    const size = CHUNK_BYTES + 16
    const swapped = concat(
      sealed.subarray(0, first),
      sealed.subarray(first + size, first + 2 * size),
      sealed.subarray(first, first + size),
      sealed.subarray(first + 2 * size),
    )
    expect(await code(open(key(), context, flip(3)))).toBe('bad_commitment')
    expect(await code(open(key(), context, flip(30)))).toBe('bad_commitment')
    await expect(open(key(), context, flip(first + size + 9))).rejects.toThrow(/chunk 1/)
    expect(await code(open(key(), context, swapped))).toBe('bad_chunk')
    expect(await code(open(key(), utf8('other'), sealed))).toBe('bad_commitment')
    expect(await code(open(Secret.from(randomBytes(32)), context, sealed))).toBe('bad_commitment')
    expect(await code(open(key(), context, sealed.subarray(0, first + 2 * size)))).toBe('truncated')
    expect(await code(open(key(), context, sealed.subarray(0, first + size)))).toBe('truncated')
    expect(await code(open(key(), context, sealed.subarray(0, 40)))).toBe('truncated')
    expect(await code(open(key(), context, concat(sealed, Uint8Array.of(0))))).toBe('bad_chunk')
  })

  test('Node and WebCrypto give the same bytes and refuse the same', async () => {
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(0, 1, 16_383, 16_384, 16_385, 300_000), async length => {
        const plain = randomBytes(length)
        const keys = { key: randomBytes(32), nonce: randomBytes(12), commitment: randomBytes(32) }
        const a = new Uint8Array(sealedLength(length) - HEAD_BYTES)
        const b = new Uint8Array(a.length)
        await nodeChunks.sealChunks(keys, plain, a)
        await webChunks.sealChunks(keys, plain, b)
        expect(toHex(b)).toBe(toHex(a))
        for (const chunks of [nodeChunks, webChunks]) {
          const out = new Uint8Array(length)
          await chunks.openChunks(keys, a, 0, out)
          expect(toHex(out)).toBe(toHex(plain))
          const torn = a.map((byte, i) => (i === a.length - 1 ? byte ^ 1 : byte))
          expect(await code(chunks.openChunks(keys, torn, 0, out))).toBe('bad_chunk')
        }
      }),
      { numRuns: 12 },
    )
  })
})
