import { concat } from '@hausrecht/crypto/bytes'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { codeOf } from '../test/codes.ts'
import { readBoxes } from './boxes.ts'
import { buildFragment, buildFragmentHeader, type FragmentDraft, fragmentPieces, SAMPLES_MAX } from './fragment.ts'
import { parseFragment, samplesOf } from './fragment-read.ts'
import { trimToSync } from './trim.ts'
import { box, fullBox, u32, u64 } from './write.ts'

const sample = fc.record({
  data: fc.uint8Array({ maxLength: 60 }),
  duration: fc.nat(0xffff_ffff),
  isSync: fc.boolean(),
  compositionOffset: fc.integer({ min: -0x8000_0000, max: 0x7fff_ffff }),
})
const draft: fc.Arbitrary<FragmentDraft> = fc.record({
  sequence: fc.nat(0xffff_ffff),
  trackId: fc.integer({ min: 1, max: 0xffff_fffe }),
  baseDecodeTime: fc.nat(Number.MAX_SAFE_INTEGER),
  samples: fc.array(sample, { minLength: 1, maxLength: 20 }),
})
const plain: FragmentDraft = {
  sequence: 1,
  trackId: 1,
  baseDecodeTime: 0,
  samples: [
    { data: Uint8Array.of(1, 2), duration: 10, isSync: true, compositionOffset: 0 },
    { data: Uint8Array.of(3), duration: 20, isSync: false, compositionOffset: 0 },
  ],
}

describe('fragment', () => {
  test('parse ∘ build is identity', () => {
    fc.assert(
      fc.property(draft, value => {
        const parsed = parseFragment(buildFragment(value))
        expect(samplesOf(parsed)).toEqual(value.samples)
        expect(parsed).toMatchObject({
          sequence: value.sequence,
          trackId: value.trackId,
          baseDecodeTime: value.baseDecodeTime,
        })
      }),
    )
  })

  test('in pieces it is the same bytes, and sample data is not copied', () => {
    const pieces = fragmentPieces(plain)
    expect(concat(...pieces)).toEqual(buildFragment(plain))
    expect(pieces[1]).toBe(plain.samples[0]?.data)
  })

  test('flags and offsets cost bytes only where they are needed', () => {
    const sync = plain.samples.map(entry => ({ ...entry, isSync: true }))
    const reordered = plain.samples.map((entry, i) => ({ ...entry, compositionOffset: i }))
    const length = buildFragmentHeader(plain).length
    expect(buildFragmentHeader({ ...plain, samples: sync }).length).toBe(length - 8)
    expect(buildFragmentHeader({ ...plain, samples: reordered }).length).toBe(length + 8)
  })

  test('limits hold', () => {
    expect(codeOf(() => buildFragment({ ...plain, samples: [] }))).toBe('too_many')
    const many = new Array(SAMPLES_MAX + 1).fill(plain.samples[0])
    expect(codeOf(() => buildFragment({ ...plain, samples: many }))).toBe('too_many')
    expect(codeOf(() => buildFragment({ ...plain, trackId: 0 }))).toBe('bad_value')
    expect(codeOf(() => buildFragment({ ...plain, baseDecodeTime: 2 ** 53 }))).toBe('bad_value')
    const long = [{ data: new Uint8Array(0), duration: 2 ** 32, isSync: true, compositionOffset: 0 }]
    expect(codeOf(() => buildFragment({ ...plain, samples: long }))).toBe('bad_value')
    // A run that announces more samples than it describes must not make the reader allocate them.
    expect(codeOf(() => parseFragment(foreign(fullBox('trun', 0, 0x100, u32(60_000, 1)))))).toBe('truncated')
    expect(codeOf(() => parseFragment(foreign(fullBox('trun', 0, 0, u32(SAMPLES_MAX + 1)))))).toBe('too_many')
  })

  test('other writers: several runs, defaults, flags of the first sample', () => {
    const first = fullBox('trun', 0, 0x0004, u32(2, 0x0200_0000))
    const second = fullBox('trun', 0, 0x0200, u32(1, 2))
    const parsed = parseFragment(foreign(first, second))
    expect(samplesOf(parsed)).toEqual([
      { data: Uint8Array.of(1, 2, 3), duration: 7, isSync: true, compositionOffset: 0 },
      { data: Uint8Array.of(4, 5, 6), duration: 7, isSync: false, compositionOffset: 0 },
      { data: Uint8Array.of(7, 8), duration: 7, isSync: false, compositionOffset: 0 },
    ])
    expect(parsed.baseDecodeTime).toBe(77)
  })

  test('samples outside mdat, scattered samples and several tracks are refused', () => {
    expect(codeOf(() => parseFragment(foreign(fullBox('trun', 0, 0x0200, u32(1, 9)))))).toBe('truncated')
    expect(codeOf(() => parseFragment(foreign(fullBox('trun', 0, 0x0201, u32(1, 0, 3)))))).toBe('truncated')
    const scattered = foreign(fullBox('trun', 0, 0x0200, u32(1, 2)), fullBox('trun', 0, 0x0201, u32(1, 0, 2)))
    expect(codeOf(() => parseFragment(scattered))).toBe('unsupported')
    const traf = readBoxes(readBoxes(buildFragment(plain))[0]?.body ?? new Uint8Array(0))[1]?.body ?? new Uint8Array(0)
    const two = concat(box('moof', fullBox('mfhd', 0, 0, u32(1)), box('traf', traf), box('traf', traf)), box('mdat'))
    expect(codeOf(() => parseFragment(two))).toBe('unsupported')
    expect(codeOf(() => parseFragment(box('moof')))).toBe('missing_box')
  })

  test('damaged bytes yield a fragment or an error from the registry', () => {
    const bytes = buildFragment(plain)
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(bytes.length - 1), fc.nat(255)), { minLength: 1, maxLength: 5 }),
        changes => {
          const damaged = bytes.slice()
          for (const [at, value] of changes) damaged[at] = value
          codeOf(() => parseFragment(damaged))
        },
      ),
      { numRuns: 3000 },
    )
  })
})

describe('trimming to a key frame', () => {
  const three: FragmentDraft = {
    ...plain,
    samples: [false, true, false].map((isSync, i) => ({
      data: new Uint8Array(i + 1).fill(i),
      duration: 10,
      isSync,
      compositionOffset: i === 0 ? -5 : 0,
    })),
  }

  test('drops what cannot be decoded, and says how much later the first picture is', () => {
    const trimmed = trimToSync(parseFragment(buildFragment(three)))
    expect(trimmed).toMatchObject({ dropped: 1, later: 15 })
    expect(trimmed?.fragment.data).toEqual(Uint8Array.of(1, 1, 2, 2, 2))
    expect([...(trimmed?.fragment.sizes ?? [])]).toEqual([2, 3])
  })

  test('leading pictures of an open group go too, and time stays', () => {
    // Shown at 9, 10 (leading), 11 (key), 12; decoded as key, leading, leading, 12.
    const open = [2, -1, -1, 0].map((compositionOffset, i) => ({
      data: new Uint8Array(2).fill(i),
      duration: 1,
      isSync: i === 0,
      compositionOffset,
    }))
    const trimmed = trimToSync(parseFragment(buildFragment({ ...plain, samples: open })))
    expect(trimmed).toMatchObject({ dropped: 2, later: 2 })
    expect(samplesOf(trimmed?.fragment ?? parseFragment(buildFragment(plain)))).toEqual([
      { ...open[0], duration: 3 },
      open[3],
    ])
  })

  test('nothing to drop, nothing to keep', () => {
    expect(trimToSync(parseFragment(buildFragment(plain)))).toMatchObject({ dropped: 0, later: 0 })
    const none = three.samples.map(entry => ({ ...entry, isSync: false }))
    expect(trimToSync(parseFragment(buildFragment({ ...three, samples: none })))).toBeNull()
  })
})

/** A fragment as other programs write it: 8 bytes of data, defaults of 3 bytes, 7 ticks, not sync. */
function foreign(...runs: readonly Uint8Array[]): Uint8Array {
  const tfhd = fullBox('tfhd', 0, 0x02_0038, u32(1, 7, 3, 0x0101_0000))
  const traf = box('traf', tfhd, fullBox('tfdt', 1, 0, u64(77)), ...runs)
  const moof = box('moof', fullBox('mfhd', 0, 0, u32(1)), traf)
  return concat(moof, box('mdat', Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8)))
}
