import { expect, test } from 'vitest'
import { encode } from './cbor.ts'

test('encodings are plain bytes of their own, of any length', () => {
  for (const length of [0, 10, 100, 200, 230, 300, 5000]) {
    const bytes = encode(['x'.repeat(length)])
    expect([bytes.constructor, bytes.buffer.byteLength]).toEqual([Uint8Array, bytes.length])
  }
})
