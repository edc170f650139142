/** Waits that grow with each failure and are spread by chance, so that many hubs don't return to a vault in one moment. */
export class Backoff {
  readonly #firstMs: number
  readonly #mostMs: number
  readonly #random: () => number
  #failures = 0

  constructor(firstMs: number, mostMs: number, random: () => number = Math.random) {
    this.#firstMs = firstMs
    this.#mostMs = mostMs
    this.#random = random
  }

  get failures(): number {
    return this.#failures
  }

  /** The wait after one more failure, ms: between half and all of the doubled one. */
  next(): number {
    const full = Math.min(this.#mostMs, this.#firstMs * 2 ** Math.min(this.#failures, 30))
    this.#failures += 1
    return full * (0.5 + this.#random() / 2)
  }

  reset(): void {
    this.#failures = 0
  }
}

/** Resolves after `ms`, or at once when `signal` is aborted. */
export function pause(ms: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve()
  return new Promise(resolve => {
    const done = () => {
      clearTimeout(timer)
      signal.removeEventListener('abort', done)
      resolve()
    }
    const timer = setTimeout(done, ms)
    signal.addEventListener('abort', done)
  })
}
