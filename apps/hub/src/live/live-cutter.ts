import { isCutPoint } from '@hausrecht/media/dts'
import { type Frame, frameFragment } from '../recorder/frames.ts'
import type { FrameHolds } from './kept.ts'
import { LIVE_PART_BYTES } from './limits.ts'

/** What is cut off a track for those who watch: all that a sealed payload says but its sequence number. */
export type LivePart = {
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

export type LiveCut = {
  readonly timescale: number
  /** How long a frame lasts when nothing tells, ticks. */
  readonly frameTicks: number
  readonly init: Uint8Array
  /** How long a part may be, ms. */
  readonly partMs: number
}

/**
 * Cuts a track into parts for those who watch. A part ends where the order of decoding allows it: before a frame that is shown after all
 * before it. So parts laid end to end have the decode times that the recorded segment has. Other than the recorder's cutter this one
 * does not wait to learn how long the last frame lasts; it is taken to last as long as the one before.
 */
export class LiveCutter {
  readonly #cut: LiveCut
  readonly #holds: FrameHolds
  readonly #emit: (part: LivePart) => void
  #frames: Frame[] = []
  #bytes = 0
  #earliest = 0
  #latest = Number.NEGATIVE_INFINITY
  #lastTicks: number
  #discontinuity = true
  #needKey = true
  #count = 0

  constructor(cut: LiveCut, holds: FrameHolds, emit: (part: LivePart) => void) {
    this.#cut = cut
    this.#holds = holds
    this.#emit = emit
    this.#lastTicks = cut.frameTicks
  }

  /** `ordered`: frames of this track are shown in the order in which they come, so that no part has to wait for what follows. */
  push(frame: Frame, ordered: boolean): void {
    if (this.#needKey && !frame.key) return
    this.#needKey = false
    const open = this.#frames.length > 0
    const step = frame.ticks - this.#latest
    const begins = frame.key && this.#frames.at(-1)?.key === false
    const full = this.#bytes + frame.data.length > LIVE_PART_BYTES
    if (open && isCutPoint(frame.ticks, this.#latest) && (begins || full || this.#exceeds(frame.ticks)))
      this.#give(ordered ? frame.ticks : null)
    if (ordered && step > 0 && Number.isFinite(step)) this.#lastTicks = step
    this.#take(frame)
    // Nothing more fits: why wait for it.
    if (ordered && this.#exceeds(frame.ticks + this.#lastTicks)) this.#give(null)
  }

  /** Frames are missing before the next one. */
  noteLoss(): void {
    this.#discontinuity = true
  }

  /** Gives out what is held; the next frame begins a new part, in a time of its own. */
  interrupt(): void {
    if (this.#frames.length > 0) this.#give(null)
    this.#latest = Number.NEGATIVE_INFINITY
    this.#discontinuity = true
  }

  /** Lets go of what is held: nobody watches any more. */
  discard(): void {
    for (const { data } of this.#frames.splice(0)) this.#holds.release(data)
  }

  /** Would a frame that begins at `ticks` make the part too long? */
  #exceeds(ticks: number): boolean {
    const { timescale, partMs } = this.#cut
    return (ticks + this.#lastTicks - this.#earliest) * 1000 > partMs * timescale
  }

  #take(frame: Frame): void {
    // A frame shown before what was given out already: the camera reorders after all.
    if (this.#frames.length === 0 && frame.ticks < this.#latest) this.#discontinuity = true
    this.#earliest = this.#frames.length === 0 ? frame.ticks : Math.min(this.#earliest, frame.ticks)
    this.#latest = Math.max(this.#latest, frame.ticks)
    this.#holds.hold(frame.data)
    this.#frames.push(frame)
    this.#bytes += frame.data.length
  }

  #give(end: number | null): void {
    const frames = this.#frames
    const bytes = this.#bytes
    const discontinuity = this.#discontinuity
    const { timescale, init } = this.#cut
    this.#frames = []
    this.#bytes = 0
    this.#discontinuity = false
    this.#count += 1
    const startsWithKey = frames[0]?.key ?? false
    this.#emit({
      ...frameFragment(frames, { sequence: this.#count, timescale, end, fallbackTicks: this.#lastTicks }),
      startsWithKey,
      continues: !startsWithKey,
      discontinuity,
      timescale,
      init,
      bytes,
      frames: frames.length,
      release: () => {
        for (const { data } of frames) this.#holds.release(data)
      },
    })
  }
}
