import { type CborValue, decode, encode } from '@hausrecht/crypto/cbor'
import { KeyTreeError } from './errors.ts'

export const TREE_DEPTH = 32
export const SEED_BYTES = 32
/** The most nodes one encoded cover may have: 2^17 nodes are 5 MB. */
export const MAX_COVER_NODES = 1 << 17

/** A node that is held: its seed derives every leaf below. `prefix` is the first `depth` bits of those leaves. */
export type CoverNode = { readonly depth: number; readonly prefix: number; readonly seed: Uint8Array }
/** Disjoint nodes, left to right. */
export type Cover = readonly CoverNode[]

/** The leaves below a node, both ends inclusive. */
export function nodeRange(node: { readonly depth: number; readonly prefix: number }): { lo: number; hi: number } {
  const width = 2 ** (TREE_DEPTH - node.depth)
  return { lo: node.prefix * width, hi: node.prefix * width + width - 1 }
}

export function checkNode(node: CoverNode): void {
  const { depth, prefix, seed } = node
  const fits = Number.isInteger(depth) && depth >= 0 && depth <= TREE_DEPTH
  if (!fits || !Number.isInteger(prefix) || prefix < 0 || prefix >= 2 ** depth || seed.length !== SEED_BYTES)
    throw new KeyTreeError('bad_node')
}

/** CBOR: an array of [depth, prefix, seed], left to right. The caller owns (and zeroes) the result: it holds seeds. */
export function encodeCover(cover: Cover): Uint8Array {
  if (cover.length > MAX_COVER_NODES) throw new KeyTreeError('bad_cover', `${cover.length} nodes`)
  return encode(cover.map((node): CborValue => [node.depth, node.prefix, node.seed]))
}

/** @throws KeyTreeError bad_cover | bad_node | overlap */
export function decodeCover(bytes: Uint8Array): Cover {
  let value: CborValue
  try {
    value = decode(bytes, MAX_COVER_NODES * 48)
  } catch {
    throw new KeyTreeError('bad_cover')
  }
  if (!Array.isArray(value) || value.length > MAX_COVER_NODES) throw new KeyTreeError('bad_cover')
  let end = -1
  return value.map((item: CborValue) => {
    if (!Array.isArray(item) || item.length !== 3) throw new KeyTreeError('bad_cover')
    const [depth, prefix, seed] = item
    if (typeof depth !== 'number' || typeof prefix !== 'number' || !(seed instanceof Uint8Array))
      throw new KeyTreeError('bad_cover')
    const node = { depth, prefix, seed }
    checkNode(node)
    const { lo, hi } = nodeRange(node)
    if (lo <= end) throw new KeyTreeError('overlap')
    end = hi
    return node
  })
}
