/** So many a second on average, and so many at once. */
export class Bucket {
  readonly #perSecond: number
  readonly #now: () => number
  #left: number
  #at: number

  /** `now` in ms, of a clock that nobody turns. */
  constructor(perSecond: number, now: () => number = () => performance.now()) {
    this.#perSecond = perSecond
    this.#now = now
    this.#left = perSecond
    this.#at = now()
  }

  /** False when there is none left. */
  take(): boolean {
    const now = this.#now()
    this.#left = Math.min(this.#perSecond, this.#left + ((now - this.#at) / 1000) * this.#perSecond)
    this.#at = now
    if (this.#left < 1) return false
    this.#left--
    return true
  }
}
