import { LIMITS } from '@hausrecht/contract/limits'
import { newStreamId } from '@hausrecht/crypto/ids'
import { leafOf } from '@hausrecht/keytree/leaf'
import { aacConfig, makeAudioSpecificConfig } from '@hausrecht/media/codec/aac'
import type { VideoConfig } from '@hausrecht/media/codec/config'
import { parseFragment, samplesOf } from '@hausrecht/media/mp4/fragment-read'
import { parseInit } from '@hausrecht/media/mp4/init'
import { HEADER_MAX, objectLength, PREFIX_LENGTH } from '@hausrecht/media/segment/header'
import { KINDS, type Kind } from '@hausrecht/media/segment/kinds'
import { decodePayload, encodePayload, type GapPayload, type MediaPayload } from '@hausrecht/media/segment/payload'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { ObjectMeta } from '../spool/record.ts'
import type { StreamState } from '../spool/state.ts'
import { PART_MAX_MS, SEALING_MAX, SEGMENT_MAX_BYTES } from './limits.ts'
import { CameraRecorder, type RecorderOptions } from './recorder.ts'
import { makeGate, StreamTarget } from './target.ts'

const START = Date.UTC(2026, 4, 3, 10, 0, 0)
const RATE = 90_000
const FRAME = 3600
const SOUND_RATE = 16_000

const picture = (width: number): VideoConfig => ({
  kind: 'video',
  codec: 'h264',
  width,
  height: 1080,
  record: Uint8Array.of(1, 100, 0, 40, 0xff, 0xe1, 0, 1, 0x67, 1, 0, 1, 0x68, 0xfd, 0xf8, 0xf8, 0),
})
const sound = aacConfig(makeAudioSpecificConfig(SOUND_RATE, 1))

type Stored = { readonly meta: ObjectMeta; readonly payload: MediaPayload | GapPayload }

/** A recorder whose clock the test turns, and what it stored. Sealing is replaced by encoding. */
class Bed {
  now = START
  readonly stored: Stored[] = []
  readonly recorder: CameraRecorder
  readonly video = newStreamId()
  readonly audio = newStreamId()
  generation = 1
  held = true
  readonly maxWaiting: number

  constructor(change: Partial<RecorderOptions> = {}, state?: StreamState, maxWaiting = 10_000) {
    this.maxWaiting = maxWaiting
    const gate = makeGate()
    const target = (stream: typeof this.video) =>
      new StreamTarget({
        stream,
        generationOf: () => this.generation,
        states: state === undefined ? [] : [state],
        maxWaiting: this.maxWaiting,
        gate,
        seal: async object =>
          this.held ? { bytes: encodePayload(object.kind, object.payload), release: () => {} } : null,
        append: async (meta, parts) => {
          this.stored.push({ meta, payload: decodePayload(meta.kind as Kind, Buffer.concat(parts)) })
          return 'durable'
        },
        onLost: (piece, reason) => this.recorder.lost(piece, reason),
        onRecorded: piece => this.recorder.recorded(piece),
      })
    this.recorder = new CameraRecorder({
      video: target(this.video),
      audio: target(this.audio),
      videoEndMs: null,
      audioEndMs: null,
      reason: 'camera_added',
      now: () => this.now,
      ...change,
    })
  }

  open(): void {
    this.recorder.open(
      { config: picture(1920), clockRate: RATE, frameTicks: FRAME },
      { config: sound, clockRate: SOUND_RATE, frameTicks: 1024 },
    )
  }

  /** A picture that is shown at frame number `shown`, arriving now. */
  frame(shown: number, key = shown % 50 === 0, size = 100): void {
    this.recorder.picture({
      data: new Uint8Array(size).fill(shown),
      rtpTime: 1_000_000 + shown * FRAME,
      arrival: this.now,
      key,
      lossBefore: false,
    })
  }

  frames(from: number, to: number, keyEvery = 50): void {
    for (let i = from; i < to; i += 1) {
      this.frame(i, i % keyEvery === 0)
      this.now += 40
    }
  }

  async done(): Promise<void> {
    await this.recorder.close()
    await new Promise(resolve => setImmediate(resolve))
  }

  pieces(stream: string): readonly (Stored & { readonly payload: MediaPayload })[] {
    return this.stored.flatMap(({ meta, payload }) =>
      meta.stream === stream && payload.type === 'media' ? [{ meta, payload }] : [],
    )
  }

  gaps(stream: string = this.video): readonly GapPayload[] {
    return this.stored.flatMap(({ meta, payload }) =>
      meta.stream === stream && payload.type === 'gap' ? [payload] : [],
    )
  }
}

/** Presentation times of all frames of all pieces, and that decode times go on without a hole. */
function timesOf(pieces: readonly { readonly payload: MediaPayload }[]): readonly number[] {
  const shown: number[] = []
  const holes: number[] = []
  let next: number | null = null
  for (const { payload } of pieces) {
    const fragment = parseFragment(payload.fragment)
    if (next !== null && !payload.discontinuity) holes.push(fragment.baseDecodeTime - next)
    let at = fragment.baseDecodeTime
    for (const sample of samplesOf(fragment)) {
      shown.push(at + sample.compositionOffset)
      at += sample.duration
    }
    next = at
  }
  expect(holes).toEqual(holes.map(() => 0))
  return shown
}

describe('cutting', () => {
  test('cuts at key frames after two seconds; times go on exactly', async () => {
    const bed = new Bed()
    bed.open()
    bed.frames(0, 250)
    await bed.done()
    const pieces = bed.pieces(bed.video)
    expect(pieces.map(({ payload }) => payload.duration)).toEqual([2000, 2000, 2000, 2000, 2000])
    expect(pieces.map(({ payload }) => payload.sequence)).toEqual([0, 1, 2, 3, 4])
    expect(pieces.map(({ payload }) => payload.startTime)).toEqual([0, 2000, 4000, 6000, 8000].map(ms => START + ms))
    expect(pieces.map(({ meta }) => meta.leaf)).toEqual(pieces.map(({ payload }) => leafOf(payload.startTime)))
    expect(pieces.every(({ payload }) => payload.startsWithKey && !payload.continues && !payload.discontinuity)).toBe(
      true,
    )
    const times = timesOf(pieces)
    expect(times).toEqual(Array.from({ length: 250 }, (_, i) => (times[0] ?? 0) + i * FRAME))
  })

  test('short groups of pictures are joined to at least two seconds', async () => {
    const bed = new Bed()
    bed.open()
    bed.frames(0, 200, 20)
    await bed.done()
    expect(bed.pieces(bed.video).map(({ payload }) => payload.duration)).toEqual([2400, 2400, 2400, 800])
  })

  test('a 30 s group is cut into parts, each saying that it continues', async () => {
    const bed = new Bed()
    bed.open()
    bed.frames(0, 1500, 750)
    await bed.done()
    const pieces = bed.pieces(bed.video)
    expect(pieces.every(({ payload }) => payload.duration <= PART_MAX_MS)).toBe(true)
    expect(pieces.map(({ payload }) => payload.continues)).toEqual(pieces.map(({ payload }) => !payload.startsWithKey))
    expect(
      pieces.filter(({ payload }) => payload.startsWithKey).map(({ payload }) => payload.startTime - START),
    ).toEqual([0, 30_000])
    expect(timesOf(pieces)).toHaveLength(1500)
  })

  test('B-frames: shown in order, never torn apart from what they lie between, nothing overlaps', async () => {
    const bed = new Bed()
    bed.open()
    for (let anchor = 0; anchor < 300; anchor += 3) {
      // Decode order I/P first, then the two B-frames that are shown before it.
      for (const shown of anchor === 0 ? [0] : [anchor, anchor - 2, anchor - 1])
        bed.frame(shown, anchor % 60 === 0 && shown === anchor)
      bed.now += 120
    }
    await bed.done()
    const pieces = bed.pieces(bed.video)
    expect(pieces.length).toBeGreaterThan(3)
    const times = timesOf(pieces)
    expect([...times].sort((a, b) => a - b)).toEqual(
      Array.from({ length: 298 }, (_, i) => Math.min(...times) + i * FRAME),
    )
    pieces.reduce((end, { payload }) => {
      expect(payload.startTime).toBe(end)
      return payload.startTime + payload.duration
    }, pieces[0]?.payload.startTime ?? 0)
  })

  test('another resolution begins an object with its own init segment', async () => {
    const bed = new Bed()
    bed.open()
    bed.frames(0, 30)
    bed.recorder.reconfigure('video', picture(1280))
    bed.recorder.reconfigure('video', picture(1280))
    bed.frames(30, 50)
    bed.frames(50, 80)
    await bed.done()
    const pieces = bed.pieces(bed.video)
    const widths = pieces
      .map(({ payload }) => parseInit(payload.init)[0]?.config)
      .map(config => config?.kind === 'video' && config.width)
    expect(widths).toEqual([1920, 1280])
    expect(pieces[1]?.payload).toMatchObject({ discontinuity: true, startsWithKey: true, startTime: START + 2000 })
    expect(bed.recorder.counts.skippedFrames).toBe(20)
  })

  test('frames before the first key frame are not kept', async () => {
    const bed = new Bed()
    bed.open()
    bed.frames(10, 100)
    await bed.done()
    expect(bed.pieces(bed.video)[0]?.payload).toMatchObject({ startsWithKey: true, startTime: START + 40 * 40 })
    expect(bed.recorder.counts).toMatchObject({ frames: 50, skippedFrames: 40 })
  })

  test('a camera that never sends a key frame again, and sends much, is cut by size', async () => {
    const bed = new Bed()
    bed.open()
    const size = 1024 * 1024
    for (let i = 0; i < 20; i += 1) bed.frame(i, i === 0, size)
    await bed.done()
    const pieces = bed.pieces(bed.video)
    expect(pieces.length).toBeGreaterThan(2)
    for (const { payload } of pieces) {
      expect(payload.fragment.length).toBeLessThan(SEGMENT_MAX_BYTES + 4096)
      const { length } = encodePayload(KINDS.video, { ...payload, fragment: [payload.fragment] })
      expect(objectLength(PREFIX_LENGTH + HEADER_MAX, length)).toBeLessThanOrEqual(LIMITS.objectBytes)
    }
  })

  test('sound is a stream of its own, cut about where the picture is', async () => {
    const bed = new Bed()
    bed.open()
    let soundAt = 0
    for (let i = 0; i < 500; i += 1) {
      bed.frame(i, i % 75 === 0)
      for (; (soundAt * 1024) / SOUND_RATE < (i + 1) / 25; soundAt += 1) {
        bed.recorder.sound({
          data: new Uint8Array(64),
          rtpTime: 77 + soundAt * 1024,
          arrival: bed.now,
          key: true,
          lossBefore: false,
        })
      }
      bed.now += 40
    }
    await bed.done()
    const heard = bed.pieces(bed.audio)
    const seen = bed.pieces(bed.video)
    expect(heard.map(({ payload }) => payload.sequence)).toEqual(heard.map((_, i) => i))
    expect(timesOf(heard)).toHaveLength(soundAt)
    expect(heard.length).toBeGreaterThanOrEqual(seen.length - 1)
    for (const { payload } of seen.slice(2)) {
      const nearest = Math.min(...heard.map(other => Math.abs(other.payload.startTime - payload.startTime)))
      expect(nearest).toBeLessThan(150)
    }
    const keys = new Set(bed.stored.map(({ meta }) => `${meta.stream}/${meta.leaf}`))
    expect(keys.size).toBe(bed.stored.length)
  })
})

describe('time', () => {
  test('arrival jitters, recorded times do not', async () => {
    const bed = new Bed()
    bed.open()
    for (let i = 0; i < 500; i += 1) {
      const jitter = i === 0 ? 0 : (i * 7919) % 90
      bed.now = START + i * 40 + jitter
      bed.frame(i)
    }
    await bed.done()
    expect(bed.pieces(bed.video).map(({ payload }) => payload.duration)).toEqual(Array.from({ length: 10 }, () => 2000))
  })

  test('a camera whose clock runs fast is followed, and leaves stay true to time', async () => {
    const bed = new Bed()
    bed.open()
    // 500 ppm: each frame comes 0.02 ms earlier than its timestamp says.
    for (let i = 0; i < 50 * 600; i += 1) {
      bed.now = START + i * 39.98
      bed.frame(i)
    }
    await bed.done()
    const last = bed.pieces(bed.video).at(-1)
    expect(Math.abs((last?.payload.startTime ?? 0) - (START + 29_950 * 39.98))).toBeLessThan(50)
    for (const { meta, payload } of bed.pieces(bed.video))
      expect(meta.leaf - leafOf(payload.startTime)).toBeLessThanOrEqual(1)
    expect(bed.gaps()).toEqual([])
  })

  test('the hub’s clock is set forward: from then on the new time, marked, with a gap that says why', async () => {
    const bed = new Bed()
    bed.open()
    bed.frames(0, 500)
    bed.now += 3_600_000
    bed.frames(500, 1000)
    await bed.done()
    const pieces = bed.pieces(bed.video)
    const jumped = pieces.findIndex(({ payload }) => payload.startTime > START + 3_600_000)
    expect(pieces[jumped]?.payload.discontinuity).toBe(true)
    expect(bed.gaps()).toMatchObject([{ gap: { reason: 'camera_clock' } }])
    expect(timesOf(pieces)).toHaveLength(1000)
    expect(bed.recorder.counts.jumps).toBe(1)
  })

  test('the hub’s clock is set back: no leaf is used again, the true time is inside', async () => {
    const bed = new Bed()
    bed.open()
    bed.frames(0, 500)
    bed.now -= 3_600_000
    bed.frames(500, 1000)
    await bed.done()
    const pieces = bed.pieces(bed.video)
    const leaves = pieces.map(({ meta }) => meta.leaf)
    expect(leaves).toEqual([...leaves].sort((a, b) => a - b))
    expect(new Set(leaves).size).toBe(leaves.length)
    expect(pieces.at(-1)?.payload.startTime).toBeLessThan(START)
    expect(timesOf(pieces)).toHaveLength(1000)
  })

  test('the camera’s timestamps jump: anchored anew at arrival', async () => {
    const bed = new Bed()
    bed.open()
    bed.frames(0, 250)
    for (let i = 250; i < 500; i += 1) {
      const rtpTime = 900_000_000 + i * FRAME
      bed.recorder.picture({
        data: new Uint8Array(10),
        rtpTime,
        arrival: bed.now,
        key: i % 50 === 0,
        lossBefore: false,
      })
      bed.now += 40
    }
    await bed.done()
    const pieces = bed.pieces(bed.video)
    expect(pieces.map(({ payload }) => payload.discontinuity)).toEqual(pieces.map((_, i) => i === 5))
    expect(pieces[5]?.payload.startTime).toBe(START + 10_000)
    expect(pieces.reduce((sum, { payload }) => sum + payload.duration, 0)).toBe(20_000)
  })

  test.each([
    ['stand still', () => 1_000_000],
    ['jump to and fro', (i: number) => (i % 20 < 10 ? i * FRAME : 50_000_000 - i * FRAME)],
  ])('timestamps that %s are given up; arrival is used', async (_, rtp) => {
    const bed = new Bed()
    bed.open()
    for (let i = 0; i < 1000; i += 1) {
      bed.recorder.picture({
        data: new Uint8Array(10),
        rtpTime: rtp(i),
        arrival: bed.now,
        key: i % 50 === 0,
        lossBefore: false,
      })
      bed.now += 40
    }
    await bed.done()
    expect(bed.recorder.clockBroken).toBe(false)
    const pieces = bed.pieces(bed.video)
    const recorded = pieces.reduce((sum, { payload }) => sum + payload.duration, 0)
    expect(Math.abs(recorded - 40_000)).toBeLessThan(2500)
    expect(timesOf(pieces)).toHaveLength(1000)
  })

  test('a network that stalls for ten seconds and then catches up changes no time', async () => {
    const bed = new Bed()
    bed.open()
    bed.frames(0, 250)
    bed.now += 10_000
    for (let i = 250; i < 500; i += 1) {
      bed.frame(i)
      bed.now += 1
    }
    bed.now = START + 20_000
    bed.frames(500, 750)
    await bed.done()
    expect(bed.pieces(bed.video).every(({ payload }) => payload.duration === 2000 && !payload.discontinuity)).toBe(true)
    expect(bed.pieces(bed.video)).toHaveLength(15)
  })

  test('sender reports bring sound to the picture', async () => {
    const bed = new Bed()
    bed.open()
    const sender = 5_000_000
    for (let i = 0; i < 100; i += 1) {
      const key = i % 50 === 0
      bed.recorder.picture({
        data: new Uint8Array(9),
        rtpTime: i * FRAME,
        arrival: bed.now,
        key,
        lossBefore: false,
        ntp: sender + i * 40,
      })
      // Sound of the same moment comes 300 ms later, as the camera's encoder delays it.
      bed.recorder.sound({
        data: new Uint8Array(9),
        rtpTime: i * 640,
        arrival: bed.now + 300,
        key: true,
        lossBefore: false,
        ntp: sender + i * 40,
      })
      bed.now += 40
    }
    await bed.done()
    const [before, after] = bed.pieces(bed.audio)
    const end = (before?.payload.startTime ?? 0) + (before?.payload.duration ?? 0)
    expect(Math.abs(end - (after?.payload.startTime ?? 0) - 300)).toBeLessThan(15)
  })

  test('property: whatever clocks and cameras do, leaves rise, sequences count on, no frame is lost or doubled', async () => {
    const chunk = fc.record({
      frames: fc.integer({ min: 1, max: 120 }),
      gop: fc.integer({ min: 1, max: 400 }),
      hubJump: fc.oneof(
        { weight: 3, arbitrary: fc.constant(0) },
        { weight: 1, arbitrary: fc.integer({ min: -9_000_000, max: 9_000_000 }) },
      ),
      rtpJump: fc.oneof(
        { weight: 3, arbitrary: fc.constant(0) },
        { weight: 1, arbitrary: fc.integer({ min: -900_000_000, max: 900_000_000 }) },
      ),
    })
    await fc.assert(
      fc.asyncProperty(fc.array(chunk, { minLength: 1, maxLength: 12 }), async chunks => {
        const bed = new Bed()
        bed.open()
        let rtp = 5_000_000_000
        let count = 0
        for (const { frames, gop, hubJump, rtpJump } of chunks) {
          bed.now += hubJump
          rtp += rtpJump
          for (let i = 0; i < frames; i += 1) {
            bed.recorder.picture({
              data: Uint8Array.of(count),
              rtpTime: rtp,
              arrival: bed.now,
              key: count === 0 || i % gop === 0,
              lossBefore: false,
            })
            bed.now += 40
            rtp += FRAME
            count += 1
          }
        }
        await bed.done()
        const all = bed.stored.filter(({ meta }) => meta.stream === bed.video)
        all.reduce((before, { meta }) => {
          expect(meta.leaf).toBeGreaterThan(before)
          return meta.leaf
        }, -1)
        expect(all.map(({ meta }) => meta.sequence)).toEqual(all.map((_, i) => i))
        const bytes = bed
          .pieces(bed.video)
          .flatMap(({ payload }) => samplesOf(parseFragment(payload.fragment)).map(sample => sample.data[0]))
        expect(bytes).toEqual(Array.from({ length: count }, (_, i) => i & 0xff))
      }),
      { numRuns: 100 },
    )
  })
})

describe('gaps', () => {
  test('from the stop of the last run to the first key frame, with its reason', async () => {
    const bed = new Bed({ videoEndMs: START - 60_000, audioEndMs: START - 60_000, reason: 'hub_crashed' })
    bed.open()
    bed.frames(25, 100)
    await bed.done()
    expect(bed.gaps()).toMatchObject([
      { gap: { from: START - 60_000, to: START + 1000, reason: 'hub_crashed', lost: 0 } },
    ])
    expect(bed.pieces(bed.video)[0]?.payload).toMatchObject({ sequence: 1, discontinuity: true })
  })

  test('a camera that goes and comes back: what was open is kept, the gap names the newest reason from its beginning', async () => {
    const bed = new Bed()
    bed.open()
    bed.frames(0, 80)
    bed.recorder.interrupt('camera_silent')
    bed.now += 5000
    bed.recorder.interrupt('camera_unreachable')
    bed.now += 20_000
    bed.recorder.interrupt('camera_unreachable')
    bed.now += 5000
    bed.open()
    bed.frames(1000, 1100)
    await bed.done()
    const [first, second] = bed.gaps()
    expect(first?.gap).toEqual({ from: START + 3200, to: START + 8200, reason: 'camera_silent', lost: 0 })
    expect(second?.gap).toEqual({ from: START + 8200, to: START + 33_200, reason: 'camera_unreachable', lost: 0 })
    expect(bed.pieces(bed.video)[1]?.payload).toMatchObject({ duration: 1200 })
    expect(bed.pieces(bed.video)[2]?.payload).toMatchObject({ discontinuity: true, startTime: START + 33_200 })
  })

  test('a gap that lasts is recorded while it lasts', async () => {
    const bed = new Bed()
    bed.open()
    bed.frames(0, 50)
    bed.recorder.interrupt('camera_unreachable')
    for (let minute = 0; minute < 25; minute += 1) {
      bed.now += 60_000
      bed.recorder.tick()
    }
    await bed.done()
    expect(bed.gaps().map(({ duration }) => duration)).toEqual([600_000, 600_000])
  })

  test('frames that never came are a gap; a short hiccup is not', async () => {
    const bed = new Bed()
    bed.open()
    bed.frames(0, 60)
    bed.now += 3000
    bed.frames(60 + 75, 300)
    bed.now += 8000
    bed.frames(300 + 200, 700)
    await bed.done()
    expect(bed.gaps()).toMatchObject([{ gap: { reason: 'frames_missing' } }])
    const span = bed.gaps()[0]
    expect(span?.duration).toBeGreaterThan(7900)
    expect(span?.duration).toBeLessThan(8100)
  })

  test('packets that were lost mark the next piece', async () => {
    const bed = new Bed()
    bed.open()
    bed.frames(0, 60)
    bed.recorder.picture({
      data: new Uint8Array(1),
      rtpTime: 1_000_000 + 61 * FRAME,
      arrival: bed.now,
      key: false,
      lossBefore: true,
    })
    bed.frames(62, 150)
    await bed.done()
    expect(bed.pieces(bed.video).map(({ payload }) => payload.discontinuity)).toEqual([false, false, true])
    expect(bed.recorder.counts.lossEvents).toBe(1)
  })

  test('a time whose key is gone is a gap, not footage', async () => {
    const bed = new Bed()
    bed.open()
    bed.held = false
    bed.frames(0, 160)
    await new Promise(resolve => setImmediate(resolve))
    bed.held = true
    bed.frames(160, 260)
    await new Promise(resolve => setImmediate(resolve))
    await bed.done()
    expect(bed.gaps()).toMatchObject([{ gap: { from: START, to: START + 6000, reason: 'no_key', lost: 3 } }])
    expect(bed.pieces(bed.video)[0]?.payload.startTime).toBe(START + 6000)
  })

  test('pieces that come faster than they are sealed are dropped and counted', async () => {
    const bed = new Bed({}, undefined, SEALING_MAX)
    bed.open()
    bed.frames(0, 50 * 12)
    await bed.done()
    const lost = bed.gaps().filter(({ gap }) => gap.reason === 'hub_overloaded')
    expect(lost.length).toBeGreaterThan(0)
    expect(bed.pieces(bed.video).length + lost.reduce((sum, { gap }) => sum + gap.lost, 0)).toBe(12)
  })

  test('a new generation takes over between two pieces, its sequence from 0', async () => {
    const bed = new Bed()
    bed.open()
    bed.frames(0, 120)
    bed.generation = 2
    bed.frames(120, 220)
    await bed.done()
    expect(bed.pieces(bed.video).map(({ meta }) => [meta.gen, meta.sequence])).toEqual([
      [1, 0],
      [1, 1],
      [2, 0],
      [2, 1],
      [2, 2],
    ])
  })
})
