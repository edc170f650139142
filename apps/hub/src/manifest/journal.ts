import { appendFile, mkdir, readdir, readFile, rm, truncate } from 'node:fs/promises'
import { join } from 'node:path'
import { hourOfLeaf } from '@hausrecht/chain/manifest'
import { concat } from '@hausrecht/crypto/bytes'
import { ID_BYTES, idBytes, type ObjectId, objectIdFrom, type StreamId, streamIdFrom } from '@hausrecht/crypto/ids'
import type { ObjectMeta } from '../spool/record.ts'

/** Hours that wait for their signature at most: a vault that takes none for a week gets the oldest for nothing. */
export const JOURNAL_HOURS_MAX = 7 * 24
/** leaf u32, stream id, object id: the same length for all, so that a torn end is seen. */
const LINE_BYTES = 4 + 2 * ID_BYTES
const FILE = /^(\d{1,10})\.bin$/

export type Acknowledged = { readonly leaf: number; readonly stream: StreamId }

/**
 * What the vault has said it holds, until that is signed: a file for each hour. It is durable before the spool forgets an object, so what
 * is in neither was never acknowledged. The same object may be noted again.
 */
export class Journal {
  readonly #dir: string
  readonly #hours: Map<number, Map<ObjectId, Acknowledged>>
  #pending = new Map<number, Uint8Array[]>()
  #writing: Promise<void> = Promise.resolve()

  private constructor(dir: string, hours: Map<number, Map<ObjectId, Acknowledged>>) {
    this.#dir = dir
    this.#hours = hours
  }

  /** Reads what was written; what a crash tore off at the end is cut off, and comes again from the spool. */
  static async open(dir: string): Promise<Journal> {
    await mkdir(dir, { recursive: true, mode: 0o700 })
    const hours = new Map<number, Map<ObjectId, Acknowledged>>()
    for (const name of await readdir(dir)) {
      const hour = FILE.exec(name)?.[1]
      if (hour === undefined) continue
      const bytes = new Uint8Array(await readFile(join(dir, name)))
      const whole = bytes.length - (bytes.length % LINE_BYTES)
      if (whole < bytes.length) await truncate(join(dir, name), whole)
      hours.set(Number(hour), readLines(bytes.subarray(0, whole)))
    }
    return new Journal(dir, hours)
  }

  /** In memory at once, on disk with the next `flush`. */
  note({ leaf, stream, objectId }: Pick<ObjectMeta, 'leaf' | 'stream' | 'objectId'>): void {
    const hour = hourOfLeaf(leaf)
    const known = this.#hours.get(hour) ?? new Map<ObjectId, Acknowledged>()
    this.#hours.set(hour, known)
    if (known.has(objectId)) return
    known.set(objectId, { leaf, stream })
    this.#pending.set(hour, [...(this.#pending.get(hour) ?? []), encodeLine(leaf, stream, objectId)])
  }

  /** Resolves when all that was noted is durable. @throws the file system's own errors; what is not written is kept for the next time */
  flush(): Promise<void> {
    const done = this.#writing.then(() => this.#write())
    this.#writing = done.catch(() => undefined)
    return done
  }

  /** Hours with something in them, oldest first. */
  hours(): readonly number[] {
    return [...this.#hours.keys()].sort((a, b) => a - b)
  }

  of(hour: number): ReadonlyMap<ObjectId, Acknowledged> {
    return this.#hours.get(hour) ?? new Map()
  }

  /** The hour is signed, or nothing of it is left. */
  async drop(hour: number): Promise<void> {
    this.#hours.delete(hour)
    this.#pending.delete(hour)
    await rm(this.#file(hour), { force: true })
  }

  async #write(): Promise<void> {
    const lines = this.#pending
    this.#pending = new Map()
    for (const [hour, added] of lines) {
      if (!this.#hours.has(hour)) continue
      try {
        await appendFile(this.#file(hour), concat(...added), { flush: true, mode: 0o600 })
      } catch (error) {
        // A part of it may have been written: lines count once, however often they stand there.
        for (const [left, kept] of lines) this.#pending.set(left, [...kept, ...(this.#pending.get(left) ?? [])])
        throw error
      }
      lines.delete(hour)
    }
    for (const hour of this.hours().slice(0, -JOURNAL_HOURS_MAX)) await this.drop(hour)
  }

  #file(hour: number): string {
    return join(this.#dir, `${hour}.bin`)
  }
}

function encodeLine(leaf: number, stream: StreamId, object: ObjectId): Uint8Array {
  const line = new Uint8Array(LINE_BYTES)
  new DataView(line.buffer).setUint32(0, leaf)
  line.set(idBytes(stream), 4)
  line.set(idBytes(object), 4 + ID_BYTES)
  return line
}

function readLines(bytes: Uint8Array): Map<ObjectId, Acknowledged> {
  const known = new Map<ObjectId, Acknowledged>()
  for (let at = 0; at < bytes.length; at += LINE_BYTES) {
    const line = bytes.slice(at, at + LINE_BYTES)
    const leaf = new DataView(line.buffer).getUint32(0)
    const stream = streamIdFrom(line.slice(4, 4 + ID_BYTES))
    known.set(objectIdFrom(line.slice(4 + ID_BYTES)), { leaf, stream })
  }
  return known
}
