import type { Cursor } from './cursor.ts'
import type { LogFile } from './files.ts'
import type { SpoolFile, SpoolFs } from './fs.ts'
import type { ObjectMeta, RecordHead } from './record.ts'
import { readBlob, scanAt } from './scan.ts'

/** A sealed object on its way to the vault. */
export type SpoolEntry = { readonly position: number; readonly meta: ObjectMeta; readonly blob: Uint8Array }

export type ReaderOptions = {
  readonly fs: SpoolFs
  readonly cursor: Cursor
  /** All log files, oldest first. */
  readonly files: () => readonly LogFile[]
  /** The file that still grows. */
  readonly active: () => LogFile | null
  /** A sealed object whose bytes are not what was written; null when not even its head is known. */
  readonly onDamage: (meta: ObjectMeta | null, path: string) => void
}

/** Walks through the log files in the order of writing and gives each open object once. */
export class Reader {
  readonly #options: ReaderOptions
  #number = 0
  #at = 0
  #expected: number
  #open: { number: number; handle: SpoolFile } | null = null

  constructor(options: ReaderOptions) {
    this.#options = options
    this.#expected = options.cursor.settled + 1
  }

  /** The newest position that was given out or passed over. */
  get taken(): number {
    return this.#expected - 1
  }

  /** The next open object; null when everything durable was given. */
  async take(): Promise<SpoolEntry | null> {
    for (;;) {
      const file = this.#current()
      if (file === null) return null
      const handle = await this.#handle(file)
      const found = await scanAt(handle, this.#at, file.bytes)
      if (found.type === 'end') {
        if (file === this.#options.active()) return null
        if (found.at < file.bytes) this.#options.onDamage(null, file.path)
        await this.#leave(file)
        continue
      }
      this.#at = found.next
      if (found.type === 'damage') {
        this.#options.onDamage(null, file.path)
        continue
      }
      if (found.head.type !== 'object' || !this.#isOpen(found.head)) continue
      const blob = await readBlob(handle, found.at, found.head)
      const { position, meta } = found.head
      if (blob !== null) return { position, meta, blob }
      this.#options.onDamage(meta, file.path)
      this.#options.cursor.settle(position)
    }
  }

  async close(): Promise<void> {
    await this.#open?.handle.close().catch(() => {})
    this.#open = null
  }

  /** Notes the position; false when the object is settled, wiped or was given before. */
  #isOpen(head: RecordHead): boolean {
    const { cursor } = this.#options
    // Positions that no head tells of were lost in damage that onDamage reported.
    for (; this.#expected < head.position; this.#expected += 1) cursor.settle(this.#expected)
    if (head.position < this.#expected) return false
    this.#expected = head.position + 1
    if (head.wiped) cursor.settle(head.position)
    return !cursor.has(head.position)
  }

  #current(): LogFile | null {
    const files = this.#options.files()
    const file = files.find(candidate => candidate.number >= this.#number) ?? null
    if (file !== null && file.number !== this.#number) {
      this.#number = file.number
      this.#at = 0
    }
    return file
  }

  async #handle(file: LogFile): Promise<SpoolFile> {
    if (this.#open?.number !== file.number) {
      await this.close()
      this.#open = { number: file.number, handle: await this.#options.fs.open(file.path, 'read') }
    }
    return this.#open.handle
  }

  async #leave(file: LogFile): Promise<void> {
    await this.close()
    const next = this.#options.files().find(candidate => candidate.number > file.number)
    if (next !== undefined)
      for (; this.#expected < next.first; this.#expected += 1) this.#options.cursor.settle(this.#expected)
    this.#number = file.number + 1
    this.#at = 0
  }
}
