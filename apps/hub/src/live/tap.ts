import type { CodecConfig } from '@hausrecht/media/codec/config'
import { buildInit } from '@hausrecht/media/mp4/init'
import { type Frame, TRACK_ID, type TrackSetup } from '../recorder/frames.ts'
import type { FrameTap } from '../recorder/tap.ts'
import { type FrameHolds, type Kept, KeptGroup, KeptSound } from './kept.ts'
import { LIVE_PART_MS, LIVE_SOUND_MS, ORDERED_FRAMES } from './limits.ts'
import { type LiveCut, LiveCutter, type LivePart } from './live-cutter.ts'

/** One stream's frames for those who watch: keeps the newest group of pictures, and cuts live parts while somebody does. */
export class LiveTap implements FrameTap {
  readonly #holds: FrameHolds
  readonly #emit: (part: LivePart) => void
  readonly #kept: Kept
  readonly #partMs: number
  #cut: LiveCut | null = null
  #cutter: LiveCutter | null = null
  #watched = false
  #order = new Order()

  constructor(kind: 'video' | 'audio', holds: FrameHolds, emit: (part: LivePart) => void) {
    this.#holds = holds
    this.#emit = emit
    this.#partMs = kind === 'video' ? LIVE_PART_MS : LIVE_SOUND_MS
    this.#kept = kind === 'video' ? new KeptGroup(holds) : new KeptSound(holds)
  }

  /** Begins with the newest key frame when somebody watches, and ends when nobody does. */
  watch(watched: boolean): void {
    if (watched === this.#watched) return
    this.#watched = watched
    if (watched) this.#begin()
    else this.#end()
  }

  open(setup: TrackSetup): void {
    this.#cut = {
      timescale: setup.clockRate,
      frameTicks: setup.frameTicks,
      partMs: this.#partMs,
      init: buildInit([{ trackId: TRACK_ID, timescale: setup.clockRate, config: setup.config }]),
    }
    this.#order = new Order()
    this.#begin()
  }

  frame(frame: Frame): void {
    this.#order.see(frame)
    this.#kept.add(frame)
    this.#cutter?.push(frame, this.#order.kept)
  }

  loss(): void {
    this.#cutter?.noteLoss()
  }

  interrupt(): void {
    this.#kept.clear()
    this.#order.restart()
    this.#cutter?.interrupt()
  }

  configure(config: CodecConfig): void {
    const cut = this.#cut
    this.close()
    if (cut !== null) this.open({ config, clockRate: cut.timescale, frameTicks: cut.frameTicks })
  }

  close(): void {
    this.#cutter?.interrupt()
    this.#cutter = null
    this.#cut = null
    this.#kept.clear()
  }

  #begin(): void {
    if (!this.#watched || this.#cut === null) return
    this.#cutter = new LiveCutter(this.#cut, this.#holds, this.#emit)
    for (const frame of this.#kept.frames) this.#cutter.push(frame, this.#order.kept)
  }

  #end(): void {
    this.#cutter?.discard()
    this.#cutter = null
  }
}

/** Learns whether a camera's frames are shown in the order in which they come. */
class Order {
  #latest = Number.NEGATIVE_INFINITY
  #seen = 0
  #reordered = false

  /** So far they were, and for long enough to believe it. */
  get kept(): boolean {
    return !this.#reordered && this.#seen >= ORDERED_FRAMES
  }

  see({ ticks }: Frame): void {
    this.#seen += 1
    if (ticks < this.#latest) this.#reordered = true
    this.#latest = Math.max(this.#latest, ticks)
  }

  /** Ticks begin anew. */
  restart(): void {
    this.#latest = Number.NEGATIVE_INFINITY
  }
}
