import { concat } from '@hausrecht/crypto/bytes'
import { Mp4Error } from '../errors.ts'

/** Finished movies by their path, until somebody takes them. */
const finished = new Map<string, Uint8Array<ArrayBuffer>[]>()

/** The bytes of a finished movie, in pieces; from now on they are the caller's. @throws Mp4Error `not_resumable` when there is none */
export function takeMovie(path: string): readonly Uint8Array<ArrayBuffer>[] {
  const movie = finished.get(path)
  if (movie === undefined) throw new Mp4Error('not_resumable')
  finished.delete(path)
  return movie
}

/** An unfinished movie in the memory of a browser: there is nothing to go on from after an interruption. */
export class MovieFile {
  readonly #path: string
  #pieces: Uint8Array<ArrayBuffer>[] = []
  #length = 0

  private constructor(path: string) {
    this.#path = path
  }

  static async create(path: string, head: Uint8Array): Promise<MovieFile> {
    const file = new MovieFile(path)
    await file.append([head])
    return file
  }

  /** @throws Mp4Error `not_resumable`, always */
  static async open(_path: string, _headLength: number): Promise<MovieFile> {
    throw new Mp4Error('not_resumable')
  }

  static async remove(path: string): Promise<void> {
    finished.delete(path)
  }

  get length(): number {
    return this.#length
  }

  async append(pieces: readonly Uint8Array[]): Promise<void> {
    for (const piece of pieces) {
      this.#pieces.push(new Uint8Array(piece))
      this.#length += piece.length
    }
  }

  /** Overwrites bytes of the first piece: the head, which is all that a writer patches. */
  async patch(position: number, bytes: Uint8Array): Promise<void> {
    const head = this.#pieces[0]
    if (head === undefined || position + bytes.length > head.length) throw new Mp4Error('bad_value', 'patch')
    head.set(bytes, position)
  }

  async note(_bytes: Uint8Array): Promise<void> {}

  async readJournal(): Promise<Uint8Array> {
    throw new Mp4Error('not_resumable')
  }

  async accept(_length: number, _crc: number): Promise<boolean> {
    return false
  }

  async cut(_journalLength: number): Promise<void> {}

  async finish(moov: Uint8Array): Promise<void> {
    finished.set(this.#path, [...this.#pieces, new Uint8Array(moov)])
    await this.close()
  }

  async finishFast(headLength: number, moov: Uint8Array): Promise<void> {
    const [head = new Uint8Array(0), ...rest] = this.#pieces
    const front = concat(head.subarray(0, headLength), moov, head.subarray(headLength))
    finished.set(this.#path, [new Uint8Array(front), ...rest])
    await this.close()
  }

  async close(): Promise<void> {
    this.#pieces = []
  }
}
