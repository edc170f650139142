import { RtspError } from '../errors.ts'
import { LIMITS } from '../limits.ts'
import type { Allocate, Arrived, EmitUnit } from '../unit.ts'

/**
 * Gathers the NAL units of one picture. A picture ends with the marker bit or with a new timestamp, whichever comes first: cameras get
 * the marker wrong. Fragments are copied into one buffer that is used again; what leaves is one copy of the right size.
 */
export class PictureBuilder {
  readonly #emit: EmitUnit
  readonly #allocate: Allocate
  #scratch = Buffer.allocUnsafe(256 * 1024)
  #length = 0
  #nalStart = -1
  #time: number | null = null
  #arrival = 0
  #key = false
  #damaged = false
  #loss = false
  /** Packets went missing before the first slice of this picture; a session may begin in the middle of one. */
  #headless = true
  /** The time of the picture that a marker ended last. */
  #ended: number | null = null
  /** Some cameras set the marker on each slice: then only a new time ends a picture. */
  #markers = true

  constructor(emit: EmitUnit, allocate: Allocate = length => new Uint8Array(length)) {
    this.#emit = emit
    this.#allocate = allocate
  }

  /** Called with each packet before its NAL units. */
  begin(packet: Arrived): void {
    if (this.#time !== null && packet.time !== this.#time) {
      // No marker came, so what is missing may have been the end of this picture.
      if (packet.lossBefore) this.#damaged = true
      this.flush()
    }
    if (packet.lossBefore) {
      this.#loss = true
      if (this.#length > 0) this.spoil()
      else this.#headless = true
    }
    this.#time = packet.time
    this.#arrival = packet.arrival
  }

  /** Called with each packet after its NAL units. */
  end(packet: Arrived): void {
    if (!packet.marker || !this.#markers) return
    this.flush()
    this.#ended = packet.time
  }

  startNal(): void {
    if (this.inNal) this.spoil()
    this.#reserve(4)
    this.#nalStart = this.#length
    this.#length += 4
  }

  get inNal(): boolean {
    return this.#nalStart >= 0
  }

  append(bytes: Buffer): void {
    this.#reserve(bytes.length)
    bytes.copy(this.#scratch, this.#length)
    this.#length += bytes.length
  }

  appendByte(byte: number): void {
    this.#reserve(1)
    this.#scratch[this.#length++] = byte
  }

  /** The NAL unit that was begun is complete; a view that is good until the next call. */
  closeNal(): Buffer {
    const nal = this.#scratch.subarray(this.#nalStart + 4, this.#length)
    this.#scratch.writeUInt32BE(nal.length, this.#nalStart)
    return nal
  }

  /**
   * Keeps the closed unit as part of the picture.
   * @param isFirst whether the slice says that it is the first of its picture: when it is not, then the first was lost, or went out
   *   already with a marker that did not belong there
   */
  keepNal(key: boolean, isFirst: boolean): void {
    if (this.#nalStart === 0 && !isFirst) {
      if (this.#time === this.#ended) {
        this.#markers = false
        this.#damaged = true
      }
      if (this.#headless) this.#damaged = true
    }
    this.#headless = false
    this.#nalStart = -1
    if (key) this.#key = true
  }

  /** Takes the unit that was begun out again. */
  abandonNal(): void {
    if (this.#nalStart < 0) return
    this.#length = this.#nalStart
    this.#nalStart = -1
  }

  markKey(): void {
    this.#key = true
  }

  /** A fragment was missing: what there is of this picture is not shown to anybody. */
  spoil(): void {
    this.#damaged = true
    this.#loss = true
    this.abandonNal()
  }

  flush(): void {
    if (this.inNal) this.spoil()
    if (this.#damaged) this.#loss = true
    if (this.#length > 0 && !this.#damaged && this.#time !== null) {
      const data = this.#allocate(this.#length)
      data.set(this.#scratch.subarray(0, this.#length))
      this.#emit({ data, rtpTime: this.#time, arrival: this.#arrival, key: this.#key, lossBefore: this.#loss })
      this.#loss = false
    }
    this.#length = 0
    this.#time = null
    this.#key = false
    this.#damaged = false
    this.#headless = false
  }

  #reserve(more: number): void {
    const needed = this.#length + more
    if (needed > LIMITS.pictureBytes) throw new RtspError('too_large', 'picture')
    if (needed <= this.#scratch.length) return
    const larger = Buffer.allocUnsafe(Math.max(needed, this.#scratch.length * 2))
    this.#scratch.copy(larger, 0, 0, this.#length)
    this.#scratch = larger
  }
}
