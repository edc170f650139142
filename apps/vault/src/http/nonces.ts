/** Nonces seen within the window of clock skew, so that a recorded request is good for nothing. Bounded: oldest seconds go first. */
export class Nonces {
  readonly #windowSeconds: number
  readonly #max: number
  readonly #bySecond = new Map<number, Set<string>>()
  #count = 0

  constructor(windowSeconds: number, max = 1_000_000) {
    this.#windowSeconds = windowSeconds
    this.#max = max
  }

  /** False when it was used before. `created` and `now` are seconds; the caller has checked that they are close. */
  use(created: number, nonce: string, now: number): boolean {
    this.#drop(now)
    const seen = this.#bySecond.get(created) ?? new Set()
    if (seen.has(nonce)) return false
    // Full: refusing is safe, forgetting would let a replay through.
    if (this.#count >= this.#max) return false
    seen.add(nonce)
    this.#bySecond.set(created, seen)
    this.#count++
    return true
  }

  #drop(now: number): void {
    for (const [second, seen] of this.#bySecond) {
      if (second >= now - this.#windowSeconds) continue
      this.#count -= seen.size
      this.#bySecond.delete(second)
    }
  }
}
