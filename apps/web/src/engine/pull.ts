/**
 * How far a feed may run ahead of what is shown, in ms of media. The page says how much it wants; the feed waits when it has given
 * that much.
 */
export class Pull {
  #wanted: number
  #given = 0
  #wake: (() => void) | null = null

  constructor(wanted: number) {
    this.#wanted = wanted
  }

  /** So much more may come. */
  want(ms: number): void {
    this.#wanted = this.#given + Math.max(0, ms)
    this.#wake?.()
  }

  /** So much media was given, counted from the beginning of the feed. */
  given(ms: number): void {
    this.#given = Math.max(this.#given, ms)
  }

  /** Resolves when more is wanted, or `signal` aborts. */
  async room(signal: AbortSignal): Promise<void> {
    while (this.#given >= this.#wanted && !signal.aborted) {
      const { promise, resolve } = Promise.withResolvers<void>()
      this.#wake = resolve
      signal.addEventListener('abort', () => resolve(), { once: true })
      await promise
    }
    this.#wake = null
  }
}
