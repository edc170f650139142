import { RtspError } from '../errors.ts'
import { LIMITS } from '../limits.ts'
import type { Arrived, Depacketiser, EmitUnit } from '../unit.ts'

/** Opus (RFC 7587) and G.711 (RFC 3551): a packet is a frame. */
export class PlainSound implements Depacketiser {
  readonly #emit: EmitUnit
  constructor(emit: EmitUnit) {
    this.#emit = emit
  }

  push({ payload, time, arrival, lossBefore }: Arrived): void {
    if (payload.length === 0) return
    this.#emit({ data: new Uint8Array(payload), rtpTime: time, arrival, key: true, lossBefore })
  }
}

/** Object types of AAC whose frames are twice as long at the rate they are played with (ISO/IEC 14496-3 §1.6.5: SBR, PS). */
const DOUBLED: ReadonlySet<number> = new Set([5, 29])
/** Samples of an AAC frame. */
export const FRAME = 1024

/** Ticks of one AAC frame, from its AudioSpecificConfig. */
export const aacFrameTicks = (config: Uint8Array): number => (DOUBLED.has((config[0] ?? 0) >> 3) ? 2 * FRAME : FRAME)

/** AAC as mpeg4-generic (RFC 3640): several frames in a packet, or one frame over several. */
export class AacSound implements Depacketiser {
  readonly #sizeBits: number
  readonly #indexBits: number
  readonly #deltaBits: number
  readonly #frameTicks: number
  readonly #frame: FrameBuilder

  constructor(emit: EmitUnit, fmtp: ReadonlyMap<string, string>, frameTicks = FRAME) {
    const low = fmtp.get('mode')?.toLowerCase() === 'aac-lbr'
    this.#sizeBits = bits(fmtp.get('sizelength'), low ? 6 : 13)
    this.#indexBits = bits(fmtp.get('indexlength'), low ? 2 : 3)
    this.#deltaBits = bits(fmtp.get('indexdeltalength'), low ? 2 : 3)
    this.#frameTicks = frameTicks
    this.#frame = new FrameBuilder(emit)
  }

  push(packet: Arrived): void {
    const { payload } = packet
    this.#frame.begin(packet)
    if (this.#sizeBits === 0) this.#frame.whole(payload, packet.time, packet.arrival)
    else if (payload.length >= 2) this.#withHeaders(packet)
  }

  #withHeaders(packet: Arrived): void {
    const { payload } = packet
    const headerBits = payload.readUInt16BE(0)
    let at = 2 + Math.ceil(headerBits / 8)
    if (at > payload.length) return
    let bit = 16
    for (let i = 0; bit + this.#sizeBits <= 16 + headerBits; i++) {
      const size = readBits(payload, bit, this.#sizeBits)
      bit += this.#sizeBits + (i === 0 ? this.#indexBits : this.#deltaBits)
      if (size > LIMITS.soundBytes) throw new RtspError('too_large', 'sound')
      const part = payload.subarray(at, at + size)
      at += size
      if (part.length === size) this.#frame.whole(part, packet.time + i * this.#frameTicks, packet.arrival)
      else {
        if (i === 0) this.#frame.part(part, size, packet)
        return
      }
    }
  }
}

/** Frames of sound, and those that come in parts. */
class FrameBuilder {
  readonly #emit: EmitUnit
  #parts: Buffer[] = []
  #have = 0
  #wanted = 0
  #time = 0
  #loss = false

  constructor(emit: EmitUnit) {
    this.#emit = emit
  }

  begin({ lossBefore, time }: Arrived): void {
    if (lossBefore) this.#loss = true
    if (lossBefore || time !== this.#time) this.#drop()
  }

  whole(frame: Buffer, rtpTime: number, arrival: number): void {
    if (frame.length === 0) return
    this.#emit({ data: new Uint8Array(frame), rtpTime, arrival, key: true, lossBefore: this.#loss })
    this.#loss = false
  }

  /** The next part of a frame of `size` bytes. All its parts have the same time (RFC 3640 §3.2.3). */
  part(part: Buffer, size: number, { time, arrival }: Arrived): void {
    if (part.length === 0) return
    if (this.#parts.length === 0) {
      this.#wanted = size
      this.#time = time
    }
    this.#parts.push(Buffer.from(part))
    this.#have += part.length
    if (this.#have < this.#wanted) return
    const frame = Buffer.concat(this.#parts)
    if (this.#have === this.#wanted) this.whole(frame, time, arrival)
    else this.#loss = true
    this.#drop()
  }

  #drop(): void {
    if (this.#have > 0 && this.#have < this.#wanted) this.#loss = true
    this.#parts = []
    this.#have = 0
  }
}

function bits(text: string | undefined, otherwise: number): number {
  const value = Number(text ?? otherwise)
  return Number.isInteger(value) && value >= 0 && value <= 16 ? value : otherwise
}

function readBits(bytes: Buffer, from: number, count: number): number {
  let value = 0
  for (let i = from; i < from + count; i++) value = (value << 1) | (((bytes[i >> 3] ?? 0) >> (7 - (i & 7))) & 1)
  return value
}
