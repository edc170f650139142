import { Mp4Error } from '../errors.ts'

/**
 * Reads numbers from attacker-controlled bytes, one after the other. Each read past the end throws `Mp4Error('truncated')`; nothing
 * else can go wrong here. Integers are big-endian (ISO/IEC 14496-12 §4.2).
 */
export class Cursor {
  readonly #bytes: Uint8Array
  readonly #view: DataView
  #at = 0

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  }

  get left(): number {
    return this.#bytes.length - this.#at
  }

  u8(): number {
    return this.#view.getUint8(this.#take(1))
  }

  u16(): number {
    return this.#view.getUint16(this.#take(2))
  }

  u32(): number {
    return this.#view.getUint32(this.#take(4))
  }

  i16(): number {
    return this.#view.getInt16(this.#take(2))
  }

  i32(): number {
    return this.#view.getInt32(this.#take(4))
  }

  /** A u64 that fits a number. @throws Mp4Error `bad_box` above 2⁵³ − 1 */
  u64(): number {
    const value = this.#view.getBigUint64(this.#take(8))
    if (value > BigInt(Number.MAX_SAFE_INTEGER)) throw new Mp4Error('bad_box', 'number too large')
    return Number(value)
  }

  /** @throws Mp4Error `bad_box` beyond ±(2⁵³ − 1) */
  i64(): number {
    const value = Number(this.#view.getBigInt64(this.#take(8)))
    if (!Number.isSafeInteger(value)) throw new Mp4Error('bad_box', 'number too large')
    return value
  }

  /** Four characters. */
  type(): string {
    const at = this.#take(4)
    return String.fromCharCode(...this.#bytes.subarray(at, at + 4))
  }

  skip(length: number): void {
    this.#take(length)
  }

  /** A view, not a copy. */
  bytes(length: number): Uint8Array {
    const at = this.#take(length)
    return this.#bytes.subarray(at, at + length)
  }

  rest(): Uint8Array {
    return this.bytes(this.left)
  }

  #take(length: number): number {
    if (length < 0 || length > this.left) throw new Mp4Error('truncated')
    const at = this.#at
    this.#at += length
    return at
  }
}
