import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { codeOf } from '../test/codes.ts'
import { aac, h264, h265 } from '../test/configs.ts'
import { MovieTrack, type SampleRun, SNAP_MS } from './movie-track.ts'
import { DESCRIPTIONS_MAX } from './sample-entry.ts'

const T = 1_795_000_000_000

/** `count` samples of 40 ms at 1000 ticks a second. */
const run = (startTimeMs: number, count = 50, more: Partial<SampleRun> = {}): SampleRun => ({
  timescale: 1000,
  sizes: new Uint32Array(count).fill(9),
  durations: new Uint32Array(count).fill(40),
  compositionOffsets: new Int32Array(count),
  sync: new Uint8Array(count).fill(1),
  startTimeMs,
  description: 0,
  offset: 0,
  ...more,
})

/** Decode times of all samples, ms after the start. */
function times(track: MovieTrack): number[] {
  let time = 0
  return Array.from(track.log.durations.subarray(0, track.log.count), duration => {
    const now = time
    time += duration
    return now
  })
}

describe('time line of a track', () => {
  test('jitter within the tolerance changes nothing', () => {
    for (const kind of ['video', 'audio'] as const) {
      const track = new MovieTrack(kind, 1000)
      track.append(run(T))
      track.append(run(T + 2000 + SNAP_MS[kind]))
      track.append(run(T + 4000 - SNAP_MS[kind]))
      expect(track.duration).toBe(6000)
      expect(track.gaps).toBe(0)
    }
  })

  test('jitter does not add up: each segment is compared with its own start', () => {
    const track = new MovieTrack('video', 1000)
    for (let i = 0; i < 100; i++) track.append(run(T + i * 2001))
    const last = times(track).at(-50) ?? 0
    expect(Math.abs(last - 99 * 2001)).toBeLessThanOrEqual(SNAP_MS.video)
  })

  test('a gap is in the duration of the sample before it, and all later times are true', () => {
    const track = new MovieTrack('video', 1000)
    track.append(run(T))
    track.append(run(T + 60_000))
    expect(times(track)[50]).toBe(60_000)
    expect(track.log.durations[49]).toBe(58_040)
    expect(track.gaps).toBe(1)
  })

  test('a small overlap shortens the sample before it', () => {
    const track = new MovieTrack('video', 1000)
    track.append(run(T))
    track.append(run(T + 1970))
    expect(times(track)[50]).toBe(1970)
  })

  test('a clock that was set back: the movie goes on, and stays together', () => {
    const track = new MovieTrack('video', 1000)
    track.append(run(T))
    track.append(run(T - 3_600_000 + 2000))
    track.append(run(T - 3_600_000 + 4000))
    expect(times(track).every((time, i) => time === i * 40)).toBe(true)
    expect(track.shiftMs).toBe(3_600_000)
    track.append(run(T - 3_600_000 + 16_000))
    expect(times(track)[150]).toBe(16_000)
  })

  test('a gap of days does not overflow, and the movie goes on', () => {
    const track = new MovieTrack('video', 1_000_000)
    const second = { timescale: 1_000_000, durations: new Uint32Array(1).fill(1_000_000) }
    track.append(run(T, 1, second))
    track.append(run(T + 86_400_000, 1, second))
    expect(track.log.durations[0]).toBe(0xffff_ffff)
    track.append(run(T + 86_401_000, 1, second))
    expect(track.duration).toBe(0xffff_ffff + 2_000_000)
  })

  test('other timescales are converted without drifting', () => {
    const track = new MovieTrack('video', 90_000)
    for (let i = 0; i < 30; i++)
      track.append(run(T + i * 1200, 36, { timescale: 30_000, durations: new Uint32Array(36).fill(1000) }))
    expect(track.duration).toBe(30 * 36 * 3000)
    const odd = new MovieTrack('video', 1000)
    odd.append(run(T, 300, { timescale: 30_000, durations: new Uint32Array(300).fill(1001) }))
    expect(odd.duration).toBe(10_010)
  })

  test('times never go back, whatever segments say', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -100_000, max: 100_000 }), { maxLength: 30 }), starts => {
        const track = new MovieTrack('video', 1000)
        for (const start of starts) track.append(run(T + start, 3))
        const all = times(track)
        expect(all).toHaveLength(starts.length * 3)
        expect(all.every((time, i) => i === 0 || time > (all[i - 1] ?? 0))).toBe(true)
      }),
    )
  })

  test('configurations are kept once', () => {
    const track = new MovieTrack('video', 1000)
    expect([track.describe(h264()), track.describe(h265()), track.describe(h264())]).toEqual([0, 1, 0])
    const full = new MovieTrack('audio', 1000)
    for (let i = 0; i < DESCRIPTIONS_MAX; i++) full.describe({ ...aac(), sampleRate: i + 1 })
    expect(codeOf(() => full.describe({ ...aac(), channels: 2 }))).toBe('too_many')
    expect(codeOf(() => track.append(run(T, 2, { sync: new Uint8Array(1) })))).toBe('bad_value')
  })
})
