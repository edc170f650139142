import type { CodecConfig } from '@hausrecht/media/codec/config'
import { decodeTimes, durationsOf, isCutPoint } from '@hausrecht/media/dts'
import { fragmentPieces, type Sample } from '@hausrecht/media/mp4/fragment'
import { buildInit } from '@hausrecht/media/mp4/init'
import { SEGMENT_MAX_BYTES, SEGMENT_MAX_FRAMES } from './limits.ts'

/** A frame of one track, in the order of decoding. */
export type Frame = {
  readonly data: Uint8Array
  /** Presentation time since the run began, ticks of the track. */
  readonly ticks: number
  /** The same on the hub's wall clock, ms. */
  readonly wallMs: number
  /** Decoding can start here. Always true for sound. */
  readonly key: boolean
}

/** What is cut off a track: all that a sealed payload says but its sequence number. */
export type Piece = {
  readonly kind: 'video' | 'audio'
  readonly startMs: number
  readonly durationMs: number
  readonly startsWithKey: boolean
  readonly continues: boolean
  readonly discontinuity: boolean
  readonly timescale: number
  readonly init: Uint8Array
  readonly fragment: readonly Uint8Array[]
  readonly bytes: number
  readonly frames: number
  /** To be called once, when nobody needs the fragment's bytes any more. */
  readonly release: () => void
}

type Open = {
  readonly frames: Frame[]
  readonly first: Frame
  readonly init: Uint8Array
  readonly continues: boolean
  readonly discontinuity: boolean
  bytes: number
  latest: number
  earliest: Frame
}

/** Asked before each frame: end the open segment here? `part` ends it in the middle of a group of pictures. */
export type CutRule = (open: { readonly elapsedMs: number; readonly frame: Frame }) => 'cut' | 'part' | 'no'

const TRACK_ID = 1
/** Fragments' decode times start here, so that pictures shown before a run's first key frame don't need negative ones. */
const BASE_SECONDS = 10

/**
 * Collects frames and cuts them into pieces whose times fit without overlap. A piece is given out when the end of its last frame
 * is known: one frame after the cut without B-frames, when the first reordered group is complete with them.
 */
export class Cutter {
  readonly #config: { readonly timescale: number; readonly fallbackTicks: number; readonly rule: CutRule }
  readonly #emit: (piece: Piece) => void
  readonly #release: (frame: Uint8Array) => void
  #codec: CodecConfig
  #init: Uint8Array
  #open: Open | null = null
  #closing: Open | null = null
  #discontinuity = false
  #needKey = true
  #fragments = 0

  /** `fallbackTicks`: how long a frame lasts that nothing follows and nothing precedes. */
  constructor(
    codec: CodecConfig,
    config: { readonly timescale: number; readonly fallbackTicks: number; readonly rule: CutRule },
    emit: (piece: Piece) => void,
    release: (frame: Uint8Array) => void = () => {},
  ) {
    this.#release = release
    this.#codec = codec
    this.#config = config
    this.#emit = emit
    this.#init = buildInit([{ trackId: TRACK_ID, timescale: config.timescale, config: codec }])
  }

  get codec(): CodecConfig {
    return this.#codec
  }

  /** Bytes that are held now. */
  get heldBytes(): number {
    return (this.#open?.bytes ?? 0) + (this.#closing?.bytes ?? 0)
  }

  /** Other codec parameters from the next key frame on: a new object with an init segment of its own. */
  configure(codec: CodecConfig): void {
    this.flush()
    this.#codec = codec
    this.#init = buildInit([{ trackId: TRACK_ID, timescale: this.#config.timescale, config: codec }])
    this.#discontinuity = true
    this.#needKey = true
  }

  /** Says that something is missing before the next frame. With `needKey` it can't be decoded either. */
  interrupt(needKey: boolean): void {
    this.flush()
    this.#discontinuity = true
    this.#needKey ||= needKey
  }

  /** Marks the next piece: frames before it are missing, but the open one goes on. */
  noteLoss(): void {
    this.#discontinuity = true
  }

  /** Returns false when the frame was not taken: nothing can be decoded before the first key frame. */
  push(frame: Frame): boolean {
    if (this.#needKey && !frame.key) {
      this.#release(frame.data)
      return false
    }
    this.#needKey = false
    const open = this.#open
    if (open === null) {
      this.#begin(frame, !frame.key)
      return true
    }
    if (this.#closing !== null && frame.ticks > open.first.ticks) this.#finish()
    const cut = this.#decide(open, frame)
    if (cut !== 'no') {
      if (this.#closing !== null) this.#finish()
      this.#closing = open
      this.#begin(frame, !frame.key)
      return true
    }
    open.frames.push(frame)
    open.bytes += frame.data.length
    if (frame.ticks > open.latest) open.latest = frame.ticks
    if (frame.ticks < open.earliest.ticks) open.earliest = frame
    return true
  }

  /** Gives out everything that is held; the next frame begins a new piece. */
  flush(): void {
    if (this.#closing !== null) this.#finish()
    const open = this.#open
    this.#open = null
    if (open !== null) this.#give(open, null)
  }

  #begin(frame: Frame, continues: boolean): void {
    this.#open = {
      frames: [frame],
      first: frame,
      init: this.#init,
      continues,
      discontinuity: this.#discontinuity,
      bytes: frame.data.length,
      latest: frame.ticks,
      earliest: frame,
    }
    this.#discontinuity = false
  }

  #decide(open: Open, frame: Frame): 'cut' | 'part' | 'no' {
    if (open.bytes + frame.data.length > SEGMENT_MAX_BYTES || open.frames.length >= SEGMENT_MAX_FRAMES) return 'part'
    const elapsedMs = ((frame.ticks - open.earliest.ticks) * 1000) / this.#config.timescale
    const cut = this.#config.rule({ elapsedMs, frame })
    return cut === 'no' || isCutPoint(frame.ticks, open.latest) ? cut : 'no'
  }

  #finish(): void {
    const closing = this.#closing
    this.#closing = null
    if (closing !== null) this.#give(closing, this.#open?.earliest.ticks ?? null)
  }

  #give(open: Open, end: number | null): void {
    const { timescale, fallbackTicks } = this.#config
    const times = decodeTimes(open.frames.map(frame => frame.ticks))
    const dts = times.map(time => time.dts)
    const durations = durationsOf(dts, end, fallbackTicks)
    const samples: Sample[] = open.frames.map((frame, i) => ({
      data: frame.data,
      duration: durations[i] ?? fallbackTicks,
      isSync: frame.key,
      compositionOffset: times[i]?.compositionOffset ?? 0,
    }))
    const first = dts[0] ?? 0
    const total = (dts.at(-1) ?? 0) - first + (durations.at(-1) ?? 0)
    const startMs = Math.round(open.earliest.wallMs)
    this.#fragments += 1
    this.#emit({
      kind: this.#codec.kind,
      startMs,
      durationMs: Math.round(open.earliest.wallMs + (total * 1000) / timescale) - startMs,
      startsWithKey: open.first.key,
      continues: open.continues,
      discontinuity: open.discontinuity,
      timescale,
      init: open.init,
      fragment: fragmentPieces({
        sequence: this.#fragments,
        trackId: TRACK_ID,
        baseDecodeTime: Math.max(0, first + BASE_SECONDS * timescale),
        samples,
      }),
      bytes: open.bytes,
      frames: open.frames.length,
      release: () => {
        for (const { data } of open.frames) this.#release(data)
      },
    })
  }
}
