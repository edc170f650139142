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

/*
 * Deterministic CBOR by hand: a page has thousands of nodes and is written at each delete, and a generic encoder takes three times
 * as long.
 */
const UNSIGNED = 0x00
const BYTES = 0x40
const ARRAY = 0x80
const SEED_HEAD = 2
/** Up to here a number is in the head itself; the next three say that 1, 2 or 4 bytes follow. */
const INLINE = 23
const HEAD_BYTES = [1, 2, 3, 5]

/** Array of three, depth, prefix, byte string of 32. */
const nodeBytes = ({ depth, prefix }: CoverNode): number =>
  1 + headBytes(depth) + headBytes(prefix) + SEED_HEAD + SEED_BYTES

const headBytes = (value: number): number => (value < 24 ? 1 : value < 0x100 ? 2 : value < 0x1_0000 ? 3 : 5)

function putHead(out: Uint8Array, at: number, major: number, value: number): number {
  const size = headBytes(value)
  out[at] = major | (size === 1 ? value : INLINE + (size === 5 ? 3 : size - 1))
  for (let i = size - 1, rest = value; i > 0; i--, rest = Math.floor(rest / 256)) out[at + i] = rest % 256
  return at + size
}

/** CBOR: an array of [depth, prefix, seed], left to right. The caller owns (and zeroes) the result: it holds seeds. */
export function encodeCover(cover: Cover): Uint8Array {
  if (cover.length > MAX_COVER_NODES) throw new KeyTreeError('bad_cover', `${cover.length} nodes`)
  for (const node of cover) checkNode(node)
  const out = new Uint8Array(cover.reduce((sum, node) => sum + nodeBytes(node), headBytes(cover.length)))
  let at = putHead(out, 0, ARRAY, cover.length)
  for (const { depth, prefix, seed } of cover) {
    at = putHead(out, at, ARRAY, 3)
    at = putHead(out, at, UNSIGNED, depth)
    at = putHead(out, at, UNSIGNED, prefix)
    at = putHead(out, at, BYTES, SEED_BYTES)
    out.set(seed, at)
    at += SEED_BYTES
  }
  return out
}

/** @throws KeyTreeError bad_cover | bad_node | overlap */
export function decodeCover(bytes: Uint8Array): Cover {
  let at = 0
  /** A head in its shortest form, no other. */
  const take = (major: number): number => {
    const first = bytes[at] ?? 0xff
    const size = HEAD_BYTES[Math.max(0, (first & 0x1f) - INLINE)]
    if ((first & 0xe0) !== major || size === undefined || at + size > bytes.length) throw new KeyTreeError('bad_cover')
    let value = size === 1 ? first & 0x1f : 0
    for (const byte of bytes.subarray(at + 1, at + size)) value = value * 256 + byte
    if (headBytes(value) !== size) throw new KeyTreeError('bad_cover')
    at += size
    return value
  }
  const count = take(ARRAY)
  if (count > MAX_COVER_NODES) throw new KeyTreeError('bad_cover')
  let end = -1
  const cover: CoverNode[] = []
  for (let i = 0; i < count; i++) {
    if (take(ARRAY) !== 3) throw new KeyTreeError('bad_cover')
    const depth = take(UNSIGNED)
    const prefix = take(UNSIGNED)
    const length = take(BYTES)
    if (at + length > bytes.length) throw new KeyTreeError('bad_cover')
    const node = { depth, prefix, seed: new Uint8Array(bytes.subarray(at, at + length)) }
    at += length
    checkNode(node)
    const { lo, hi } = nodeRange(node)
    if (lo <= end) throw new KeyTreeError('overlap')
    end = hi
    cover.push(node)
  }
  if (at !== bytes.length) throw new KeyTreeError('bad_cover')
  return cover
}
