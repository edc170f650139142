import { CodecError } from '../errors.ts'

/** Reads bits, most significant first. Each read past the end throws `CodecError('truncated')`. */
export class BitReader {
  readonly #bytes: Uint8Array
  #at = 0

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
  }

  get left(): number {
    return this.#bytes.length * 8 - this.#at
  }

  bit(): number {
    if (this.left < 1) throw new CodecError('truncated')
    const byte = this.#bytes[this.#at >> 3] ?? 0
    const bit = (byte >> (7 - (this.#at & 7))) & 1
    this.#at++
    return bit
  }

  flag(): boolean {
    return this.bit() === 1
  }

  /** Up to 48 bits as a number. */
  bits(count: number): number {
    if (this.left < count) throw new CodecError('truncated')
    let value = 0
    for (let i = 0; i < count; i++) value = value * 2 + this.bit()
    return value
  }

  skip(count: number): void {
    if (count < 0 || this.left < count) throw new CodecError('truncated')
    this.#at += count
  }

  /** Unsigned Exp-Golomb (ITU-T H.264 §9.1), up to 2³² − 2. */
  ue(): number {
    let zeros = 0
    while (this.bit() === 0) {
      zeros++
      if (zeros > 31) throw new CodecError('bad_parameters', 'Exp-Golomb code too long')
    }
    return 2 ** zeros - 1 + this.bits(zeros)
  }

  /** As `ue`, refusing more than `max`. */
  ueMax(max: number, name: string): number {
    const value = this.ue()
    if (value > max) throw new CodecError('bad_parameters', name)
    return value
  }

  /** Signed Exp-Golomb. */
  se(): number {
    const value = this.ue()
    return value % 2 === 1 ? (value + 1) / 2 : -value / 2
  }
}

/** Takes the emulation prevention bytes (00 00 03) out of a NAL unit (ITU-T H.264 §7.4.1.1). */
export function unescapeNal(nal: Uint8Array): Uint8Array {
  const out = new Uint8Array(nal.length)
  let length = 0
  let zeros = 0
  for (const byte of nal) {
    if (zeros >= 2 && byte === 3) {
      zeros = 0
      continue
    }
    out[length++] = byte
    zeros = byte === 0 ? zeros + 1 : 0
  }
  return out.subarray(0, length)
}
