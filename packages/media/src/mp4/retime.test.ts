import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { buildFragment } from './fragment.ts'
import { parseFragment, samplesOf } from './fragment-read.ts'
import { buildInit } from './init.ts'
import { firstPicture, mimeOf, Retimer } from './retime.ts'

const RATE = 90_000
const START = Date.UTC(2026, 10, 23)
const ORIGIN = START - 60_000

/** Presentation times of a fragment, in seconds after the origin. */
function shown(bytes: Uint8Array): number[] {
  const fragment = parseFragment(bytes)
  let at = fragment.baseDecodeTime
  return samplesOf(fragment).map(({ duration, compositionOffset }) => {
    const time = (at + compositionOffset) / RATE
    at += duration
    return time
  })
}

const fragment = (baseDecodeTime: number, offsets: readonly number[], duration = 3600) =>
  buildFragment({
    sequence: 1,
    trackId: 1,
    baseDecodeTime,
    samples: offsets.map((compositionOffset, i) => ({
      data: Uint8Array.of(i),
      duration,
      isSync: i === 0,
      compositionOffset,
    })),
  })
const timed = (bytes: Uint8Array, startTime: number, discontinuity = false) => ({
  fragment: bytes,
  startTime,
  timescale: RATE,
  discontinuity,
})

describe('retiming', () => {
  test('the first picture shown is at its time on the wall clock, with B-frames too', () => {
    for (const offsets of [
      [0, 0, 0],
      [3600, 7200, 0],
      [-3600, 0, 0],
    ]) {
      const out = new Retimer(ORIGIN).retime(timed(fragment(900_000, offsets), START))
      expect(Math.min(...shown(out))).toBeCloseTo(60, 6)
    }
  })

  test('fragments that touch keep touching to the tick, whatever their milliseconds are rounded to', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2900, max: 3800 }), fc.integer({ min: 2, max: 40 }), (duration, count) => {
        const retimer = new Retimer(ORIGIN)
        const begins: number[] = []
        const ends: number[] = []
        for (let i = 0; i < count; i++) {
          const exact = START + (i * 3 * duration * 1000) / RATE
          const times = shown(retimer.retime(timed(fragment(777 * i, [0, 0, 0], duration), Math.round(exact))))
          begins.push(times[0] ?? Number.NaN)
          ends.push((times[0] ?? Number.NaN) + (3 * duration) / RATE)
        }
        for (const [i, begin] of begins.slice(1).entries()) expect(begin).toBeCloseTo(ends[i] ?? Number.NaN, 9)
      }),
    )
  })

  test('a gap or a discontinuity is not closed', () => {
    const retimer = new Retimer(ORIGIN)
    retimer.retime(timed(fragment(0, [0]), START))
    expect(shown(retimer.retime(timed(fragment(0, [0]), START + 1000)))[0]).toBeCloseTo(61, 6)
    expect(shown(retimer.retime(timed(fragment(0, [0]), START + 1041, true)))[0]).toBeCloseTo(61.041, 6)
  })

  test('samples are not touched, and the input is not changed', () => {
    const input = fragment(5, [0, 0])
    const before = input.slice()
    const out = new Retimer(ORIGIN).retime(timed(input, START))
    expect(input).toEqual(before)
    expect(samplesOf(parseFragment(out))).toEqual(samplesOf(parseFragment(input)))
  })

  test('nothing is put before the origin', () => {
    expect(() => new Retimer(START).retime(timed(fragment(0, [0]), START - 1))).toThrow('before the origin')
    expect(() => new Retimer(START).retime(timed(new Uint8Array(8), START))).toThrow()
  })
})

test('names codecs and finds the first picture', () => {
  const record = Uint8Array.of(1, 100, 0, 40, 0xff, 0xe1, 0, 1, 0x67, 1, 0, 1, 0x68, 0xfd, 0xf8, 0xf8, 0)
  const config = { kind: 'video', codec: 'h264', width: 1920, height: 1080, record } as const
  const init = buildInit([{ trackId: 1, timescale: RATE, config }])
  expect(mimeOf(init)).toBe('video/mp4; codecs="avc1.640028"')
  expect(firstPicture(init, fragment(0, [0, 0]))).toEqual({
    data: Uint8Array.of(0),
    isSync: true,
    codec: 'avc1.640028',
    description: record,
    width: 1920,
    height: 1080,
  })
})
