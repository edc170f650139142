import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { codeOf } from '../test/codes.ts'
import { H265, h265 } from '../test/configs.ts'
import { codecString } from './codec-string.ts'
import { h265Config, h265ParameterSets, parseH265Sps } from './h265.ts'

describe('H.265 parameter sets', () => {
  test('an SPS tells size after the conformance window, profile and frame rate', () => {
    expect(parseH265Sps(H265.sps)).toMatchObject({
      level: 60,
      temporalLayers: 1,
      temporalNesting: true,
      chromaFormat: 1,
      bitDepthLuma: 8,
      bitDepthChroma: 8,
      width: 322,
      height: 180,
      fps: 25,
    })
  })

  test('hvcC carries them, and gives them back', () => {
    const config = h265()
    expect(codecString(config)).toBe('hvc1.1.6.L60.90')
    expect(h265ParameterSets(config.record)).toEqual({ vps: [H265.vps], sps: [H265.sps], pps: [H265.pps] })
    expect(config.record.subarray(0, 23)).toEqual(
      Uint8Array.of(1, 1, 0x60, 0, 0, 0, 0x90, 0, 0, 0, 0, 0, 60, 0xf0, 0, 0xfc, 0xfd, 0xf8, 0xf8, 0, 0, 15, 3),
    )
  })

  test('what is missing or broken is refused', () => {
    expect(codeOf(() => h265Config([], [H265.sps], [H265.pps]))).toBe('bad_parameters')
    expect(codeOf(() => parseH265Sps(H265.pps))).toBe('bad_parameters')
    expect(codeOf(() => parseH265Sps(H265.sps.subarray(0, 20)))).toBe('truncated')
    expect(codeOf(() => h265ParameterSets(h265().record.subarray(0, 60)))).toBe('truncated')
  })

  test('any bytes yield parameters or a CodecError', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 80 }), fc.boolean(), (bytes, asRecord) => {
        bytes[0] = asRecord ? 1 : 0x42
        codeOf(() => (asRecord ? h265ParameterSets(bytes) : parseH265Sps(bytes)))
      }),
      { numRuns: 2000 },
    )
    fc.assert(
      fc.property(fc.nat(H265.sps.length * 8 - 1), bit => {
        const changed = H265.sps.slice()
        changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7))
        codeOf(() => parseH265Sps(changed))
      }),
    )
  })
})
