import { toHex } from '@hausrecht/crypto/bytes'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { SegmentError } from '../errors.ts'
import { KINDS } from './kinds.ts'
import { paddedLength } from './padding.ts'
import {
  decodeDetails,
  decodePayload,
  encodeDetails,
  encodePayload,
  FIELDS_MAX,
  type GapPayload,
  INIT_MAX,
  type PayloadDraft,
  REASON_MAX,
} from './payload.ts'

const media: PayloadDraft = {
  type: 'media',
  sequence: 7,
  startTime: 1_795_000_000_123,
  duration: 2000,
  startsWithKey: true,
  continues: false,
  discontinuity: true,
  timescale: 90_000,
  init: Uint8Array.of(0xa1, 0xa2),
  fragment: [Uint8Array.of(0xb1), Uint8Array.of(0xb2, 0xb3)],
}
const gap: GapPayload = {
  type: 'gap',
  sequence: 8,
  startTime: 1_795_000_002_123,
  duration: 60_000,
  gap: { from: 1_795_000_002_123, to: 1_795_000_062_123, reason: 'camera_away', lost: 0 },
}

const codeOf = (act: () => unknown): string => {
  try {
    act()
  } catch (error) {
    if (error instanceof SegmentError) return error.code
    throw error
  }
  return 'nothing was thrown'
}

describe('payload', () => {
  test('has the known bytes', () => {
    const plaintext = encodePayload(KINDS.audio, media)
    // As printed in docs/formats.md §segment.
    const used =
      '0000001d a6 01 07 02 1b000001a1ee565e7b 03 1907d0 04 05 05 1a00015f90 06 42a1a2 00000003 b1b2b3'.replaceAll(
        ' ',
        '',
      )
    expect(toHex(plaintext.subarray(0, used.length / 2))).toBe(used)
    expect(plaintext.length).toBe(4096)
    expect(plaintext.subarray(used.length / 2).every(byte => byte === 0)).toBe(true)
  })

  test('decode ∘ encode is identity for media', () => {
    const time = fc.nat(2 ** 50)
    const arbitrary = fc.record({
      sequence: time,
      startTime: time,
      duration: time,
      startsWithKey: fc.boolean(),
      continues: fc.boolean(),
      discontinuity: fc.boolean(),
      timescale: fc.integer({ min: 1, max: 0xffff_ffff }),
      init: fc.uint8Array({ maxLength: 900 }),
      fragment: fc.array(fc.uint8Array({ maxLength: 5000 }), { maxLength: 4 }),
    })
    const kinds = fc.constantFrom(KINDS.video, KINDS.audio, KINDS.sub)
    fc.assert(
      fc.property(kinds, arbitrary, (kind, fields) => {
        const plaintext = encodePayload(kind, { type: 'media', ...fields })
        expect(paddedLength(kind, plaintext.length)).toBe(plaintext.length)
        const read = decodePayload(kind, plaintext)
        expect(read).toEqual({
          type: 'media',
          ...fields,
          fragment: Uint8Array.from(fields.fragment.flatMap(p => [...p])),
        })
      }),
    )
  })

  test('decode ∘ encode is identity for gaps and details', () => {
    expect(decodePayload(KINDS.gap, encodePayload(KINDS.gap, gap))).toEqual(gap)
    const details = new Map([[1, 'Front door']])
    const plaintext = encodeDetails(details)
    expect(plaintext.length).toBe(256)
    expect(decodeDetails(plaintext)).toEqual(details)
  })

  test('names of different lengths are equally long when sealed', () => {
    const lengths = ['a', 'Front door', 'x'.repeat(200)].map(name => encodeDetails(new Map([[1, name]])).length)
    expect(new Set(lengths).size).toBe(1)
  })

  test('kinds and contents must fit', () => {
    expect(codeOf(() => encodePayload(KINDS.video, gap))).toBe('bad_kind')
    expect(codeOf(() => encodePayload(KINDS.gap, media))).toBe('bad_kind')
    expect(codeOf(() => encodePayload(KINDS.payload, media))).toBe('bad_kind')
    expect(codeOf(() => decodePayload(KINDS.gap, encodePayload(KINDS.audio, media)))).toBe('bad_padding')
    expect(codeOf(() => decodePayload(KINDS.payload, encodePayload(KINDS.gap, gap)))).toBe('bad_kind')
  })

  test('limits hold', () => {
    expect(codeOf(() => encodePayload(KINDS.video, { ...media, init: new Uint8Array(INIT_MAX + 1) }))).toBe('too_long')
    expect(codeOf(() => encodeDetails(new Map([[1, 'x'.repeat(FIELDS_MAX)]])))).toBe('too_long')
    const reason = 'x'.repeat(REASON_MAX + 1)
    expect(codeOf(() => encodePayload(KINDS.gap, { ...gap, gap: { ...gap.gap, reason } }))).toBe('bad_field')
    expect(codeOf(() => encodePayload(KINDS.gap, { ...gap, gap: { ...gap.gap, to: gap.gap.from - 1 } }))).toBe(
      'bad_field',
    )
    expect(codeOf(() => encodePayload(KINDS.video, { ...media, sequence: -1 }))).toBe('bad_field')
    expect(codeOf(() => encodePayload(KINDS.video, { ...media, timescale: 0 }))).toBe('bad_field')
    const half = new Uint8Array(17 * 1024 * 1024)
    expect(codeOf(() => encodePayload(KINDS.video, { ...media, fragment: [half, half] }))).toBe('too_long')
  })

  test('padding is zeros, of the right length', () => {
    const plaintext = encodePayload(KINDS.audio, media)
    plaintext[plaintext.length - 1] = 1
    expect(codeOf(() => decodePayload(KINDS.audio, plaintext))).toBe('bad_padding')
    expect(codeOf(() => decodePayload(KINDS.audio, new Uint8Array(8192)))).toBe('bad_padding')
    expect(codeOf(() => decodePayload(KINDS.audio, new Uint8Array(7)))).toBe('bad_payload')
  })

  test('each change of a byte is refused or read as something else, never as another error', () => {
    const plaintext = encodePayload(KINDS.audio, media)
    const before = decodePayload(KINDS.audio, plaintext)
    fc.assert(
      fc.property(fc.nat(60), fc.integer({ min: 1, max: 255 }), (at, change) => {
        const changed = plaintext.slice()
        changed[at] = (changed[at] ?? 0) ^ change
        let read: unknown = null
        let refusal: unknown = null
        try {
          read = decodePayload(KINDS.audio, changed)
        } catch (error) {
          refusal = error
        }
        expect(refusal === null || refusal instanceof SegmentError, String(refusal)).toBe(true)
        expect(read).not.toEqual(before)
      }),
    )
  })
})
