import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { KINDS } from './kinds.ts'
import {
  AUDIO_PADDING_STEP,
  PAYLOAD_MAX,
  paddedLength,
  padme,
  SMALL_PADDING_STEP,
  VIDEO_PADDING_MIN,
} from './padding.ts'

describe('padding', () => {
  test('Padmé of the paper: 9 becomes 10, powers of two stay', () => {
    expect([2, 8, 9, 10, 17, 1000, 1024, 1_000_000].map(padme)).toEqual([2, 8, 10, 10, 18, 1024, 1024, 1_015_808])
  })

  test('Padmé never shrinks, costs at most 12 %, is idempotent and monotonic', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: PAYLOAD_MAX }), length => {
        const padded = padme(length)
        expect(padded).toBeGreaterThanOrEqual(length)
        expect(padded).toBeLessThanOrEqual(length * 1.12)
        expect(padme(padded)).toBe(padded)
        expect(padme(length + 1)).toBeGreaterThanOrEqual(padded)
      }),
    )
  })

  test('each kind has its rule, and a padded length pads to itself', () => {
    expect(paddedLength(KINDS.video, 1)).toBe(VIDEO_PADDING_MIN)
    expect(paddedLength(KINDS.sub, 1_000_000)).toBe(1_015_808)
    expect(paddedLength(KINDS.audio, 1)).toBe(AUDIO_PADDING_STEP)
    expect(paddedLength(KINDS.audio, AUDIO_PADDING_STEP + 1)).toBe(2 * AUDIO_PADDING_STEP)
    expect(paddedLength(KINDS.payload, 0)).toBe(SMALL_PADDING_STEP)
    expect(paddedLength(KINDS.gap, 257)).toBe(2 * SMALL_PADDING_STEP)
    fc.assert(
      fc.property(fc.constantFrom(...Object.values(KINDS)), fc.nat(PAYLOAD_MAX), (kind, length) => {
        const padded = paddedLength(kind, length)
        expect(padded).toBeGreaterThanOrEqual(length)
        expect(paddedLength(kind, padded)).toBe(padded)
      }),
    )
  })
})
