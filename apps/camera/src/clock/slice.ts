import { Bits } from './bits.ts'
import type { SliceStart, StreamFormat } from './stream-format.ts'

/** At this quantiser a DC level of n changes every pixel of a macroblock by exactly n (§8.5.10). */
const QP = 28
export const BLACK = 16
export const WHITE = 235

/** One macroblock of 16 × 16 pixels: of one brightness, or with pixels of its own (row by row). Without colour. */
export type Block = { readonly flat: number } | { readonly pixels: Uint8Array; readonly key: string }

/** coeff_token for no coefficient and for one that is no trailing one (Table 9-5), by nC. */
const NONE = (nC: number): string => (nC < 2 ? '1' : nC < 4 ? '11' : nC < 8 ? '1111' : '000011')
const ONE = (nC: number): string => (nC < 2 ? '000101' : nC < 4 ? '001011' : nC < 8 ? '001111' : '000000')

const CHROMA = new Uint8Array(128).fill(128)
/** Coefficients that a macroblock of raw pixels counts as (§9.2.1). */
const PCM_COUNT = 16

export const sameBlock = (a: Block | undefined, b: Block): boolean => {
  if (!a) return false
  if ('flat' in a) return 'flat' in b && a.flat === b.flat
  return 'pixels' in b && a.key === b.key
}

/**
 * Encodes one slice of whole macroblock rows. `before` is what the picture before showed there: in a P slice what is the same costs
 * next to nothing. The result belongs to the picture whose slice starts like `start`.
 */
export function encodeSlice(
  format: StreamFormat,
  start: SliceStart,
  blocks: readonly Block[],
  before: readonly Block[] | null,
): Uint8Array {
  const bits = new Bits()
  const predicted = !start.idr && before !== null
  bits
    .ue(start.firstMb)
    .ue(predicted ? 0 : 2)
    .ue(format.ppsId)
    .u(format.frameNumBits, start.frameNum)
  if (start.idr) bits.ue(start.idrPicId)
  if (format.orderBits !== null) bits.u(format.orderBits, start.order)
  // No override of the reference count, no reordering.
  if (predicted) bits.u(1, 0).u(1, 0)
  // dec_ref_pic_marking: keep nothing special.
  if (start.header & 0x60) bits.u(start.idr ? 2 : 1, 0)
  bits.se(QP - format.initQp).ue(1)
  let skipped = 0
  for (const [index, block] of blocks.entries()) {
    if (predicted && sameBlock(before?.[index], block)) {
      skipped++
      continue
    }
    if (predicted) bits.ue(skipped)
    skipped = 0
    encodeBlock(bits, format, blocks, index, predicted)
  }
  if (predicted && skipped > 0) bits.ue(skipped)
  return bits.nal(start.header)
}

function encodeBlock(
  bits: Bits,
  format: StreamFormat,
  blocks: readonly Block[],
  index: number,
  predicted: boolean,
): void {
  const block = blocks[index]
  if (!block) throw new Error('no block')
  const typeOffset = predicted ? 5 : 0
  if ('pixels' in block) {
    bits
      .ue(typeOffset + 25)
      .align()
      .bytes(block.pixels)
      .bytes(CHROMA)
    return
  }
  const left = index % format.mbWidth > 0 ? blocks[index - 1] : undefined
  const above = index >= format.mbWidth ? blocks[index - format.mbWidth] : undefined
  const { mode, value } = predict(left, above)
  bits
    .ue(typeOffset + 1 + mode)
    .ue(0)
    .se(0)
  const nC = count(left, above)
  const level = block.flat - value
  if (level === 0) {
    bits.code(NONE(nC))
    return
  }
  bits.code(ONE(nC))
  writeLevel(bits, level)
  bits.code('1')
}

/** Intra16x16 mode (Table 8-4) and the brightness it predicts. */
function predict(left: Block | undefined, above: Block | undefined): { mode: 0 | 1 | 2; value: number } {
  if (left && 'flat' in left) return { mode: 1, value: left.flat }
  if (above && 'flat' in above) return { mode: 0, value: above.flat }
  // Glyphs have dark edges, so raw pixels predict black; with no neighbour at all it is half.
  if (left) return { mode: 1, value: BLACK }
  if (above) return { mode: 0, value: BLACK }
  return { mode: 2, value: 128 }
}

/** nC (§9.2.1): only raw pixels count as coefficients here. */
function count(left: Block | undefined, above: Block | undefined): number {
  const of = (block: Block): number => ('pixels' in block ? PCM_COUNT : 0)
  if (left && above) return (of(left) + of(above) + 1) >> 1
  return left ? of(left) : above ? of(above) : 0
}

/** The only level of a block, not a trailing one (§9.2.2.1). */
function writeLevel(bits: Bits, level: number): void {
  if (Math.abs(level) < 2) throw new Error('a level of one is coded otherwise')
  const code = (level > 0 ? 2 * level - 2 : -2 * level - 1) - 2
  if (code < 14) bits.u(code, 0).u(1, 1)
  else if (code < 30)
    bits
      .u(14, 0)
      .u(1, 1)
      .u(4, code - 14)
  else
    bits
      .u(15, 0)
      .u(1, 1)
      .u(12, code - 30)
}
