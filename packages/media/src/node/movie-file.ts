import { type FileHandle, open, readFile, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { Mp4Error, type Mp4ErrorCode } from '../errors.ts'
import { crc32 } from './crc32.ts'

/** How much is read at once when checking or copying, in bytes. */
const COPY = 4 * 1024 * 1024
/** Others on the machine need not see it. */
const MODE = 0o600

const partOf = (path: string): string => `${path}.part`
const journalOf = (path: string): string => `${path}.part.journal`

/** The files of an unfinished movie: what is written, and the journal that says what it means. All errors are `Mp4Error` `io`. */
export class MovieFile {
  readonly #path: string
  readonly #data: FileHandle
  readonly #journal: FileHandle
  #length: number
  #journalLength = 0

  private constructor(path: string, data: FileHandle, journal: FileHandle, length: number) {
    this.#path = path
    this.#data = data
    this.#journal = journal
    this.#length = length
  }

  /** Starts anew with `head` as first bytes. */
  static create(path: string, head: Uint8Array): Promise<MovieFile> {
    return io(async () => {
      await MovieFile.remove(path)
      const [data, journal] = await openBoth(path, 'wx+')
      const file = new MovieFile(path, data, journal, 0)
      await file.append([head])
      return file
    })
  }

  /** @throws Mp4Error `not_resumable` when there is nothing unfinished */
  static open(path: string, headLength: number): Promise<MovieFile> {
    return io(async () => {
      const [data, journal] = await openBoth(path, 'r+')
      return new MovieFile(path, data, journal, headLength)
    }, 'not_resumable')
  }

  /** Removes what is unfinished at a path. */
  static async remove(path: string): Promise<void> {
    await io(async () => {
      await rm(partOf(path), { force: true })
      await rm(journalOf(path), { force: true })
    })
  }

  /** Bytes written and known to be whole. */
  get length(): number {
    return this.#length
  }

  /** Adds bytes at the end; when that fails, the end stays where it was. */
  async append(pieces: readonly Uint8Array[]): Promise<void> {
    let end = this.#length
    for (const piece of pieces) {
      await io(() => writeAll(this.#data, piece, end))
      end += piece.length
    }
    this.#length = end
  }

  /** Overwrites bytes. */
  patch(position: number, bytes: Uint8Array): Promise<void> {
    return io(() => writeAll(this.#data, bytes, position))
  }

  /** Adds records to the journal. */
  async note(bytes: Uint8Array): Promise<void> {
    await io(() => writeAll(this.#journal, bytes, this.#journalLength))
    this.#journalLength += bytes.length
  }

  readJournal(): Promise<Uint8Array> {
    return io(() => readFile(journalOf(this.#path)))
  }

  /** Accepts the next `length` bytes as written when their CRC-32 is right. */
  async accept(length: number, crc: number): Promise<boolean> {
    const buffer = new Uint8Array(Math.min(length, COPY))
    let sum = 0
    for (let left = length; left > 0; ) {
      const at = this.#length + length - left
      const { bytesRead } = await io(() => this.#data.read(buffer, 0, Math.min(left, buffer.length), at))
      if (bytesRead === 0) return false
      sum = crc32(buffer.subarray(0, bytesRead), sum)
      left -= bytesRead
    }
    if (sum !== crc) return false
    this.#length += length
    return true
  }

  /** Cuts off what was not accepted, and the journal after `journalLength`. */
  async cut(journalLength: number): Promise<void> {
    await io(async () => {
      await this.#data.truncate(this.#length)
      await this.#journal.truncate(journalLength)
    })
    this.#journalLength = journalLength
  }

  /** Puts `moov` at the end and the file at its path, durably. */
  async finish(moov: Uint8Array): Promise<void> {
    await io(async () => {
      await writeAll(this.#data, moov, this.#length)
      await this.#data.truncate(this.#length + moov.length)
      await this.#data.sync()
      await this.close()
      await rename(partOf(this.#path), this.#path)
      await this.#settle()
    })
  }

  /** As `finish`, with `moov` after the first `headLength` bytes: everything else is copied behind it. */
  async finishFast(headLength: number, moov: Uint8Array): Promise<void> {
    const copy = `${this.#path}.part.fast`
    await io(async () => {
      const target = await open(copy, 'w', MODE)
      try {
        let at = await this.#copy(target, 0, headLength, 0)
        await writeAll(target, moov, at)
        at += moov.length
        await this.#copy(target, headLength, this.#length, at)
        await target.sync()
      } finally {
        await target.close()
      }
      await this.close()
      await rename(copy, this.#path)
      await this.#settle()
    })
  }

  async close(): Promise<void> {
    await io(async () => {
      await this.#data.close()
      await this.#journal.close()
    })
  }

  async #copy(target: FileHandle, from: number, to: number, at: number): Promise<number> {
    const buffer = new Uint8Array(Math.min(COPY, to - from))
    let position = at
    for (let start = from; start < to; ) {
      const { bytesRead } = await this.#data.read(buffer, 0, Math.min(buffer.length, to - start), start)
      if (bytesRead === 0) throw new Mp4Error('truncated', 'unfinished movie')
      await writeAll(target, buffer.subarray(0, bytesRead), position)
      start += bytesRead
      position += bytesRead
    }
    return position
  }

  /** Makes the rename durable, and removes what is no longer needed. */
  async #settle(): Promise<void> {
    const folder = await open(dirname(this.#path), 'r')
    try {
      await folder.sync()
    } finally {
      await folder.close()
    }
    await MovieFile.remove(this.#path)
  }
}

async function openBoth(path: string, flags: 'wx+' | 'r+'): Promise<[FileHandle, FileHandle]> {
  const journal = await open(journalOf(path), flags, MODE)
  try {
    return [await open(partOf(path), flags, MODE), journal]
  } catch (error) {
    await journal.close()
    throw error
  }
}

async function writeAll(handle: FileHandle, bytes: Uint8Array, position: number): Promise<void> {
  for (let done = 0; done < bytes.length; ) {
    const { bytesWritten } = await handle.write(bytes, done, bytes.length - done, position + done)
    done += bytesWritten
  }
}

async function io<T>(act: () => Promise<T>, missing: Mp4ErrorCode = 'io'): Promise<T> {
  try {
    return await act()
  } catch (error) {
    if (!(error instanceof Error) || !('syscall' in error)) throw error
    const code = 'code' in error && error.code === 'ENOENT' ? missing : 'io'
    throw new Mp4Error(code, error.message, { cause: error })
  }
}
