import { concat, fromHex, toHex } from '@hausrecht/crypto/bytes'
import { encode } from '@hausrecht/crypto/cbor'
import { deviceIdFrom, householdIdFrom, objectIdFrom, streamIdFrom } from '@hausrecht/crypto/ids'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { SegmentError } from '../errors.ts'
import {
  checkObject,
  contextOf,
  decodeHeader,
  encodeHeader,
  HEADER_MAX,
  OBJECT_MAX,
  objectLength,
  PREFIX_LENGTH,
  type SegmentHeader,
} from './header.ts'
import { KINDS } from './kinds.ts'
import { PAYLOAD_MAX, paddedLength } from './padding.ts'

const id = (fill: number): Uint8Array => new Uint8Array(16).fill(fill)
const known: SegmentHeader = {
  kind: KINDS.video,
  household: householdIdFrom(id(0x11)),
  stream: streamIdFrom(id(0x22)),
  generation: 3,
  leaf: 1_361_850_425,
  object: objectIdFrom(id(0x55)),
  payloadLength: 1_048_576,
  recorder: deviceIdFrom(id(0x99)),
}
/** As printed in docs/formats.md §segment. */
const KNOWN_HEADER =
  `48485331 01 01 0059 a8 01 50${'11'.repeat(16)} 02 50${'22'.repeat(16)} 03 03 04 1a512c3039 05 50${'55'.repeat(16)} 06 00 07 1a00100000 09 50${'99'.repeat(16)}`.replaceAll(
    ' ',
    '',
  )

const arbitrary: fc.Arbitrary<SegmentHeader> = fc
  .record({
    kind: fc.constantFrom(...Object.values(KINDS)),
    ids: fc.array(fc.uint8Array({ minLength: 16, maxLength: 16 }), { minLength: 5, maxLength: 5 }),
    withInit: fc.boolean(),
    generation: fc.nat(0xffff_ffff),
    leaf: fc.nat(0xffff_ffff),
    length: fc.nat(1 << 24),
  })
  .map(({ kind, ids, withInit, generation, leaf, length }) => ({
    kind,
    household: householdIdFrom(ids[0] ?? id(0)),
    stream: streamIdFrom(ids[1] ?? id(0)),
    generation,
    leaf,
    object: objectIdFrom(ids[2] ?? id(0)),
    payloadLength: paddedLength(kind, length),
    ...(withInit ? { initObject: objectIdFrom(ids[3] ?? id(0)) } : {}),
    recorder: deviceIdFrom(ids[4] ?? id(0)),
  }))

const codeOf = (act: () => unknown): string => {
  try {
    act()
  } catch (error) {
    if (error instanceof SegmentError) return error.code
    throw error
  }
  return 'nothing was thrown'
}

describe('HHS1 header', () => {
  test('has the known bytes', () => {
    expect(toHex(encodeHeader(known))).toBe(KNOWN_HEADER)
    expect(decodeHeader(fromHex(KNOWN_HEADER)).header).toEqual(known)
  })

  test('decode ∘ encode is identity, and nothing after the header matters', () => {
    fc.assert(
      fc.property(arbitrary, fc.uint8Array({ maxLength: 40 }), (header, rest) => {
        const bytes = encodeHeader(header)
        const read = decodeHeader(concat(bytes, rest))
        expect(read.header).toEqual(header)
        expect(read.context).toEqual(bytes)
        expect(contextOf(concat(bytes, rest))).toEqual(bytes)
      }),
    )
  })

  test('each changed bit is refused or read as a different header', () => {
    const bytes = encodeHeader(known)
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      const changed = bytes.slice()
      changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7))
      let read: unknown = null
      let refusal: unknown = null
      try {
        read = decodeHeader(changed).header
      } catch (error) {
        refusal = error
      }
      expect(refusal === null || refusal instanceof SegmentError, String(refusal)).toBe(true)
      expect(read).not.toEqual(known)
    }
  })

  test('random bytes yield nothing but SegmentError', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), bytes => {
        bytes.set(encodeHeader(known).subarray(0, Math.min(bytes.length, 6)))
        expect(codeOf(() => decodeHeader(bytes))).not.toBe('nothing was thrown')
      }),
    )
  })

  test.each([
    ['bad_magic', 0, 0x49],
    ['bad_suite', 4, 2],
    ['bad_kind', 5, 8],
    ['bad_kind', 5, 0],
    ['too_long', 6, (HEADER_MAX >> 8) + 1],
    ['truncated', 7, 0xff],
    ['bad_header', 7, 0x58],
  ])('%s when byte %i is %i', (code, at, value) => {
    const bytes = encodeHeader(known)
    bytes[at] = value
    expect(codeOf(() => decodeHeader(bytes))).toBe(code)
  })

  test('fields are exactly the eight or nine known ones', () => {
    const wrap = (fields: ReadonlyMap<number, number | Uint8Array>): Uint8Array => {
      const body = encode(new Map(fields))
      return concat(encodeHeader(known).subarray(0, 6), Uint8Array.of(0, body.length), body)
    }
    const fields = new Map<number, number | Uint8Array>([
      [1, id(1)],
      [2, id(2)],
      [3, 0],
      [4, 0],
      [5, id(5)],
      [6, 0],
      [7, 4096],
      [9, id(9)],
    ])
    const code = (key: number, value: number | Uint8Array): string =>
      codeOf(() => decodeHeader(wrap(new Map(fields).set(key, value))))
    expect(decodeHeader(wrap(fields)).header.payloadLength).toBe(4096)
    expect(code(10, 0)).toBe('bad_field')
    expect(code(8, 0)).toBe('bad_field')
    expect(code(1, new Uint8Array(15))).toBe('bad_field')
    expect(code(3, 2 ** 32)).toBe('bad_field')
    expect(code(6, 1)).toBe('unsupported_flags')
    expect(code(7, 4097)).toBe('bad_padding')
    const missing = new Map(fields)
    missing.delete(9)
    expect(codeOf(() => decodeHeader(wrap(missing)))).toBe('bad_field')
    expect(codeOf(() => decodeHeader(wrap(missing.set(8, id(8)))))).toBe('bad_field')
  })

  test('a writer is held to the same rules', () => {
    expect(codeOf(() => encodeHeader({ ...known, leaf: -1 }))).toBe('bad_field')
    expect(codeOf(() => encodeHeader({ ...known, generation: 2 ** 32 }))).toBe('bad_field')
    expect(codeOf(() => encodeHeader({ ...known, payloadLength: 1_048_577 }))).toBe('bad_padding')
    expect(codeOf(() => encodeHeader({ ...known, payloadLength: PAYLOAD_MAX * 2 }))).toBe('bad_field')
  })

  test('an object is as long as its header says', () => {
    const context = encodeHeader({ ...known, payloadLength: 16_384 })
    const length = objectLength(context.length, 16_384)
    // Two chunks: a full one and an empty last one.
    expect(length).toBe(context.length + 56 + 16_384 + 32)
    const object = new Uint8Array(length)
    object.set(context)
    expect(checkObject(object).header.payloadLength).toBe(16_384)
    expect(codeOf(() => checkObject(object.subarray(0, length - 1)))).toBe('truncated')
    expect(codeOf(() => checkObject(concat(object, id(0))))).toBe('too_long')
    expect(OBJECT_MAX).toBe(objectLength(PREFIX_LENGTH + HEADER_MAX, PAYLOAD_MAX))
  })
})
