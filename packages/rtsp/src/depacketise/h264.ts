import type { Allocate, Arrived, Depacketiser, EmitUnit, ParameterSets } from '../unit.ts'
import { Parameters } from './parameters.ts'
import { PictureBuilder } from './picture.ts'

const SLICE = 1
const SLICE_IDR = 5
const SEI = 6
const SPS = 7
const PPS = 8
const STAP_A = 24
const FU_A = 28
const RECOVERY_POINT = 6
/** first_mb_in_slice is 0: as ue(v), a single one bit (ITU-T H.264 §7.3.3). */
const isFirstSlice = (nal: Buffer): boolean => ((nal[1] ?? 0) & 0x80) !== 0

/** H.264 (RFC 6184): single NAL units, STAP-A and FU-A. Parameter sets go aside, what no sample needs is dropped. */
export class H264Depacketiser implements Depacketiser {
  readonly parameters = new Parameters()
  readonly #picture: PictureBuilder
  readonly #onParameters: (sets: ParameterSets) => void

  constructor(emit: EmitUnit, onParameters: (sets: ParameterSets) => void, allocate?: Allocate) {
    this.#onParameters = onParameters
    this.#picture = new PictureBuilder(unit => {
      if (this.parameters.takeChange()) this.#onParameters(this.parameters.sets)
      emit(unit)
    }, allocate)
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
    this.#picture.keepNal(type === SLICE_IDR, isFirstSlice(nal))
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
      else this.#picture.keepNal(type === SLICE_IDR, isFirstSlice(nal))
    }
  }

  /** True when the unit is no part of a sample: only slices are. Types above 23 belong to the packing (RFC 6184 table 1). */
  #aside(type: number, nal: Buffer): boolean {
    if (type === SPS) this.parameters.add('sps', nal)
    else if (type === PPS) this.parameters.add('pps', nal)
    else if (type === SEI && isRecoveryPoint(nal)) this.#picture.markKey()
    return type < SLICE || type > SLICE_IDR
  }
}

/**
 * Where decoding can start in a stream that has no IDR pictures: an SEI message of payload type 6 whose recovery_frame_cnt, ue(v),
 * is 0 (ITU-T H.264 §7.3.2.3.1, §D.1.8).
 */
function isRecoveryPoint(sei: Buffer): boolean {
  let at = 1
  const number = (): number => {
    let value = 0
    for (; sei[at] === 0xff; at++) value += 255
    return value + (sei[at++] ?? 0)
  }
  while (at + 2 < sei.length) {
    const type = number()
    const size = number()
    if (type === RECOVERY_POINT) return ((sei[at] ?? 0) & 0x80) !== 0
    at += size
  }
  return false
}
