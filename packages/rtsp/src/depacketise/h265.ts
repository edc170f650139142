import type { Allocate, Arrived, Depacketiser, EmitUnit, ParameterSets } from '../unit.ts'
import { Parameters } from './parameters.ts'
import { PictureBuilder } from './picture.ts'

const IRAP_FIRST = 16
const IRAP_LAST = 21
const VPS = 32
const SPS = 33
const PPS = 34
const AGGREGATION = 48
const FRAGMENTATION = 49

/** first_slice_segment_in_pic_flag (ITU-T H.265 §7.3.6.1). */
const isFirstSlice = (nal: Buffer): boolean => ((nal[2] ?? 0) & 0x80) !== 0

const typeOf = (first: number | undefined): number => ((first ?? 0) >> 1) & 63

/** H.265 (RFC 7798): single NAL units, aggregation and fragmentation packets, without decoding order numbers. */
export class H265Depacketiser implements Depacketiser {
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
    const type = typeOf(payload[0])
    if (type === FRAGMENTATION) this.#fragment(payload)
    else if (type === AGGREGATION) this.#aggregate(payload)
    else if (payload.length > 2) this.#whole(payload)
    this.#picture.end(packet)
  }

  #aggregate(payload: Buffer): void {
    for (let at = 2; at + 2 <= payload.length; ) {
      const length = payload.readUInt16BE(at)
      if (length < 2 || at + 2 + length > payload.length) {
        this.#picture.spoil()
        return
      }
      this.#whole(payload.subarray(at + 2, at + 2 + length))
      at += 2 + length
    }
  }

  #whole(nal: Buffer): void {
    const type = typeOf(nal[0])
    if (this.#aside(type, nal)) return
    this.#picture.startNal()
    this.#picture.append(nal)
    this.#picture.closeNal()
    this.#picture.keepNal(type >= IRAP_FIRST && type <= IRAP_LAST, isFirstSlice(nal))
  }

  #fragment(payload: Buffer): void {
    if (payload.length < 4) return
    const head = payload[2] ?? 0
    if (head & 0x80) {
      this.#picture.startNal()
      this.#picture.appendByte(((payload[0] ?? 0) & 0x81) | ((head & 63) << 1))
      this.#picture.appendByte(payload[1] ?? 0)
    } else if (!this.#picture.inNal) {
      this.#picture.spoil()
      return
    }
    this.#picture.append(payload.subarray(3))
    if (head & 0x40) {
      const nal = this.#picture.closeNal()
      const type = typeOf(nal[0])
      if (this.#aside(type, nal)) this.#picture.abandonNal()
      else this.#picture.keepNal(type >= IRAP_FIRST && type <= IRAP_LAST, isFirstSlice(nal))
    }
  }

  /** True when the unit is no part of a sample: only slices are. */
  #aside(type: number, nal: Buffer): boolean {
    if (type === VPS) this.parameters.add('vps', nal)
    else if (type === SPS) this.parameters.add('sps', nal)
    else if (type === PPS) this.parameters.add('pps', nal)
    return type >= VPS
  }
}
