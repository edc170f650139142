import { fromHex, toHex } from '@hausrecht/crypto/bytes'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { codeOf } from '../test/codes.ts'
import { ASC_MAX, aacConfig, makeAudioSpecificConfig, parseAudioSpecificConfig } from './aac.ts'
import { codecString } from './codec-string.ts'
import { encodeFlacFrame, FLAC_BLOCK_MAX, flacConfig } from './flac.ts'
import { expandG711, g711Config } from './g711.ts'
import { opusConfig, opusDuration } from './opus.ts'

describe('AAC', () => {
  test('AudioSpecificConfig: LC, mono, 16 kHz, with and without a sync extension', () => {
    expect(toHex(makeAudioSpecificConfig(16_000, 1))).toBe('1408')
    const plain = { objectType: 2, coreRate: 16_000, sampleRate: 16_000, channels: 1, frameLength: 1024, sbr: false }
    expect(parseAudioSpecificConfig(fromHex('1408'))).toEqual(plain)
    // As ffmpeg writes it: an extension that says "no SBR".
    expect(parseAudioSpecificConfig(fromHex('140856e500'))).toEqual(plain)
    expect(codecString(aacConfig(fromHex('1408')))).toBe('mp4a.40.2')
  })

  test('explicit SBR doubles the rate that is played', () => {
    // Object type 5, core 24 kHz, stereo, played at 48 kHz, core object type 2.
    expect(parseAudioSpecificConfig(fromHex('2b118800'))).toMatchObject({
      objectType: 2,
      coreRate: 24_000,
      sampleRate: 48_000,
      channels: 2,
      sbr: true,
    })
    expect(codecString(aacConfig(fromHex('2b118800')))).toBe('mp4a.40.5')
  })

  test('implicit SBR in the sync extension counts too', () => {
    expect(parseAudioSpecificConfig(fromHex('131056e598'))).toMatchObject({
      coreRate: 24_000,
      sampleRate: 48_000,
      sbr: true,
    })
  })

  test('each standard rate and layout survives', () => {
    for (const rate of [96_000, 48_000, 44_100, 32_000, 22_050, 16_000, 12_000, 11_025, 8000, 7350]) {
      for (const channels of [1, 2, 6, 8]) {
        const parsed = parseAudioSpecificConfig(makeAudioSpecificConfig(rate, channels))
        expect(parsed).toMatchObject({ sampleRate: rate, channels })
      }
    }
    expect(codeOf(() => makeAudioSpecificConfig(16_001, 1))).toBe('unsupported')
    expect(codeOf(() => makeAudioSpecificConfig(16_000, 0))).toBe('unsupported')
  })

  test('any bytes yield parameters or a CodecError', () => {
    expect(codeOf(() => parseAudioSpecificConfig(new Uint8Array(ASC_MAX + 1)))).toBe('bad_parameters')
    expect(codeOf(() => parseAudioSpecificConfig(new Uint8Array(0)))).toBe('truncated')
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 12 }), bytes => {
        codeOf(() => aacConfig(bytes))
      }),
      { numRuns: 2000 },
    )
  })
})

describe('Opus', () => {
  test('packets tell how long they play', () => {
    // SILK 20 ms mono, one frame; CELT 20 ms; CELT 2.5 ms, two frames; hybrid 10 ms; three frames of 60 ms announced in a second byte.
    expect([[0x08], [0xf8], [0xe1], [0x60]].map(bytes => opusDuration(Uint8Array.from(bytes)))).toEqual([
      960, 960, 240, 480,
    ])
    expect(opusDuration(Uint8Array.of(0x0b, 3))).toBe(2880)
    expect(codeOf(() => opusDuration(Uint8Array.of(0x1b, 3)))).toBe('bad_parameters')
    expect(codeOf(() => opusDuration(new Uint8Array(0)))).toBe('truncated')
    expect(codeOf(() => opusDuration(Uint8Array.of(0x0b)))).toBe('truncated')
  })

  test('dOps', () => {
    expect(toHex(opusConfig(2, 312).record)).toBe('000201380000bb80000000')
    expect(codeOf(() => opusConfig(3))).toBe('unsupported')
  })
})

describe('G.711', () => {
  test('the extreme and the smallest values of both laws', () => {
    expect([...expandG711('pcma', Uint8Array.of(0x55, 0xd5, 0x2a, 0xaa))]).toEqual([-8, 8, -32_256, 32_256])
    expect([...expandG711('pcmu', Uint8Array.of(0x00, 0x80, 0x7f, 0xff))]).toEqual([-32_124, 32_124, 0, 0])
  })

  test('all codes of a law stand for different values, but for the two zeros of µ-law', () => {
    const all = Uint8Array.from({ length: 256 }, (_, code) => code)
    expect(new Set(expandG711('pcma', all)).size).toBe(256)
    expect(new Set(expandG711('pcmu', all)).size).toBe(255)
    expect(codeOf(() => g711Config('pcma', 8000, 3))).toBe('unsupported')
  })
})

describe('FLAC', () => {
  test('STREAMINFO names rate, channels and bits', () => {
    expect(toHex(flacConfig(8000, 1).record)).toBe(`00101200${'00'.repeat(6)}01f400f0${'00'.repeat(20)}`)
    expect(codeOf(() => flacConfig(96_000, 1))).toBe('unsupported')
  })

  test('silence is a frame of 13 bytes', () => {
    const frame = encodeFlacFrame(new Int16Array(2048), 1, 0)
    expect(toHex(frame.subarray(0, 7))).toBe('fff970080007ff')
    expect(frame.length).toBe(13)
  })

  test('blocks are one sample to the limit', () => {
    expect(codeOf(() => encodeFlacFrame(new Int16Array(0), 1, 0))).toBe('bad_parameters')
    expect(codeOf(() => encodeFlacFrame(new Int16Array(FLAC_BLOCK_MAX + 1), 1, 0))).toBe('bad_parameters')
    expect(codeOf(() => encodeFlacFrame(new Int16Array(3), 2, 0))).toBe('bad_parameters')
    expect(codeOf(() => encodeFlacFrame(new Int16Array(1), 1, 2 ** 36))).toBe('bad_parameters')
    expect(encodeFlacFrame(new Int16Array(1), 1, 2 ** 36 - 1).length).toBeGreaterThan(10)
  })
})
