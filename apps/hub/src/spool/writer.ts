import type { ObjectId, StreamId } from '@hausrecht/crypto/ids'
import { objectIdFrom, streamIdFrom } from '@hausrecht/crypto/ids'
import { SpoolError } from './errors.ts'
import { type LogFile, logPath } from './files.ts'
import { isNoSpace, type SpoolFile, type SpoolFs } from './fs.ts'
import { SPOOL_BLOB_MAX, SPOOL_COMMIT_BYTES } from './limits.ts'
import { encodeHead, type ObjectMeta, type RecordType } from './record.ts'
import type { StreamStates } from './state.ts'

/** How writing goes. `disk_full` and `disk_failing` pass by themselves once the disk takes writes again. */
export type WriterState = 'ok' | 'disk_full' | 'disk_failing'

/** What became of an appended object. */
export type Outcome = 'durable' | 'dropped' | 'deleted'

type Pending = {
  readonly meta: ObjectMeta
  readonly parts: readonly Uint8Array[]
  readonly bytes: number
  readonly settle: (outcome: Outcome) => void
}

export type WriterOptions = {
  readonly dir: string
  readonly fs: SpoolFs
  readonly now: () => number
  readonly states: StreamStates
  readonly fileBytes: number
  readonly fileAgeMs: number
  readonly commitDelayMs: number
  readonly pendingBytes: number
  readonly retryMs: number
  readonly nextPosition: number
  readonly nextNumber: number
  readonly onFile: (file: LogFile) => void
  readonly onDurable: () => void
  readonly onState: (state: WriterState, error: unknown) => void
  readonly onDropped: (meta: readonly ObjectMeta[]) => void
}

const NO_STREAM: StreamId = streamIdFrom(new Uint8Array(16))
const NO_OBJECT: ObjectId = objectIdFrom(new Uint8Array(16))

/**
 * Group commit: what is appended waits a moment for company, is written with one writev(2) and made durable with one
 * fdatasync(2). While the disk takes nothing, records wait in memory, the oldest of them are dropped beyond a bound, and
 * the disk is tried again and again.
 */
export class Writer {
  readonly #options: WriterOptions
  #pending: Pending[] = []
  #pendingBytes = 0
  #file: { log: LogFile; handle: SpoolFile } | null = null
  #nextPosition: number
  #nextNumber: number
  #state: WriterState = 'ok'
  #running: Promise<void> | null = null
  #timer: NodeJS.Timeout | null = null
  #closed = false
  #rollNext = false

  constructor(options: WriterOptions) {
    this.#options = options
    this.#nextPosition = options.nextPosition
    this.#nextNumber = options.nextNumber
  }

  get state(): WriterState {
    return this.#state
  }

  get nextPosition(): number {
    return this.#nextPosition
  }

  get pendingBytes(): number {
    return this.#pendingBytes
  }

  get active(): LogFile | null {
    return this.#file?.log ?? null
  }

  append(meta: ObjectMeta, parts: readonly Uint8Array[]): Promise<Outcome> {
    if (this.#closed) return Promise.reject(new SpoolError('spool_closed'))
    let bytes = 0
    for (const part of parts) bytes += part.length
    if (bytes > SPOOL_BLOB_MAX) return Promise.reject(new SpoolError('record_too_large', `${bytes} bytes`))
    return new Promise(settle => {
      this.#pending.push({ meta, parts, bytes, settle })
      this.#pendingBytes += bytes
      if (this.#state !== 'ok') this.#trim()
      else if (this.#pendingBytes >= SPOOL_COMMIT_BYTES) this.#start()
      else this.#timer ??= setTimeout(() => this.#start(), this.#options.commitDelayMs)
    })
  }

  /** Writes what waits now. Resolves when it is durable, or when the disk took nothing. */
  async flush(): Promise<void> {
    this.#start()
    await this.#running
  }

  /** Has the next record begin a new log file. */
  roll(): void {
    this.#rollNext = this.#file !== null
  }

  /** Takes waiting objects out, as a delete order asks. */
  discard(matches: (meta: ObjectMeta) => boolean): number {
    const gone = this.#pending.filter(pending => matches(pending.meta))
    this.#pending = this.#pending.filter(pending => !gone.includes(pending))
    for (const pending of gone) {
      for (const part of pending.parts) part.fill(0)
      this.#pendingBytes -= pending.bytes
      pending.settle('deleted')
    }
    return gone.length
  }

  /** Writes what waits and the mark of an orderly stop. What the disk does not take now is dropped. */
  async close(): Promise<void> {
    this.#closed = true
    await this.flush()
    try {
      if (this.#pending.length === 0) await this.#write('stop', this.#file ?? (await this.#open()), [])
    } catch {
      // A full disk at the stop: the next start records the gap as a crash instead.
    }
    if (this.#timer !== null) clearTimeout(this.#timer)
    for (const pending of this.#pending.splice(0)) pending.settle('dropped')
    await this.#retire()
  }

  #start(): void {
    if (this.#timer !== null) clearTimeout(this.#timer)
    this.#timer = null
    this.#running ??= this.#run().finally(() => {
      this.#running = null
      if (this.#pending.length === 0 || this.#timer !== null) return
      const wait = this.#state === 'ok' ? this.#options.commitDelayMs : this.#options.retryMs
      if (!this.#closed) this.#timer = setTimeout(() => this.#start(), wait)
    })
  }

  async #run(): Promise<void> {
    while (this.#pending.length > 0) {
      const batch = this.#pending
      this.#pending = []
      try {
        const file = this.#due() ? await this.#next() : (this.#file ?? (await this.#open()))
        await this.#write('object', file, batch)
      } catch (error) {
        this.#pending = batch.concat(this.#pending)
        await this.#failed(error)
        return
      }
      for (const { meta, bytes, settle } of batch) {
        this.#options.states.note(meta)
        this.#pendingBytes -= bytes
        settle('durable')
      }
      if (this.#state !== 'ok') this.#enter('ok', null)
      this.#options.onDurable()
      if (this.#pendingBytes < SPOOL_COMMIT_BYTES && !this.#closed) return
    }
  }

  async #write(type: RecordType, file: { log: LogFile; handle: SpoolFile }, batch: readonly Pending[]): Promise<void> {
    let position = this.#nextPosition
    const buffers: Uint8Array[] = []
    if (type === 'stop') buffers.push(encodeHead('stop', position, emptyMeta(this.#options.now()), []))
    for (const { meta, parts } of batch) {
      buffers.push(encodeHead('object', position, meta, parts), ...parts)
      position += 1
    }
    file.log.bytes += await writeAll(file.handle, buffers, file.log.bytes)
    this.#nextPosition = position
  }

  #due(): boolean {
    const log = this.#file?.log
    if (log === undefined) return false
    const age = this.#options.now() - log.createdMs
    return this.#rollNext || log.bytes >= this.#options.fileBytes || age >= this.#options.fileAgeMs
  }

  async #next(): Promise<{ log: LogFile; handle: SpoolFile }> {
    await this.#retire()
    return this.#open()
  }

  async #open(): Promise<{ log: LogFile; handle: SpoolFile }> {
    const { dir, fs, now, states } = this.#options
    const number = this.#nextNumber
    const path = logPath(dir, number)
    this.#nextNumber += 1
    const handle = await fs.open(path, 'create')
    try {
      const createdMs = now()
      const snapshot = states.encode()
      const head = encodeHead('snapshot', this.#nextPosition, emptyMeta(createdMs), [snapshot])
      const bytes = await writeAll(handle, [head, snapshot], 0)
      await fs.syncDir(dir)
      const log: LogFile = { number, path, first: this.#nextPosition, createdMs, whole: true, bytes }
      this.#file = { log, handle }
      this.#rollNext = false
      this.#options.onFile(log)
      return this.#file
    } catch (error) {
      await handle.close().catch(() => {})
      await fs.remove(path).catch(() => {})
      throw error
    }
  }

  async #retire(): Promise<void> {
    const file = this.#file
    this.#file = null
    await file?.handle.close().catch(() => {})
  }

  /** After a failed fdatasync nobody knows what the file holds beyond its durable length: cut there, go on in another. */
  async #failed(error: unknown): Promise<void> {
    const file = this.#file
    if (file !== null) await file.handle.truncate(file.log.bytes).catch(() => {})
    if (!isNoSpace(error)) await this.#retire()
    this.#enter(isNoSpace(error) ? 'disk_full' : 'disk_failing', error)
    this.#trim()
  }

  #enter(state: WriterState, error: unknown): void {
    if (this.#state === state) return
    this.#state = state
    this.#options.onState(state, error)
  }

  #trim(): void {
    const dropped: ObjectMeta[] = []
    while (this.#pendingBytes > this.#options.pendingBytes) {
      const oldest = this.#pending.shift()
      if (oldest === undefined) break
      this.#pendingBytes -= oldest.bytes
      dropped.push(oldest.meta)
      oldest.settle('dropped')
    }
    if (dropped.length > 0) this.#options.onDropped(dropped)
  }
}

function emptyMeta(now: number): ObjectMeta {
  return {
    stream: NO_STREAM,
    gen: 0,
    leaf: 0,
    objectId: NO_OBJECT,
    kind: 0,
    sequence: 0,
    startMs: now,
    durationMs: 0,
    lost: 0,
  }
}

/** Linux takes at most this many pieces in one writev(2). */
const IOV_MAX = 1024

/** Writes everything at `position` and makes it durable; returns how many bytes that were. */
async function writeAll(handle: SpoolFile, buffers: readonly Uint8Array[], position: number): Promise<number> {
  let at = position
  let rest = buffers.filter(buffer => buffer.length > 0)
  while (rest.length > 0) {
    let written = await handle.writev(rest.slice(0, IOV_MAX), at)
    if (written === 0) throw new Error('the disk took no byte')
    at += written
    let index = 0
    for (let buffer = rest[0]; buffer !== undefined && written >= buffer.length; buffer = rest[index]) {
      written -= buffer.length
      index += 1
    }
    const partial = rest[index]
    rest = rest.slice(index)
    if (partial !== undefined && written > 0) rest[0] = partial.subarray(written)
  }
  await handle.datasync()
  return at - position
}
