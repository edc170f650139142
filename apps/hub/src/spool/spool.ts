import { SPOOL_DEFAULTS, type SpoolLimits } from './config.ts'
import { Cursor, loadCursor } from './cursor.ts'
import { type LogFile, type Recovered, recover } from './files.ts'
import { diskFs, type SpoolFs } from './fs.ts'
import { type DroppedRange, type DropReason, droppedRanges } from './gaps.ts'
import { SPOOL_COMMIT_BYTES, SPOOL_CURSOR_INTERVAL_MS } from './limits.ts'
import { Reader, type SpoolEntry } from './reader.ts'
import type { ObjectMeta } from './record.ts'
import type { StreamStates } from './state.ts'
import { dropFile, wipeFile } from './sweep.ts'
import { type Outcome, Writer, type WriterState } from './writer.ts'

export type SpoolOptions = Partial<SpoolLimits> & {
  readonly dir: string
  readonly now: () => number
  readonly fs?: SpoolFs
  /**
   * Sealed objects were let go of. Called before their bytes are deleted; the gap objects made of it should be
   * durable when the promise resolves. Never awaited while the disk takes nothing.
   */
  readonly onGap?: (gaps: readonly DroppedRange[]) => Promise<void>
  /** Awaited before what was settled is forgotten for good: until then the object comes again after a crash. */
  readonly beforeForget?: () => Promise<void>
  readonly onState?: (state: WriterState, error: unknown) => void
  /** Bytes on disk were not what was written. */
  readonly onDamage?: (path: string) => void
}

export type SpoolStatus = {
  readonly state: WriterState
  readonly bytes: number
  readonly pendingBytes: number
  readonly unsent: number
  /** About when the oldest unsent object was written, ms; null when there is none. */
  readonly oldestMs: number | null
}

/** Sealed objects between recorder and vault: on disk, in order, bounded, nothing let go of silently. */
export class Spool {
  readonly #options: SpoolOptions
  readonly #limits: SpoolLimits
  readonly #fs: SpoolFs
  readonly #files: LogFile[]
  readonly #cursor: Cursor
  readonly #writer: Writer
  readonly #reader: Reader
  readonly states: StreamStates
  /** The hub that used this folder before was stopped in order. */
  readonly cleanStop: boolean
  readonly tornBytes: number
  readonly #inFlight = new Map<number, number>()
  #lock: Promise<unknown> = Promise.resolve()
  #sweeping: Promise<void> | null = null
  #waiting: (() => void)[] = []
  #cursorSavedAt = 0
  #closed = false

  private constructor(options: SpoolOptions, recovered: Recovered, settled: number) {
    this.#options = options
    this.#limits = { ...SPOOL_DEFAULTS, ...withoutUndefined(options) }
    this.#fs = options.fs ?? diskFs
    this.#files = recovered.files
    this.states = recovered.states
    this.cleanStop = recovered.cleanStop
    this.tornBytes = recovered.tornBytes
    // The cursor cannot be behind files that are gone, nor positions be given twice if newer files were lost.
    this.#cursor = new Cursor(Math.max(settled, (recovered.files[0]?.first ?? settled + 1) - 1))
    this.#writer = new Writer({
      dir: options.dir,
      fs: this.#fs,
      now: options.now,
      states: this.states,
      fileBytes: Math.min(this.#limits.fileBytes, Math.ceil(this.#limits.maxBytes / 4)),
      fileAgeMs: this.#limits.maxAgeMs / this.#limits.ageParts,
      commitDelayMs: this.#limits.commitDelayMs,
      pendingBytes: this.#limits.pendingBytes,
      retryMs: this.#limits.retryMs,
      nextPosition: Math.max(recovered.nextPosition, this.#cursor.settled + 1),
      nextNumber: recovered.nextNumber,
      onFile: file => this.#files.push(file),
      onDurable: () => {
        this.#wake()
        this.#sweep()
      },
      onState: (state, error) => options.onState?.(state, error),
      onDropped: metas => this.#gap(metas, 'disk_full'),
    })
    this.#reader = new Reader({
      fs: this.#fs,
      cursor: this.#cursor,
      files: () => this.#files,
      active: () => this.#writer.active,
      onDamage: (meta, path) => {
        options.onDamage?.(path)
        if (meta !== null) this.#gap([meta], 'spool_damaged')
      },
    })
  }

  static async open(options: SpoolOptions): Promise<Spool> {
    const fs = options.fs ?? diskFs
    const recovered = await recover(options.dir, fs)
    const spool = new Spool(options, recovered, await loadCursor(options.dir, fs))
    spool.#sweep()
    return spool
  }

  /** Appends a sealed object; resolves when it is durable or it is certain that it never will be. */
  append(meta: ObjectMeta, parts: readonly Uint8Array[]): Promise<Outcome> {
    return this.#writer.append(meta, parts)
  }

  /** Resolves when there is room for more without piling up; at once while the disk takes nothing, for then memory is bounded. */
  async room(): Promise<void> {
    const { state, pendingBytes } = this.#writer
    if (state === 'ok' && pendingBytes >= SPOOL_COMMIT_BYTES) await this.#writer.flush()
  }

  flush(): Promise<void> {
    return this.#writer.flush()
  }

  /** The next durable object that nobody took yet, in the order of appending; null when there is none now. */
  take(): Promise<SpoolEntry | null> {
    return this.#exclusive(async () => {
      const entry = await this.#reader.take()
      if (entry !== null) this.#inFlight.set(entry.position, entry.meta.startMs)
      return entry
    })
  }

  /** Resolves when there may be more to take, or the spool is closed. */
  more(): Promise<void> {
    if (this.#closed) return Promise.resolve()
    return new Promise(resolve => {
      this.#waiting.push(resolve)
    })
  }

  /** The vault has it, or will never take it: its bytes may go. */
  settle(position: number): void {
    this.#inFlight.delete(position)
    this.#cursor.settle(position)
    this.#sweep()
  }

  /** Overwrites every unsent object that a delete order names, and has it never uploaded. Returns how many. */
  async wipe(matches: (meta: ObjectMeta) => boolean): Promise<number> {
    let wiped = this.#writer.discard(matches)
    await this.flush()
    await this.#exclusive(async () => {
      for (const file of [...this.#files]) wiped += await wipeFile(file, this.#fs, matches)
    })
    return wiped
  }

  status(): SpoolStatus {
    let bytes = 0
    for (const file of this.#files) bytes += file.bytes
    const unsent = this.#writer.nextPosition - 1 - this.#cursor.settled - this.#cursor.ahead
    const taken = Math.min(...this.#inFlight.values())
    const oldestMs = Number.isFinite(taken) ? taken : (this.#files[0]?.createdMs ?? null)
    const { state, pendingBytes } = this.#writer
    return { state, bytes, pendingBytes, unsent, oldestMs: unsent === 0 ? null : oldestMs }
  }

  /** Writes what waits and the mark of an orderly stop. */
  async close(): Promise<void> {
    await this.#writer.close()
    this.#closed = true
    this.#wake()
    await this.#sweeping
    await this.#exclusive(() => this.#reader.close())
    if (!this.#cursor.unsaved) return
    await this.#options.beforeForget?.()
    await this.#cursor.save(this.#options.dir, this.#fs).catch(() => {})
  }

  #wake(): void {
    for (const resolve of this.#waiting.splice(0)) resolve()
  }

  #exclusive<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#lock.then(work)
    this.#lock = result.catch(() => {})
    return result
  }

  #gap(metas: readonly ObjectMeta[], reason: DropReason): Promise<void> {
    const gaps = droppedRanges(metas, reason)
    return gaps.length === 0 ? Promise.resolve() : (this.#options.onGap?.(gaps) ?? Promise.resolve())
  }

  /** Housekeeping, one at a time: forget what is settled, keep within the bounds, store the cursor now and then. */
  #sweep(): void {
    this.#sweeping ??= this.#sweepOnce()
      .catch(error => this.#options.onState?.(this.#writer.state, error))
      .finally(() => {
        this.#sweeping = null
      })
  }

  async #sweepOnce(): Promise<void> {
    for (;;) {
      const [oldest, second] = this.#files
      // The newest file is never removed: its snapshot is what keeps a leaf from being used twice.
      if (oldest === undefined || second === undefined) break
      const end = second.first
      if (this.#cursor.settled < end - 1) {
        const reason = this.#excess(second)
        if (reason === null) break
        await this.#exclusive(async () => {
          const lost = await dropFile(oldest, this.#fs, this.#reader.taken, this.#cursor)
          const recorded = this.#gap(lost, reason)
          if (this.#writer.state === 'ok') await recorded
          this.#cursor.settleUpTo(end - 1)
        })
      }
      await this.#options.beforeForget?.()
      await this.#exclusive(async () => {
        this.#files.shift()
        await this.#fs.remove(oldest.path)
      })
    }
    if (this.#files[0] !== undefined && this.#files[0] === this.#writer.active && this.#excess(undefined) !== null)
      this.#writer.roll()
    await this.#saveCursor()
  }

  #excess(second: LogFile | undefined): DropReason | null {
    let bytes = 0
    for (const file of this.#files) bytes += file.bytes
    if (bytes > this.#limits.maxBytes) return 'spool_full'
    // Everything in the oldest file is at least as old as the one that follows it.
    return second !== undefined && this.#options.now() - second.createdMs > this.#limits.maxAgeMs
      ? 'spool_expired'
      : null
  }

  async #saveCursor(): Promise<void> {
    const now = performance.now()
    if (!this.#cursor.unsaved || now - this.#cursorSavedAt < SPOOL_CURSOR_INTERVAL_MS) return
    this.#cursorSavedAt = now
    await this.#options.beforeForget?.()
    await this.#cursor.save(this.#options.dir, this.#fs)
  }
}

function withoutUndefined<T extends object>(value: T): Partial<T> {
  const entries = Object.entries(value).filter(([, field]) => field !== undefined)
  return Object.fromEntries(entries) as Partial<T>
}
