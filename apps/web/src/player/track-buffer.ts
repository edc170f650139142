import { type Range, rangesOf } from './buffer.ts'

/** What stays behind the moment shown when memory is short, s. */
const KEEP_SHORT_S = 3

/**
 * One `SourceBuffer` with its operations in order. Init segments are appended when they change; a buffer that is full drops what lies
 * behind and goes on.
 */
export class TrackBuffer {
  readonly #buffer: SourceBuffer
  readonly #now: () => number
  readonly #onProblem: (error: unknown) => void
  #mime: string
  #init: Uint8Array | null = null
  #work: Promise<void> = Promise.resolve()
  #closed = false

  /** @param now the moment shown, s of media time */
  constructor(buffer: SourceBuffer, mime: string, now: () => number, onProblem: (error: unknown) => void) {
    this.#buffer = buffer
    this.#mime = mime
    this.#now = now
    this.#onProblem = onProblem
  }

  get buffer(): SourceBuffer {
    return this.#buffer
  }

  get ranges(): readonly Range[] {
    if (this.#closed) return []
    try {
      return rangesOf(this.#buffer.buffered)
    } catch {
      // Removed from its source meanwhile.
      return []
    }
  }

  append(mime: string, init: Uint8Array<ArrayBuffer>, fragment: Uint8Array<ArrayBuffer>): void {
    this.#do(async () => {
      if (mime !== this.#mime) {
        this.#buffer.changeType(mime)
        this.#mime = mime
        this.#init = null
      }
      if (this.#init === null || !sameBytes(this.#init, init)) {
        await this.#append(init)
        this.#init = init
      }
      await this.#append(fragment)
    })
  }

  /** Forgets what lies before `start` and after `end`. */
  keep(start: number, end: number = Number.POSITIVE_INFINITY): void {
    this.#do(async () => {
      const first = this.ranges[0]?.start
      if (first !== undefined && first < start - 1) await this.#remove(0, start)
      if (Number.isFinite(end)) await this.#remove(end, Number.POSITIVE_INFINITY)
    })
  }

  /** Resolves when nothing is left of what was appended before. */
  clear(): Promise<void> {
    this.#do(() => this.#remove(0, Number.POSITIVE_INFINITY))
    return this.#work
  }

  close(): void {
    this.#closed = true
  }

  #do(work: () => Promise<void>): void {
    this.#work = this.#work
      .then(async () => {
        if (!this.#closed) await work()
      })
      .catch(error => {
        if (!this.#closed) this.#onProblem(error)
      })
  }

  async #append(bytes: Uint8Array<ArrayBuffer>): Promise<void> {
    try {
      await this.#settled(() => this.#buffer.appendBuffer(bytes))
    } catch (error) {
      if (!(error instanceof DOMException) || error.name !== 'QuotaExceededError') throw error
      await this.#remove(0, Math.max(0, this.#now() - KEEP_SHORT_S))
      await this.#settled(() => this.#buffer.appendBuffer(bytes))
    }
  }

  async #remove(start: number, end: number): Promise<void> {
    if (end > start && this.ranges.length > 0) await this.#settled(() => this.#buffer.remove(start, end))
  }

  #settled(act: () => void): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    const stop = new AbortController()
    const { signal } = stop
    this.#buffer.addEventListener('updateend', () => resolve(), { signal })
    this.#buffer.addEventListener('error', () => reject(new DOMException('not decodable', 'EncodingError')), { signal })
    this.#buffer.addEventListener('abort', () => resolve(), { signal })
    act()
    return promise.finally(() => stop.abort())
  }
}

const sameBytes = (a: Uint8Array, b: Uint8Array): boolean =>
  a.length === b.length && a.every((byte, i) => byte === b[i])
