import fc from 'fast-check'
import { expect, test } from 'vitest'
import { fromHex } from './bytes.ts'
import { decode, encode } from './cbor.ts'
import { CryptoError } from './errors.ts'

test('encodings are plain bytes of their own, of any length', () => {
  for (const length of [0, 10, 100, 200, 230, 300, 5000]) {
    const bytes = encode(['x'.repeat(length)])
    expect([bytes.constructor, bytes.buffer.byteLength]).toEqual([Uint8Array, bytes.length])
  }
})

test('keys that are no numbers and no texts are refused', () => {
  // A list, a map, null, a byte string, and two that cannot be sorted.
  for (const hex of ['a18000', 'a1a000', 'a1f600', 'a14000', 'a28000810000'])
    expect(() => decode(fromHex(hex)), hex).toThrow(expect.objectContaining({ code: 'bad_cbor' }))
})

test('any bytes are a value that is written as the same bytes, or a CryptoError', () => {
  // Small bytes are heads of small maps and lists: more of it can be read than of noise.
  const some = fc.array(fc.oneof(fc.nat({ max: 255 }), fc.constantFrom(0x80, 0x81, 0xa0, 0xa1, 0xa2, 0, 1, 0x40)), {
    maxLength: 12,
  })
  fc.assert(
    fc.property(some, list => {
      const bytes = Uint8Array.from(list)
      let written: Uint8Array
      try {
        written = encode(decode(bytes))
      } catch (error) {
        if (!(error instanceof CryptoError)) throw error
        return
      }
      expect(written).toEqual(bytes)
    }),
    { numRuns: 3000 },
  )
})
