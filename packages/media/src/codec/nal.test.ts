import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { codeOf } from '../test/codes.ts'
import { H264, H265 } from '../test/configs.ts'
import { unescapeNal } from './bits.ts'
import {
  isForSample,
  isKeyFrame,
  isPicture,
  joinAnnexB,
  joinLengthPrefixed,
  NALS_MAX,
  parameterSetOf,
  splitAnnexB,
  splitLengthPrefixed,
} from './nal.ts'

const nal = (type: number, ...rest: readonly number[]): Uint8Array => Uint8Array.of(type, ...rest)

/** NAL units as encoders make them: no start code inside, no zero at the end. */
const nals = fc.array(
  fc
    .uint8Array({ minLength: 1, maxLength: 40 })
    .map(bytes => Uint8Array.from(bytes, byte => (byte < 4 ? byte + 4 : byte))),
  { minLength: 1, maxLength: 8 },
)

describe('NAL units', () => {
  test('both framings give back what was put in', () => {
    fc.assert(
      fc.property(nals, list => {
        expect(splitLengthPrefixed(joinLengthPrefixed(list))).toEqual(list)
        expect(splitAnnexB(joinAnnexB(list))).toEqual(list)
      }),
    )
  })

  test('short and long start codes, leading bytes and trailing zeros', () => {
    const stream = Uint8Array.of(9, 9, 0, 0, 1, 0x67, 5, 0, 0, 0, 1, 0x68, 6, 0, 0, 1, 0x65, 7, 0, 0)
    expect(splitAnnexB(stream)).toEqual([nal(0x67, 5), nal(0x68, 6), nal(0x65, 7)])
    expect(splitAnnexB(Uint8Array.of(1, 2, 3))).toEqual([])
  })

  test('broken lengths and endless lists are refused', () => {
    expect(codeOf(() => splitLengthPrefixed(Uint8Array.of(0, 0, 0)))).toBe('bad_nal')
    expect(codeOf(() => splitLengthPrefixed(Uint8Array.of(0, 0, 0, 0)))).toBe('bad_nal')
    expect(codeOf(() => splitLengthPrefixed(Uint8Array.of(0, 0, 0, 2, 1)))).toBe('bad_nal')
    const many = new Array<Uint8Array>(NALS_MAX + 1).fill(nal(0x65))
    expect(codeOf(() => splitLengthPrefixed(joinLengthPrefixed(many)))).toBe('bad_nal')
    expect(codeOf(() => splitAnnexB(joinAnnexB(many)))).toBe('bad_nal')
  })

  test('key frames: IDR, IRAP, and a recovery point that recovers at once', () => {
    expect(isKeyFrame('h264', [nal(0x09, 0xf0), nal(0x65, 1)])).toBe(true)
    expect(isKeyFrame('h264', [nal(0x41, 1)])).toBe(false)
    expect(isKeyFrame('h264', [nal(0x06, 6, 1, 0x84, 0x80), nal(0x41, 1)])).toBe(true)
    expect(isKeyFrame('h264', [nal(0x06, 6, 1, 0x44, 0x80), nal(0x41, 1)])).toBe(false)
    expect(isKeyFrame('h264', [nal(0x06, 5, 1, 0xff, 6, 1, 0x80, 0x80), nal(0x41, 1)])).toBe(true)
    for (const type of [16, 19, 20, 21]) expect(isKeyFrame('h265', [nal(type << 1, 1)])).toBe(true)
    expect(isKeyFrame('h265', [nal(1 << 1, 1), nal(32 << 1)])).toBe(false)
  })

  test('only pictures go into samples', () => {
    const kept = (codec: 'h264' | 'h265', shift: number): number[] =>
      Array.from({ length: codec === 'h264' ? 13 : 41 }, (_, type) => type).filter(type =>
        isForSample(codec, nal(type << shift, 1)),
      )
    expect(kept('h264', 0)).toEqual([1, 2, 3, 4, 5])
    expect(kept('h265', 1)).toEqual(Array.from({ length: 32 }, (_, type) => type))
    expect(isForSample('h264', new Uint8Array(0))).toBe(false)
    expect(isPicture('h264', nal(0x65))).toBe(true)
    expect(isPicture('h264', H264.sps)).toBe(false)
    expect(isPicture('h265', H265.vps)).toBe(false)
  })

  test('parameter sets are told apart', () => {
    expect([H264.sps, H264.pps, nal(0x65)].map(set => parameterSetOf('h264', set))).toEqual(['sps', 'pps', null])
    const h265 = [H265.vps, H265.sps, H265.pps, nal(2)].map(set => parameterSetOf('h265', set))
    expect(h265).toEqual(['vps', 'sps', 'pps', null])
  })

  test('emulation prevention bytes are taken out', () => {
    expect(unescapeNal(Uint8Array.of(0, 0, 3, 1, 0, 0, 3, 0, 0, 3))).toEqual(Uint8Array.of(0, 0, 1, 0, 0, 0, 0))
  })
})
