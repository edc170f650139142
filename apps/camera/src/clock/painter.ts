import { type Block, encodeSlice } from './slice.ts'
import { readFormat, readSliceStart, type StreamFormat } from './stream-format.ts'
import { stripBlocks } from './strip.ts'

/**
 * Puts a running clock into footage that was encoded long ago, without decoding anything: the foot of each picture is a slice of its
 * own in the footage, and is replaced by one written here. Works because nothing above refers to what is below (the script that
 * makes the footage checks that).
 */
export class ClockPainter {
  readonly #format: StreamFormat
  readonly #firstMb: number
  readonly #rows: number
  #last: { readonly number: number; readonly blocks: readonly Block[] } | null = null

  constructor(sps: Uint8Array, pps: Uint8Array, stripRows: number) {
    this.#format = readFormat(sps, pps)
    this.#rows = stripRows
    this.#firstMb = (this.#format.mbHeight - stripRows) * this.#format.mbWidth
  }

  get size(): { readonly width: number; readonly height: number } {
    return { width: this.#format.mbWidth * 16, height: this.#format.mbHeight * 16 }
  }

  /** `nals` are the NAL units of one picture of the footage; frames must be painted in order from a key picture on. */
  paint(nals: readonly Uint8Array[], frameNumber: number, timeMs: number): Uint8Array[] {
    const out: Uint8Array[] = []
    const blocks = stripBlocks(this.#format.mbWidth, frameNumber, timeMs)
    if (blocks.length !== this.#rows * this.#format.mbWidth) throw new Error('strip height')
    // Without the picture just before, nothing may be left out.
    const before = this.#last?.number === frameNumber - 1 ? this.#last.blocks : null
    let written = false
    for (const nal of nals) {
      const type = (nal[0] ?? 0) & 31
      if (type !== 1 && type !== 5) {
        out.push(nal)
        continue
      }
      const start = readSliceStart(nal, this.#format)
      if (start.firstMb < this.#firstMb) out.push(nal)
      else if (!written) {
        out.push(encodeSlice(this.#format, { ...start, firstMb: this.#firstMb }, blocks, before))
        written = true
      }
    }
    if (!written) throw new Error('the footage has no slice for the clock')
    this.#last = { number: frameNumber, blocks }
    return out
  }
}
