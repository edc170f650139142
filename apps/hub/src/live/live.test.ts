import { LIMITS } from '@hausrecht/contract/limits'
import { newStreamId, parseDeviceId, type StreamId } from '@hausrecht/crypto/ids'
import { leafOf } from '@hausrecht/keytree/leaf'
import { aacConfig, makeAudioSpecificConfig } from '@hausrecht/media/codec/aac'
import type { VideoConfig } from '@hausrecht/media/codec/config'
import { parseFragment, samplesOf } from '@hausrecht/media/mp4/fragment-read'
import { parseInit } from '@hausrecht/media/mp4/init'
import { KINDS, type Kind } from '@hausrecht/media/segment/kinds'
import { decodePayload, encodePayload, type MediaPayload } from '@hausrecht/media/segment/payload'
import fc from 'fast-check'
import { pino } from 'pino'
import { describe, expect, test } from 'vitest'
import { FrameMemory } from '../recorder/buffers.ts'
import { CameraRecorder } from '../recorder/recorder.ts'
import { makeGate, type Seal, StreamTarget } from '../recorder/target.ts'
import {
  GROUP_BYTES,
  GROUP_FRAMES,
  LINE_BYTES,
  LIVE_PART_MS,
  LIVE_SOUND_MS,
  ORDERED_FRAMES,
  SOUND_KEPT_MS,
} from './limits.ts'
import { Live } from './live.ts'

const START = Date.UTC(2026, 4, 3, 10, 0, 0)
const RATE = 90_000
const FRAME = 3600
const SOUND_RATE = 16_000
const VIEWER = parseDeviceId('a'.repeat(26))

const picture = (width: number): VideoConfig => ({
  kind: 'video',
  codec: 'h264',
  width,
  height: 1080,
  record: Uint8Array.of(1, 100, 0, 40, 0xff, 0xe1, 0, 1, 0x67, 1, 0, 1, 0x68, 0xfd, 0xf8, 0xf8, 0),
})
const sound = aacConfig(makeAudioSpecificConfig(SOUND_RATE, 1))

type Sent = { readonly stream: StreamId; readonly key: boolean; readonly leaf: number; readonly payload: MediaPayload }

/** A recorder with its live side. Sealing is replaced by encoding; the line takes down what it gets. */
class Bed {
  now = START
  readonly memory = new FrameMemory()
  /** Who holds how much of each frame, besides the recorder. */
  held = 0
  readonly video = newStreamId()
  readonly audio = newStreamId()
  readonly recorded: MediaPayload[] = []
  readonly sent: Sent[] = []
  readonly kinds = new Set<number>()
  lineWaiting = 0
  sealable = true
  #leaf = 0
  readonly live: Live
  readonly recorder: CameraRecorder
  readonly #allocate = this.memory.allocator()

  constructor() {
    const seal: Seal = async object => {
      if (!this.sealable) return null
      this.#leaf = object.leaf
      this.kinds.add(object.kind)
      return { bytes: encodePayload(object.kind, object.payload), release: () => {} }
    }
    this.live = new Live({
      now: () => this.now,
      seal,
      generationOf: () => 3,
      holds: {
        hold: data => {
          this.held += 1
          this.memory.hold(data)
        },
        release: data => {
          this.held -= 1
          this.memory.release(data)
        },
      },
      line: {
        publish: (stream, key, object) => {
          const payload = decodePayload(stream === this.video ? KINDS.liveVideo : KINDS.liveAudio, object)
          if (payload.type === 'media') this.sent.push({ stream, key, leaf: this.#leaf, payload })
        },
        waiting: () => this.lineWaiting,
      },
      log: pino({ level: 'silent' }),
    })
    const gate = makeGate()
    const target = (stream: StreamId) =>
      new StreamTarget({
        stream,
        generationOf: () => 1,
        states: [],
        maxWaiting: 10_000,
        gate,
        seal: async object => ({ bytes: encodePayload(object.kind, object.payload), release: () => {} }),
        append: async (meta, parts) => {
          const payload = decodePayload(meta.kind as Kind, Buffer.concat(parts))
          if (payload.type === 'media' && meta.stream === this.video) this.recorded.push(payload)
          return 'durable'
        },
        onLost: () => {},
      })
    this.recorder = new CameraRecorder({
      video: target(this.video),
      audio: target(this.audio),
      videoEndMs: START,
      audioEndMs: START,
      reason: 'hub_stopped',
      now: () => this.now,
      videoTap: this.live.tap(this.video, 'video'),
      audioTap: this.live.tap(this.audio, 'audio'),
      release: data => this.memory.release(data),
    })
  }

  open(width = 1920): void {
    this.recorder.open(
      { config: picture(width), clockRate: RATE, frameTicks: FRAME },
      { config: sound, clockRate: SOUND_RATE, frameTicks: 1024 },
    )
  }

  picture(ticks: number, key: boolean, size = 100, mark = ticks / FRAME): void {
    const data = this.#allocate(size)
    data.fill(mark & 0xff)
    this.recorder.picture({ data, rtpTime: 1_000_000 + ticks, arrival: this.now, key, lossBefore: false })
  }

  /** Frames in order of decoding, 25 a second: `shown` are their places in order of showing. */
  play(shown: readonly number[], keyAt: (n: number) => boolean, size = 100): void {
    for (const n of shown) {
      this.picture(n * FRAME, keyAt(n), size)
      this.now += 40
    }
  }

  watch(watched = true, stream = this.video): void {
    this.live.watched(stream, watched ? [VIEWER] : [])
  }

  async done(): Promise<void> {
    await this.recorder.close()
    await this.live.idle()
  }

  parts(stream = this.video): readonly Sent[] {
    return this.sent.filter(part => part.stream === stream)
  }
}

const upTo = (from: number, to: number): number[] => Array.from({ length: to - from }, (_, i) => from + i)
const every = (n: number) => (i: number) => i % n === 0

type Shown = { readonly dts: number; readonly pts: number; readonly key: boolean; readonly data: string }

function framesOf(payloads: readonly MediaPayload[]): readonly Shown[] {
  return payloads.flatMap(({ fragment: bytes }) => {
    const fragment = parseFragment(bytes)
    let dts = fragment.baseDecodeTime
    return [...samplesOf(fragment)].map(sample => {
      const frame = {
        dts,
        pts: dts + sample.compositionOffset,
        key: sample.isSync,
        data: Buffer.from(sample.data).toString('hex'),
      }
      dts += sample.duration
      return frame
    })
  })
}

test('nothing is cut, sealed or sent while nobody watches', async () => {
  const bed = new Bed()
  bed.open()
  bed.play(upTo(0, 200), every(50))
  await bed.done()
  expect(bed.sent).toEqual([])
  expect(bed.held).toBe(0)
})

test('who comes gets the newest key frame and all since, then parts as they come, each at most a quarter of a second', async () => {
  const bed = new Bed()
  bed.open()
  bed.play(upTo(0, 120), every(50))
  bed.watch()
  await bed.live.idle()
  const first = bed.parts()
  expect(framesOf(first.map(({ payload }) => payload)).map(({ pts }) => pts / FRAME - 250)).toEqual(upTo(100, 118))
  expect(first[0]?.key).toBe(true)
  expect(first[0]?.payload.discontinuity).toBe(true)
  expect(first[0]?.payload.startTime).toBe(START + 4000)
  bed.play(upTo(120, 200), every(50))
  bed.watch(false)
  bed.play(upTo(200, 300), every(50))
  await bed.done()
  const parts = bed.parts()
  expect(parts.map(({ payload }) => payload.sequence)).toEqual(parts.map((_, i) => START + i))
  expect(Math.max(...parts.map(({ payload }) => payload.duration))).toBeLessThanOrEqual(LIVE_PART_MS)
  expect(parts.filter(({ key }) => key).map(({ payload }) => payload.startTime - START)).toEqual([4000, 6000])
  for (const { key, payload } of parts) {
    expect(payload.startsWithKey).toBe(key)
    expect(payload.continues).toBe(!key)
    expect(parseInit(payload.init)[0]?.timescale).toBe(RATE)
  }
  expect(parts.slice(1).some(({ payload }) => payload.discontinuity)).toBe(false)
  expect(bed.held).toBe(0)
  expect([...bed.kinds]).toEqual([KINDS.liveVideo])
})

test('without reordering a part goes out with its last frame, and does not wait for the next', async () => {
  const bed = new Bed()
  bed.open()
  bed.play(upTo(0, ORDERED_FRAMES), every(50))
  bed.watch()
  await bed.live.idle()
  const before = bed.parts().length
  const whole = Math.floor(LIVE_PART_MS / 40)
  bed.play(upTo(ORDERED_FRAMES, ORDERED_FRAMES + whole), every(50))
  await bed.live.idle()
  const parts = bed.parts()
  // The key frame ends the part before it, and begins one that is full with its third frame.
  expect(parts.length).toBe(before + 2)
  expect(framesOf(parts.slice(-1).map(({ payload }) => payload))).toHaveLength(whole)
  expect(parts.at(-1)?.payload.duration).toBe(whole * 40)
})

/** Groups of pictures in order of decoding: I, then anchors each followed by the B-frames shown before it. */
function decodeOrder(groups: readonly { readonly anchors: readonly number[] }[]): { n: number; key: boolean }[] {
  const order: { n: number; key: boolean }[] = []
  let at = 0
  for (const { anchors } of groups) {
    order.push({ n: at, key: true })
    at += 1
    for (const between of anchors) {
      order.push({ n: at + between, key: false })
      for (let b = 0; b < between; b += 1) order.push({ n: at + b, key: false })
      at += between + 1
    }
  }
  return order
}

const groups = fc.array(fc.record({ anchors: fc.array(fc.nat({ max: 3 }), { minLength: 1, maxLength: 40 }) }), {
  minLength: 2,
  maxLength: 12,
})

describe('live and recorded are the same frames with the same times', () => {
  test('for any groups of pictures, with B-frames or without, whenever one comes and goes', async () => {
    let checked = 0
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(
          groups,
          groups.map(all => all.map(({ anchors }) => ({ anchors: anchors.map(() => 0) }))),
        ),
        fc.nat({ max: 1000 }),
        fc.nat({ max: 1000 }),
        fc.nat({ max: 700 }),
        async (shape, come, stay, jitter) => {
          const bed = new Bed()
          bed.open()
          const order = decodeOrder(shape)
          const from = come % order.length
          const to = from + 1 + (stay % (order.length - from))
          for (const [i, { n, key }] of order.entries()) {
            if (i === from) bed.watch()
            if (i === to) bed.watch(false)
            bed.picture(n * FRAME + ((n * 7919) % (jitter + 1)), key, 8 + (n % 50), n)
            bed.now += 40
          }
          await bed.done()
          const all = framesOf(bed.recorded)
          const live = framesOf(bed.parts().map(({ payload }) => payload))
          expect(all).toHaveLength(order.length)
          const start = order.slice(0, from).findLastIndex(({ key }) => key)
          const begin = start < 0 ? from : start
          expect(live).toEqual(all.slice(begin, begin + live.length))
          // What was not yet cut when the viewer went away is not sent: less than a part and what decoding holds back.
          expect(live.length).toBeGreaterThanOrEqual(Math.min(to, order.length) - begin - 10)
          // Who stays to the end gets everything.
          const missing = order.length - begin - live.length
          expect(to < order.length || missing === 0, `${missing} pictures are missing`).toBe(true)
          // A part that begins with a recorded piece begins at its time.
          for (const { payload } of bed.parts()) {
            const [first] = framesOf([payload])
            const recorded = bed.recorded.filter(
              ({ fragment }) => parseFragment(fragment).baseDecodeTime === first?.dts,
            )
            expect(recorded.map(({ startTime }) => startTime)).toEqual(recorded.map(() => payload.startTime))
            checked += 1
          }
          expect(bed.held).toBe(0)
        },
      ),
      { numRuns: 150 },
    )
    expect(checked).toBeGreaterThan(500)
  })

  test('sound: the newest second, then all', async () => {
    const bed = new Bed()
    bed.open()
    const hear = (from: number, to: number) => {
      for (let i = from; i < to; i += 1) {
        const data = new Uint8Array(50).fill(i)
        bed.recorder.sound({ data, rtpTime: 5000 + i * 1024, arrival: bed.now, key: true, lossBefore: false })
        bed.now += 64
      }
    }
    hear(0, 100)
    bed.watch(true, bed.audio)
    hear(100, 150)
    await bed.done()
    const parts = bed.parts(bed.audio)
    const frames = framesOf(parts.map(({ payload }) => payload))
    const kept = Math.ceil(SOUND_KEPT_MS / 64)
    expect(frames.map(({ dts }) => dts / 1024 - (SOUND_RATE * 10) / 1024)).toEqual(upTo(100 - kept, 150))
    expect(parts.every(({ key }) => key)).toBe(true)
    expect(parts.slice(0, -1).map(({ payload }) => payload.duration)).toEqual(
      parts.slice(1).map(() => Math.floor(LIVE_SOUND_MS / 64) * 64),
    )
    expect([...bed.kinds]).toEqual([KINDS.liveAudio])
    expect(bed.held).toBe(0)
  })
})

test('a camera with few pictures a second sends each one when it comes', async () => {
  const bed = new Bed()
  bed.open()
  bed.watch()
  const shown = upTo(0, 100).map(n => n * 3)
  for (const n of shown) {
    bed.picture(n * FRAME, n % 150 === 0)
    bed.now += 120
  }
  await bed.done()
  const late = bed.parts().slice(-40)
  expect(late.map(({ payload }) => payload.duration)).toEqual(late.map(() => 120))
})

test('pictures that all are key frames share parts too', async () => {
  const bed = new Bed()
  bed.open()
  bed.watch()
  bed.play(upTo(0, 100), () => true)
  await bed.done()
  expect(bed.parts().length).toBeLessThan(40)
})

test('one who comes later causes nothing: parts go on as they were', async () => {
  const bed = new Bed()
  bed.open()
  bed.play(upTo(0, 60), every(50))
  bed.watch()
  bed.live.watched(bed.video, [VIEWER, parseDeviceId('a'.repeat(26))])
  expect(bed.live.viewers(bed.video)).toHaveLength(2)
  bed.play(upTo(60, 100), every(50))
  await bed.done()
  const shown = framesOf(bed.parts().map(({ payload }) => payload)).map(({ pts }) => pts)
  expect(new Set(shown).size).toBe(shown.length)
})

test('a new session and other parameters go on for those who watch, said as a discontinuity', async () => {
  const bed = new Bed()
  bed.open()
  bed.watch()
  bed.play(upTo(0, 30), every(50))
  bed.recorder.interrupt('camera_unreachable')
  bed.now += 10_000
  bed.open(1280)
  bed.play(upTo(0, 60), every(50))
  bed.recorder.reconfigure('video', picture(640))
  bed.play(upTo(60, 110), every(50))
  await bed.done()
  const parts = bed.parts().map(({ payload }) => payload)
  const breaks = parts.filter(({ discontinuity }) => discontinuity)
  const widthOf = ({ init }: MediaPayload) => {
    const config = parseInit(init)[0]?.config
    return config?.kind === 'video' ? config.width : null
  }
  expect(breaks.map(widthOf)).toEqual([1920, 1280, 640])
  expect(breaks.every(({ startsWithKey }) => startsWithKey)).toBe(true)
  expect(framesOf(parts)).toEqual(framesOf(bed.recorded))
})

test('parts lie under the leaf of now', async () => {
  const bed = new Bed()
  bed.open()
  bed.play(upTo(0, 90), every(90))
  bed.watch()
  await bed.live.idle()
  expect(bed.parts().map(({ leaf }) => leaf)).toEqual(bed.parts().map(() => leafOf(bed.now)))
  expect(bed.parts()[0]?.payload.startTime).toBe(START)
})

describe('bounds', () => {
  test('a group of pictures beyond them is not kept: who comes then begins with the next key frame', async () => {
    for (const [frames, size] of [
      [GROUP_FRAMES + 1, 10],
      [20, GROUP_BYTES / 16],
    ] as const) {
      const bed = new Bed()
      bed.open()
      const never = (n: number) => n === 0 || n === frames + 5
      bed.play(upTo(0, frames), never, size)
      expect(bed.held).toBe(0)
      bed.watch()
      bed.play(upTo(frames, frames + 10), never, size)
      await bed.done()
      const [first] = framesOf(bed.parts().map(({ payload }) => payload))
      expect(first?.key).toBe(true)
      expect((first?.pts ?? 0) / FRAME - 250).toBe(frames + 5)
    }
  })

  test('kept frames are let go with the next key frame, and outlive the segment they were recorded in', () => {
    const bed = new Bed()
    bed.open()
    // A group of 8 s is recorded in parts of 5 s.
    bed.play(upTo(0, 200), every(1000))
    expect(bed.held).toBe(200)
    bed.picture(200 * FRAME, true)
    expect(bed.held).toBe(1)
  })

  test('a line that does not keep up gets nothing until a key frame finds it half empty', async () => {
    const bed = new Bed()
    bed.open()
    bed.watch()
    bed.play(upTo(0, 20), every(50))
    bed.lineWaiting = LINE_BYTES + 1
    bed.play(upTo(20, 110), every(50))
    bed.lineWaiting = LINE_BYTES / 2
    bed.play(upTo(110, 200), every(50))
    await bed.done()
    const starts = bed.parts().filter(({ key }) => key)
    expect(starts.map(({ payload }) => payload.startTime - START)).toEqual([0, 6000])
    const numbers = bed.parts().map(({ payload }) => payload.sequence)
    expect(numbers.at(-1)).toBeGreaterThan(START + numbers.length)
    expect(bed.held).toBe(0)
  })

  test('a part that the vault would not take is left out, and so is what needs it', async () => {
    const bed = new Bed()
    bed.open()
    bed.watch()
    bed.picture(0, true, LIMITS.livePartBytes)
    bed.now += 40
    bed.play(upTo(1, 20), every(20))
    await bed.live.idle()
    expect(bed.sent).toEqual([])
    bed.play(upTo(20, 40), every(20))
    await bed.done()
    expect(bed.sent[0]?.payload.startTime).toBe(START + 800)
  })

  test('without a key nothing goes out, and nothing stays held', async () => {
    const bed = new Bed()
    bed.sealable = false
    bed.open()
    bed.watch()
    bed.play(upTo(0, 100), every(50))
    await bed.done()
    expect(bed.sent).toEqual([])
    expect(bed.held).toBe(0)
  })
})

test('the line is down: nobody watches, and the next one begins anew', async () => {
  const bed = new Bed()
  bed.open()
  bed.watch()
  bed.play(upTo(0, 60), every(50))
  bed.live.gone()
  expect(bed.live.viewers(bed.video)).toEqual([])
  bed.play(upTo(60, 80), every(50))
  bed.watch()
  await bed.live.idle()
  const starts = bed.parts().filter(({ key }) => key)
  expect(starts.map(({ payload }) => payload.startTime - START)).toEqual([0, 2000, 2000])
  bed.live.watched(newStreamId(), [VIEWER])
})
