import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { codeOf } from '../test/codes.ts'
import { H264 } from '../test/configs.ts'
import { codecString } from './codec-string.ts'
import { h264Config, h264ParameterSets, PARAMETER_SET_MAX, parseH264Sps } from './h264.ts'

describe('H.264 parameter sets', () => {
  test('an SPS tells size after cropping, profile, frame rate and reordering', () => {
    expect(parseH264Sps(H264.sps)).toEqual({
      profile: 100,
      constraints: 0,
      level: 13,
      chromaFormat: 1,
      bitDepthLuma: 8,
      bitDepthChroma: 8,
      width: 322,
      height: 180,
      fps: 25,
      reorderFrames: 0,
    })
    expect(parseH264Sps(H264.spsReordered).reorderFrames).toBe(2)
  })

  test('avcC is what other writers make of the same sets, with the four extra bytes of High', () => {
    const config = h264Config([H264.sps], [H264.pps])
    expect(config.record).toEqual(H264.avcC)
    expect(config).toMatchObject({ kind: 'video', codec: 'h264', width: 322, height: 180 })
    expect(codecString(config)).toBe('avc1.64000d')
    expect(h264ParameterSets(config.record)).toEqual({ sps: [H264.sps], pps: [H264.pps] })
  })

  test('Baseline has no extra bytes', () => {
    // Profile 66 has no chroma format: the same size in fewer bits. 1 (id), 1 1 1 (lengths), then sizes as in Annex A.
    const sps = Uint8Array.of(0x67, 66, 0xc0, 30, 0xf4, 0x05, 0x01, 0xec, 0x80)
    const record = h264Config([sps], [H264.pps]).record
    expect(record.length).toBe(6 + 2 + sps.length + 1 + 2 + H264.pps.length)
    expect(codecString({ kind: 'video', codec: 'h264', width: 640, height: 480, record })).toBe('avc1.42c01e')
    expect(parseH264Sps(sps)).toMatchObject({ width: 640, height: 480, fps: null })
  })

  test('limits hold', () => {
    expect(codeOf(() => parseH264Sps(new Uint8Array(PARAMETER_SET_MAX + 1).fill(0x67)))).toBe('bad_parameters')
    expect(codeOf(() => parseH264Sps(H264.pps))).toBe('bad_parameters')
    expect(codeOf(() => parseH264Sps(H264.sps.subarray(0, 6)))).toBe('truncated')
    expect(codeOf(() => h264Config([], [H264.pps]))).toBe('bad_parameters')
    expect(codeOf(() => h264Config([H264.sps], []))).toBe('bad_parameters')
    const short = H264.avcC.slice()
    short[4] = 0xfd
    expect(codeOf(() => h264ParameterSets(short))).toBe('unsupported')
    expect(codeOf(() => h264ParameterSets(H264.avcC.subarray(0, 20)))).toBe('truncated')
  })

  test('a broken VUI costs the frame rate, not the picture', () => {
    expect(parseH264Sps(H264.sps.subarray(0, 14))).toMatchObject({ width: 322, height: 180, fps: null })
  })

  test('any bytes yield parameters or a CodecError', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), fc.boolean(), (bytes, asRecord) => {
        bytes[0] = asRecord ? 1 : 0x67
        codeOf(() => (asRecord ? h264ParameterSets(bytes) : parseH264Sps(bytes)))
      }),
      { numRuns: 2000 },
    )
    fc.assert(
      fc.property(fc.nat(H264.sps.length * 8 - 1), bit => {
        const changed = H264.sps.slice()
        changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7))
        codeOf(() => parseH264Sps(changed))
      }),
    )
  })
})
