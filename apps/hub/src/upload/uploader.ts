import { Backoff, pause } from '../backoff.ts'
import type { SpoolEntry } from '../spool/reader.ts'
import type { ObjectMeta } from '../spool/record.ts'
import * as limits from './limits.ts'

/** What the vault said to one object. */
export type PutResult =
  /** Stored, or the same object was there already. */
  | { readonly type: 'stored' }
  /** The vault says that a delete order covers it, or that it is not kept any more. */
  | { readonly type: 'deleted' }
  /** It will never be taken; `object_differs`: another object stands under its id. */
  | { readonly type: 'refused'; readonly code: string }
  /** Not now. */
  | { readonly type: 'later'; readonly code: string; readonly retryAfterMs?: number }

export type Put = (entry: SpoolEntry, signal: AbortSignal) => Promise<PutResult>

/** What the uploader needs of the spool. */
export type Source = {
  take(): Promise<SpoolEntry | null>
  more(): Promise<void>
  settle(position: number): void
}

export type UploaderOptions = {
  readonly spool: Source
  readonly put: Put
  /** A delete order names it. */
  readonly isDeleted: (meta: ObjectMeta) => boolean
  readonly now: () => number
  /** Called before the spool is told. */
  readonly onAcknowledged?: (meta: ObjectMeta) => void
  /** The vault refuses it for good: keep it where a person finds it. Awaited before the spool forgets the object. */
  readonly onRefused: (entry: SpoolEntry, code: string) => Promise<void>
  readonly onReachable?: (reachable: boolean, code: string | null) => void
  readonly random?: () => number
}

type Held = SpoolEntry & { busy: boolean }

/**
 * Brings the spool's objects to the vault: each stream in order, some streams at a time, again and again until the vault has
 * each one. Uploading is idempotent by object id, so a lost answer costs an upload, nothing else.
 */
export class Uploader {
  readonly #options: UploaderOptions
  readonly #abort = new AbortController()
  readonly #backoff: Backoff
  #window: Held[] = []
  #bytes = 0
  #running = 0
  #notBefore = 0
  #wake: AbortController | null = null
  #happened = false
  #waitingForMore = false
  #reachable: boolean | null = null
  #lastAckMs: number | null = null
  readonly #done: Promise<void>

  constructor(options: UploaderOptions) {
    this.#options = options
    this.#backoff = new Backoff(limits.RETRY_FIRST_MS, limits.RETRY_MOST_MS, options.random)
    this.#done = this.#run()
  }

  get reachable(): boolean | null {
    return this.#reachable
  }

  get lastAckMs(): number | null {
    return this.#lastAckMs
  }

  /** Stops; what is under way is given up, for it is in the spool. */
  async close(): Promise<void> {
    this.#abort.abort()
    this.#signal()
    await this.#done
  }

  async #run(): Promise<void> {
    const { signal } = this.#abort
    while (!signal.aborted) {
      await this.#fill()
      const wait = this.#notBefore - performance.now()
      if (wait <= 0) this.#start()
      await this.#event(wait > 0 ? wait : null)
    }
    while (this.#running > 0) await this.#event(null)
  }

  async #fill(): Promise<void> {
    while (this.#window.length < limits.UPLOAD_WINDOW && this.#bytes < limits.UPLOAD_WINDOW_BYTES) {
      if (this.#abort.signal.aborted) return
      const entry = await this.#options.spool.take()
      if (entry === null) break
      this.#window.push({ ...entry, busy: false })
      this.#bytes += entry.blob.length
    }
    if (this.#waitingForMore) return
    this.#waitingForMore = true
    void this.#options.spool.more().then(() => {
      this.#waitingForMore = false
      this.#signal()
    })
  }

  /** Starts the oldest of each idle stream. After a failure one upload at a time tries whether the vault is back. */
  #start(): void {
    const most = this.#backoff.failures > 0 ? 1 : limits.UPLOADS_IN_FLIGHT
    const passed = new Set<string>()
    for (const held of this.#window) {
      if (this.#running >= most) return
      const { stream } = held.meta
      if (!held.busy && !passed.has(stream)) void this.#upload(held)
      passed.add(stream)
    }
  }

  async #upload(held: Held): Promise<void> {
    held.busy = true
    this.#running += 1
    try {
      const result = await this.#put(held)
      if (result.type === 'later') this.#later(held, result)
      else await this.#settle(held, result)
    } catch (error) {
      this.#later(held, { code: error instanceof Error ? error.message : 'failed' })
    } finally {
      held.busy = false
      this.#running -= 1
      this.#signal()
    }
  }

  async #put(held: Held): Promise<PutResult> {
    if (this.#options.isDeleted(held.meta)) {
      held.blob.fill(0)
      return { type: 'deleted' }
    }
    try {
      const result = await this.#options.put(held, this.#abort.signal)
      // This may be the only copy: it goes when this hub has read the order itself, in a log that it has checked, and not on the vault's word.
      if (result.type === 'deleted' && !this.#options.isDeleted(held.meta))
        return { type: 'later', code: 'deleted_range' }
      return result
    } catch (error) {
      return { type: 'later', code: error instanceof Error ? error.message : 'failed' }
    }
  }

  #later(held: Held, result: { readonly code: string; readonly retryAfterMs?: number }): void {
    if (this.#abort.signal.aborted) return
    // A delete order may have come while this waited: the next attempt looks again.
    held.busy = false
    const asked = Math.min(limits.RETRY_AFTER_MOST_MS, result.retryAfterMs ?? 0)
    const now = performance.now()
    // Uploads that were under way together fail together: that is one failure.
    const wait = now < this.#notBefore ? 0 : this.#backoff.next()
    this.#notBefore = Math.max(this.#notBefore, now + Math.max(asked, wait))
    this.#enter(false, result.code)
  }

  async #settle(held: Held, result: PutResult): Promise<void> {
    if (result.type === 'refused') await this.#options.onRefused(held, result.code)
    this.#window = this.#window.filter(other => other !== held)
    this.#bytes -= held.blob.length
    this.#backoff.reset()
    this.#notBefore = 0
    if (result.type === 'stored') this.#options.onAcknowledged?.(held.meta)
    this.#options.spool.settle(held.position)
    if (result.type !== 'stored') return
    this.#lastAckMs = this.#options.now()
    this.#enter(true, null)
  }

  #enter(reachable: boolean, code: string | null): void {
    if (this.#reachable === reachable) return
    this.#reachable = reachable
    this.#options.onReachable?.(reachable, code)
  }

  #signal(): void {
    this.#happened = true
    this.#wake?.abort()
  }

  /** Resolves when something has happened since it was last called, or after `ms`. */
  async #event(ms: number | null): Promise<void> {
    if (!this.#happened) {
      const wake = new AbortController()
      this.#wake = wake
      if (ms !== null) await pause(ms, wake.signal)
      else await new Promise(resolve => wake.signal.addEventListener('abort', resolve))
      this.#wake = null
    }
    this.#happened = false
  }
}
