/** Writes bits, most significant first, into a buffer that grows. */
export class BitWriter {
  #bytes: Uint8Array
  #at = 0
  /** Bits not yet written, in the low `#held` bits. */
  #word = 0
  #held = 0

  constructor(capacity: number) {
    this.#bytes = new Uint8Array(Math.max(16, capacity))
  }

  /** The low `count` bits of a non-negative number; at most 24 at once. */
  bits(value: number, count: number): void {
    this.#word = ((this.#word << count) | value) >>> 0
    this.#held += count
    while (this.#held >= 8) {
      this.#held -= 8
      this.#push((this.#word >>> this.#held) & 0xff)
    }
    this.#word &= 2 ** this.#held - 1
  }

  /** Two's complement, at most 24 bits. */
  signed(value: number, count: number): void {
    this.bits(value & (2 ** count - 1), count)
  }

  /** `zeros` zero bits and a one. */
  unary(zeros: number): void {
    let left = zeros
    for (; left >= 16; left -= 16) this.bits(0, 16)
    this.bits(1, left + 1)
  }

  /** A signed number in Rice code (RFC 9639 §9.2.7.1). */
  rice(value: number, parameter: number): void {
    const folded = value < 0 ? -2 * value - 1 : 2 * value
    this.unary(folded >>> parameter)
    this.bits(folded & (2 ** parameter - 1), parameter)
  }

  /** Fills the byte with zeros. */
  align(): void {
    if (this.#held > 0) this.bits(0, 8 - this.#held)
  }

  /** The whole bytes so far: a view. */
  written(): Uint8Array {
    return this.#bytes.subarray(0, this.#at)
  }

  /** A copy of everything, filled to whole bytes. */
  finish(): Uint8Array {
    this.align()
    return this.#bytes.slice(0, this.#at)
  }

  #push(byte: number): void {
    if (this.#at === this.#bytes.length) {
      const larger = new Uint8Array(this.#bytes.length * 2)
      larger.set(this.#bytes)
      this.#bytes = larger
    }
    this.#bytes[this.#at++] = byte
  }
}
