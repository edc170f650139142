import type { CodecConfig } from '@hausrecht/media/codec/config'
import { isCutPoint } from '@hausrecht/media/dts'
import { buildInit } from '@hausrecht/media/mp4/init'
import { type Frame, frameFragment, TRACK_ID } from './frames.ts'
import { SEGMENT_MAX_BYTES, SEGMENT_MAX_FRAMES } from './limits.ts'

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
    this.#fragments += 1
    this.#emit({
      kind: this.#codec.kind,
      ...frameFragment(open.frames, { sequence: this.#fragments, timescale, end, fallbackTicks }),
      startsWithKey: open.first.key,
      continues: open.continues,
      discontinuity: open.discontinuity,
      timescale,
      init: open.init,
      bytes: open.bytes,
      frames: open.frames.length,
      release: () => {
        for (const { data } of open.frames) this.#release(data)
      },
    })
  }
}
