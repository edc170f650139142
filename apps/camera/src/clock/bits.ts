/** Writes bits from the left, Exp-Golomb codes (H.264 §9.1) among them. */
export class Bits {
  #bytes: number[] = []
  #current = 0
  #count = 0

  u(width: number, value: number): this {
    for (let i = width - 1; i >= 0; i--) {
      this.#current = (this.#current << 1) | (Math.floor(value / 2 ** i) % 2)
      if (++this.#count === 8) {
        this.#bytes.push(this.#current)
        this.#current = 0
        this.#count = 0
      }
    }
    return this
  }

  /** A code given as text, as in the tables of the standard. */
  code(text: string): this {
    for (const bit of text) this.u(1, bit === '1' ? 1 : 0)
    return this
  }

  ue(value: number): this {
    const length = Math.floor(Math.log2(value + 1))
    return this.u(length, 0).u(length + 1, value + 1)
  }

  se(value: number): this {
    return this.ue(value > 0 ? value * 2 - 1 : -value * 2)
  }

  align(): this {
    while (this.#count !== 0) this.u(1, 0)
    return this
  }

  /** Whole bytes; only where the position is aligned. */
  bytes(bytes: Uint8Array): this {
    for (const byte of bytes) this.#bytes.push(byte)
    return this
  }

  /** The payload with its stop bit (§7.3.2.11) and emulation prevention (§7.4.1), behind the NAL header. */
  nal(header: number): Uint8Array {
    this.u(1, 1).align()
    const out = [header]
    let zeros = 0
    for (const byte of this.#bytes) {
      if (zeros >= 2 && byte <= 3) {
        out.push(3)
        zeros = 0
      }
      out.push(byte)
      zeros = byte === 0 ? zeros + 1 : 0
    }
    return Uint8Array.from(out)
  }
}

/** Reads what `Bits` writes, from a NAL unit with its header. */
export class BitReader {
  readonly #bytes: Uint8Array
  #at = 8

  constructor(nal: Uint8Array, limit = 64) {
    // Only headers are read: the first bytes without emulation prevention are enough.
    const out: number[] = []
    for (let i = 0; i < nal.length && out.length < limit; i++) {
      const byte = nal[i] ?? 0
      if (byte === 3 && out.at(-1) === 0 && out.at(-2) === 0) continue
      out.push(byte)
    }
    this.#bytes = Uint8Array.from(out)
  }

  u(width: number): number {
    let value = 0
    for (let i = 0; i < width; i++, this.#at++)
      value = value * 2 + (((this.#bytes[this.#at >> 3] ?? 0) >> (7 - (this.#at & 7))) & 1)
    return value
  }

  ue(): number {
    let zeros = 0
    while (zeros < 32 && this.u(1) === 0) zeros++
    return 2 ** zeros - 1 + this.u(zeros)
  }

  se(): number {
    const value = this.ue()
    return value % 2 === 1 ? (value + 1) / 2 : -value / 2
  }
}
