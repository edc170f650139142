import type { GapReason } from './gap-reasons.ts'
import { GAP_MIN_MS, GAP_PART_MS } from './limits.ts'

/** Time without recording, ms of the wall clock. */
export type RecordedGap = {
  readonly fromMs: number
  readonly toMs: number
  readonly reason: GapReason
  readonly lost: number
}

/**
 * Knows since when and why one stream is not recording, and says so in gap objects: when it ends, when the reason changes, and
 * every ten minutes while it lasts.
 */
export class GapTracker {
  readonly #emit: (gap: RecordedGap) => void
  #open: { from: number; reason: GapReason } | null = null

  constructor(emit: (gap: RecordedGap) => void) {
    this.#emit = emit
  }

  get reason(): GapReason | null {
    return this.#open?.reason ?? null
  }

  /** Recording is not possible from `at` on. Time since the last segment that is not yet accounted for belongs to it. */
  begin(reason: GapReason, at: number): void {
    const open = this.#open
    if (open?.reason === reason) return
    if (open !== null) {
      if (at - open.from < GAP_MIN_MS) {
        // Too short to stand alone: the new reason takes its time over.
        this.#open = { from: open.from, reason }
        return
      }
      this.#close(open, at)
    }
    this.#open = { from: at, reason }
  }

  /** Called now and then while the gap lasts. */
  tick(now: number): void {
    const open = this.#open
    if (open === null || now - open.from < GAP_PART_MS) return
    this.#close(open, now)
    this.#open = { from: now, reason: open.reason }
  }

  /** Recording goes on at `at`. */
  end(at: number): void {
    const open = this.#open
    this.#open = null
    if (open !== null) this.#close(open, at)
  }

  #close(open: { from: number; reason: GapReason }, at: number): void {
    if (at - open.from >= GAP_MIN_MS) this.#emit({ fromMs: open.from, toMs: at, reason: open.reason, lost: 0 })
  }
}
