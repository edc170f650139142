/** How far behind the newest part live playback stays, s: enough that parts of a quarter second never run out on a quiet line. */
export const TARGET_S = 0.4
/** The target grows by this when playback ran dry, up to the most, and shrinks back slowly, s. */
const DRY_STEP_S = 0.2
export const TARGET_MOST_S = 2
/** Seconds without running dry after which the target shrinks by a tenth of the step. */
const CALM_S = 10
/** Further behind than this is jumped, not caught up, s. */
export const JUMP_S = 3

/** What to do about being `behind` seconds. */
export type Pace = { readonly type: 'rate'; readonly rate: number } | { readonly type: 'jump'; readonly to: number }

/**
 * Live playback keeps near the newest part by playing a little faster or slower, so that nobody sees it; only a long way behind is
 * jumped. Between two bounds around the target nothing changes, so that it does not swing.
 */
export class LivePace {
  #target = TARGET_S
  #calmSince = 0
  #rate = 1

  get target(): number {
    return this.#target
  }

  /** Playback ran out of parts. */
  dry(now: number): void {
    this.#target = Math.min(TARGET_MOST_S, this.#target + DRY_STEP_S)
    this.#calmSince = now
  }

  /** @param behind from the moment shown to the end of the newest part, s; @param now a monotonic clock, s */
  decide(behind: number, now: number): Pace {
    if (now - this.#calmSince > CALM_S && this.#target > TARGET_S) {
      this.#target = Math.max(TARGET_S, this.#target - DRY_STEP_S / 10)
      this.#calmSince = now
    }
    if (behind > this.#target + JUMP_S) return { type: 'jump', to: this.#target }
    const off = behind - this.#target
    if (this.#rate > 1 ? off < 0.05 : this.#rate < 1 ? off > -0.05 : Math.abs(off) < 0.15) this.#rate = 1
    else if (off > 0) this.#rate = off > 1 ? 1.25 : 1.08
    else this.#rate = 0.94
    return { type: 'rate', rate: this.#rate }
  }
}
