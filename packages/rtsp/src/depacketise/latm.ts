import { RtspError } from '../errors.ts'
import { LIMITS } from '../limits.ts'
import type { Arrived, Depacketiser, EmitUnit } from '../unit.ts'

/** AAC in LATM as cameras send it (RFC 6416): one program, one layer, the configuration in the session description. */
export type LatmConfig = {
  /** AudioSpecificConfig, ISO/IEC 14496-3 §1.6.2.1. */
  readonly audioConfig: Uint8Array
  /** Frames of a packet. */
  readonly frames: number
  /** Hz, of the core coder. */
  readonly sampleRate: number
}

const RATES = [96_000, 88_200, 64_000, 48_000, 44_100, 32_000, 24_000, 22_050, 16_000, 12_000, 11_025, 8000, 7350]
const ESCAPE_RATE = 15
const SYNC_EXTENSION = 0x2b7
const SBR: ReadonlySet<number> = new Set([5, 29])
/** Where the AudioSpecificConfig begins in a StreamMuxConfig of version 0 (ISO/IEC 14496-3 table 1.42), in bits. */
const CONFIG_AT = 15

/** Reads a StreamMuxConfig; null for what is more than cameras send. */
export function parseLatmConfig(mux: Uint8Array): LatmConfig | null {
  let at = 0
  const bits = (count: number): number => {
    let value = 0
    for (let i = 0; i < count; i++, at++) value = value * 2 + (((mux[at >> 3] ?? 0) >> (7 - (at & 7))) & 1)
    return value
  }
  const version = bits(1)
  const sameFraming = bits(1)
  const frames = bits(6) + 1
  const programs = bits(4) + 1
  const layers = bits(3) + 1
  if (version !== 0 || sameFraming !== 1 || programs !== 1 || layers !== 1) return null
  const rate = (): number => {
    const index = bits(4)
    return index === ESCAPE_RATE ? bits(24) : (RATES[index] ?? 0)
  }
  const objectType = bits(5)
  const sampleRate = rate()
  const channels = bits(4)
  if (SBR.has(objectType)) {
    rate()
    bits(5)
  }
  bits(1)
  if (bits(1) === 1) bits(14)
  bits(1)
  const end = at
  // Encoders append a word that says whether there is SBR (§1.6.6.1); players find that out by themselves, so what follows is not read.
  const isExtended = bits(11) === SYNC_EXTENSION
  if (!isExtended) at = end
  // Lengths of frames come with the frames (frameLengthType 0); a channel layout of its own is not read.
  if ((!isExtended && bits(3) !== 0) || channels === 0 || sampleRate === 0 || end > mux.length * 8) return null
  const audioConfig = new Uint8Array(Math.ceil((end - CONFIG_AT) / 8))
  at = CONFIG_AT
  for (let i = 0; at < end; i++) {
    const count = Math.min(8, end - at)
    audioConfig[i] = bits(count) << (8 - count)
  }
  return { audioConfig, frames, sampleRate }
}

/** Frames behind their lengths, which are sums of bytes that end with one below 255 (PayloadLengthInfo, table 1.44). */
export class LatmSound implements Depacketiser {
  readonly #emit: EmitUnit
  readonly #frames: number
  readonly #frameTicks: number
  #parts: Buffer[] = []
  #length = 0
  #time = 0
  #loss = false
  #headless = false

  constructor(emit: EmitUnit, config: LatmConfig, frameTicks: number) {
    this.#emit = emit
    this.#frames = config.frames
    this.#frameTicks = frameTicks
  }

  /** An element may come in several packets of one time; the marker is on the last (RFC 6416 §6.1). */
  push({ payload, time, marker, arrival, lossBefore }: Arrived): void {
    if (lossBefore || time !== this.#time) {
      if (lossBefore || this.#length > 0) this.#loss = true
      // What is missing may be the beginning of this element.
      this.#headless = lossBefore
      this.#clear()
    }
    this.#time = time
    this.#length += payload.length
    if (this.#length > LIMITS.soundBytes) throw new RtspError('too_large', 'sound')
    if (!marker) {
      this.#parts.push(Buffer.from(payload))
      return
    }
    const element = this.#parts.length === 0 ? payload : Buffer.concat([...this.#parts, payload])
    this.#clear()
    this.#take(element, time, arrival)
    this.#headless = false
  }

  #clear(): void {
    this.#parts = []
    this.#length = 0
  }

  #take(element: Buffer, time: number, arrival: number): void {
    const frames: Buffer[] = []
    let at = 0
    while (frames.length < this.#frames && at < element.length) {
      let length = 0
      for (; element[at] === 255; at++) length += 255
      length += element[at++] ?? 0
      frames.push(element.subarray(at, at + length))
      at += length
    }
    // After a loss this may be the end of an element: then the lengths do not add up.
    if (at > element.length || (this.#headless && at !== element.length)) {
      this.#loss = true
      return
    }
    for (const [i, frame] of frames.entries()) {
      if (frame.length === 0) continue
      const rtpTime = time + i * this.#frameTicks
      this.#emit({ data: new Uint8Array(frame), rtpTime, arrival, key: true, lossBefore: this.#loss })
      this.#loss = false
    }
  }
}
