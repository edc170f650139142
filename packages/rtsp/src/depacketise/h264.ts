import type { Arrived, Depacketiser, EmitUnit, ParameterSets } from '../unit.ts'
import { Parameters } from './parameters.ts'
import { PictureBuilder } from './picture.ts'

const SLICE_IDR = 5
const SEI = 6
const SPS = 7
const PPS = 8
const AUD = 9
const FILLER = 12
const STAP_A = 24
const FU_A = 28
const RECOVERY_POINT = 6

/** H.264 (RFC 6184): single NAL units, STAP-A and FU-A. Parameter sets go aside, what no sample needs is dropped. */
export class H264Depacketiser implements Depacketiser {
  readonly parameters = new Parameters()
  readonly #picture: PictureBuilder
  readonly #onParameters: (sets: ParameterSets) => void

  constructor(emit: EmitUnit, onParameters: (sets: ParameterSets) => void) {
    this.#onParameters = onParameters
    this.#picture = new PictureBuilder(unit => {
      if (this.parameters.takeChange()) this.#onParameters(this.parameters.sets)
      emit(unit)
    })
  }

  push(packet: Arrived): void {
    const { payload } = packet
    this.#picture.begin(packet)
    const type = (payload[0] ?? 0) & 31
    if (type === FU_A) this.#fragment(payload)
    else if (type === STAP_A) this.#aggregate(payload)
    else if (payload.length > 0) this.#whole(payload)
    this.#picture.end(packet)
  }

  #aggregate(payload: Buffer): void {
    for (let at = 1; at + 2 <= payload.length; ) {
      const length = payload.readUInt16BE(at)
      if (length === 0 || at + 2 + length > payload.length) {
        this.#picture.spoil()
        return
      }
      this.#whole(payload.subarray(at + 2, at + 2 + length))
      at += 2 + length
    }
  }

  #whole(nal: Buffer): void {
    const type = (nal[0] ?? 0) & 31
    if (this.#aside(type, nal)) return
    this.#picture.startNal()
    this.#picture.append(nal)
    this.#picture.closeNal()
    this.#picture.keepNal(type === SLICE_IDR)
  }

  #fragment(payload: Buffer): void {
    if (payload.length < 3) return
    const head = payload[1] ?? 0
    if (head & 0x80) {
      this.#picture.startNal()
      this.#picture.appendByte(((payload[0] ?? 0) & 0xe0) | (head & 31))
    } else if (!this.#picture.inNal) {
      this.#picture.spoil()
      return
    }
    this.#picture.append(payload.subarray(2))
    if (head & 0x40) {
      const nal = this.#picture.closeNal()
      const type = (nal[0] ?? 0) & 31
      if (this.#aside(type, nal)) this.#picture.abandonNal()
      else this.#picture.keepNal(type === SLICE_IDR)
    }
  }

  /** True when the unit is no part of a sample. */
  #aside(type: number, nal: Buffer): boolean {
    if (type === SPS || type === PPS) {
      this.parameters.add(type === SPS ? 'sps' : 'pps', nal)
      return true
    }
    // A recovery point is where decoding can start in a stream that has no IDR pictures.
    if (type === SEI && nal[1] === RECOVERY_POINT) this.#picture.markKey()
    return type === SEI || (type >= AUD && type <= FILLER) || type === 0
  }
}
