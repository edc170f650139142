import { concat } from '@hausrecht/crypto/bytes'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { codeOf } from '../test/codes.ts'
import { ALL_CONFIGS, aac, h264 } from '../test/configs.ts'
import { readBoxes } from './boxes.ts'
import { buildInit, type InitTrack, parseInit, TRACKS_MAX } from './init.ts'
import { box } from './write.ts'

const tracks: fc.Arbitrary<InitTrack[]> = fc
  .array(fc.record({ config: fc.constantFrom(...ALL_CONFIGS), timescale: fc.integer({ min: 1, max: 0xffff_ffff }) }), {
    minLength: 1,
    maxLength: 4,
  })
  .map(list => list.map((track, i) => ({ trackId: i + 1, ...track })))

describe('init segment', () => {
  test('parse ∘ build is identity, for each codec', () => {
    fc.assert(
      fc.property(tracks, list => {
        expect(parseInit(buildInit(list))).toEqual(list)
      }),
    )
  })

  test('it is small', () => {
    expect(buildInit([{ trackId: 1, timescale: 90_000, config: h264() }]).length).toBeLessThan(700)
    expect(buildInit([{ trackId: 1, timescale: 16_000, config: aac() }]).length).toBeLessThan(650)
  })

  test('values that do not fit are refused', () => {
    const config = h264()
    expect(codeOf(() => buildInit([{ trackId: 0, timescale: 1, config }]))).toBe('bad_value')
    expect(codeOf(() => buildInit([{ trackId: 1, timescale: 0, config }]))).toBe('bad_value')
    const huge = { ...config, width: 70_000 }
    expect(codeOf(() => buildInit([{ trackId: 1, timescale: 1, config: huge }]))).toBe('bad_value')
    const record = new Uint8Array(20_000)
    expect(codeOf(() => buildInit([{ trackId: 1, timescale: 1, config: { ...config, record } }]))).toBe('bad_value')
  })

  test('no tracks, too many tracks and unknown codecs are refused', () => {
    expect(codeOf(() => parseInit(buildInit([])))).toBe('missing_box')
    expect(codeOf(() => parseInit(new Uint8Array(0)))).toBe('missing_box')
    const init = buildInit([{ trackId: 1, timescale: 1, config: aac() }])
    const trak = readBoxes(readBoxes(init)[1]?.body ?? init)[1]?.body ?? init
    const many = box('moov', ...new Array<Uint8Array>(TRACKS_MAX + 1).fill(box('trak', trak)))
    expect(codeOf(() => parseInit(many))).toBe('too_many')
    const unknown = Uint8Array.from(init)
    const at = Buffer.from(unknown).indexOf('mp4a')
    unknown.set([0x6d, 0x70, 0x34, 0x76], at)
    expect(codeOf(() => parseInit(unknown))).toBe('unsupported')
  })

  test('damaged bytes yield tracks or an error from the registry', () => {
    const init = buildInit(ALL_CONFIGS.map((config, i) => ({ trackId: i + 1, timescale: 90_000, config })))
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(init.length - 1), fc.nat(255)), { minLength: 1, maxLength: 6 }), changes => {
        const damaged = init.slice()
        for (const [at, value] of changes) damaged[at] = value
        codeOf(() => parseInit(damaged))
      }),
      { numRuns: 3000 },
    )
    fc.assert(
      fc.property(fc.nat(init.length), fc.uint8Array({ maxLength: 20 }), (length, rest) => {
        codeOf(() => parseInit(concat(init.subarray(0, length), rest)))
      }),
    )
  })
})
