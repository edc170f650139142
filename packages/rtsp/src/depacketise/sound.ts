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

/** Ticks of an AAC frame: 1024 samples at the clock rate. */
const FRAME_TICKS = 1024

/** AAC as mpeg4-generic (RFC 3640): several frames in a packet, or one frame over several. */
export class AacSound implements Depacketiser {
  readonly #emit: EmitUnit
  readonly #sizeBits: number
  readonly #indexBits: number
  #parts: Buffer[] = []
  #wanted = 0
  #loss = false

  constructor(emit: EmitUnit, fmtp: ReadonlyMap<string, string>) {
    this.#emit = emit
    this.#sizeBits = bits(fmtp.get('sizelength'), 13)
    this.#indexBits = bits(fmtp.get('indexlength'), 3)
  }

  push(packet: Arrived): void {
    const { payload, arrival } = packet
    if (packet.lossBefore) {
      this.#loss = true
      this.#parts = []
    }
    if (payload.length < 2) return
    const headerBits = payload.readUInt16BE(0)
    const perUnit = this.#sizeBits + this.#indexBits
    const units = Math.floor(headerBits / perUnit)
    let at = 2 + Math.ceil(headerBits / 8)
    if (units === 0 || at > payload.length) return
    for (let i = 0; i < units; i++) {
      const size = readBits(payload, 16 + i * perUnit, this.#sizeBits)
      if (size > LIMITS.soundBytes) throw new RtspError('too_large', 'sound')
      const part = payload.subarray(at, at + size)
      at += size
      if (units === 1 && part.length < size) {
        this.#fragment(part, size, packet)
        return
      }
      if (part.length < size) return
      this.#send(new Uint8Array(part), packet.time + i * FRAME_TICKS, arrival)
    }
  }

  #fragment(part: Buffer, size: number, packet: Arrived): void {
    if (this.#parts.length === 0) this.#wanted = size
    this.#parts.push(Buffer.from(part))
    const whole = Buffer.concat(this.#parts)
    if (whole.length < this.#wanted) return
    this.#parts = []
    if (whole.length === this.#wanted) this.#send(new Uint8Array(whole), packet.time, packet.arrival)
  }

  #send(data: Uint8Array, rtpTime: number, arrival: number): void {
    this.#emit({ data, rtpTime, arrival, key: true, lossBefore: this.#loss })
    this.#loss = false
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
