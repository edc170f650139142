import { sha256 } from '@hausrecht/crypto/hash'
import { TlogError } from './errors.ts'
import { TILE_WIDTH } from './tiles.ts'
import { HASH_BYTES, rootOf } from './tree.ts'

/** A tile as the tree gives it, in the order in which tiles get full. `width` is less than 256 for those at the right edge. */
export type BuiltTile = {
  readonly level: number
  readonly index: number
  readonly width: number
  readonly hashes: Uint8Array
}

type Row = { readonly hashes: Uint8Array; width: number; index: number }

/** An entry bundle with the leaf hash of each entry; `leaves` are views of the bundle. */
export type HashedBundle = { readonly leaves: readonly Uint8Array[]; readonly hashes: Uint8Array }

/**
 * The tiles and the root of a tree of any size from its leaves, one after the other, in the memory of one tile a level. Whoever stores
 * nodes uses `appendLeaves`; this is for whoever reads a whole log.
 */
export class TileBuilder {
  readonly #onTile: (tile: BuiltTile) => void
  readonly #rows: Row[] = []
  #size = 0

  constructor(onTile: (tile: BuiltTile) => void = () => undefined) {
    this.#onTile = onTile
  }

  get size(): number {
    return this.#size
  }

  /** RFC 6962 §2.1: the root over all leaves so far. */
  get root(): Uint8Array {
    return rootOf(this.#peaks(0))
  }

  add(leafHash: Uint8Array): void {
    this.#push(0, leafHash)
    this.#size++
  }

  /** The next 256 leaves at once, with the root over them. @throws TlogError bad_range unless the tree ends with a full tile */
  addTile(hashes: Uint8Array, root: Uint8Array): void {
    const row = this.#row(0)
    if (row.width !== 0 || hashes.length !== row.hashes.length) throw new TlogError('bad_range', 'tile')
    this.#onTile({ level: 0, index: row.index++, width: TILE_WIDTH, hashes })
    this.#push(1, root)
    this.#size += TILE_WIDTH
  }

  /** The root as it would be with the first `count` of these leaf hashes behind a tree that ends with a full tile. */
  rootWith(hashes: Uint8Array, count: number): Uint8Array {
    if (this.#row(0).width !== 0) throw new TlogError('bad_range', 'tile')
    return rootOf([...this.#peaks(1), ...peaksOf(hashes, count)])
  }

  /** Gives out the tiles at the right edge, as far as the tree goes now. */
  finish(): void {
    for (const [level, { index, width, hashes }] of this.#rows.entries())
      if (width > 0) this.#onTile({ level, index, width, hashes: hashes.slice(0, width * HASH_BYTES) })
  }

  #row(level: number): Row {
    const known = this.#rows[level]
    if (known) return known
    const row = { hashes: new Uint8Array(TILE_WIDTH * HASH_BYTES), width: 0, index: 0 }
    this.#rows[level] = row
    return row
  }

  #push(level: number, hash: Uint8Array): void {
    const row = this.#row(level)
    row.hashes.set(hash, row.width * HASH_BYTES)
    row.width++
    if (row.width < TILE_WIDTH) return
    const hashes = row.hashes.slice()
    this.#onTile({ level, index: row.index, width: TILE_WIDTH, hashes })
    row.index++
    row.width = 0
    this.#push(level + 1, tileRoot(hashes))
  }

  /** The complete subtrees from the rows at `from` and above, largest first. */
  #peaks(from: number): Uint8Array[] {
    return this.#rows
      .slice(from)
      .reverse()
      .flatMap(({ hashes, width }) => peaksOf(hashes, width))
  }
}

// Not by `nodeHash`: one call over 65 bytes takes half the time of three updates, and a whole log has as many nodes as leaves.
const NODE = new Uint8Array(1 + 2 * HASH_BYTES)
NODE[0] = 1

/** The root over a full tile's hashes (or any power of two of them). */
export function tileRoot(hashes: Uint8Array): Uint8Array {
  const row = hashes.slice()
  for (let count = row.length / HASH_BYTES; count > 1; count /= 2)
    for (let i = 0; i < count; i += 2) {
      NODE.set(row.subarray(i * HASH_BYTES, (i + 2) * HASH_BYTES), 1)
      row.set(sha256(NODE), (i / 2) * HASH_BYTES)
    }
  return row.slice(0, HASH_BYTES)
}

function peaksOf(hashes: Uint8Array, count: number): Uint8Array[] {
  const peaks: Uint8Array[] = []
  let at = 0
  for (let size = TILE_WIDTH; size >= 1; size /= 2) {
    if (at + size > count) continue
    peaks.push(tileRoot(hashes.subarray(at * HASH_BYTES, (at + size) * HASH_BYTES)))
    at += size
  }
  return peaks
}

/** Takes an entry bundle of exactly `width` entries apart and hashes each. @throws TlogError bad_tile */
export function hashBundle(bundle: Uint8Array, width: number): HashedBundle {
  // Each entry stands behind its length: in a copy, the byte before it becomes the 0x00 of a leaf hash, so that nothing else is copied.
  const bytes = new Uint8Array(bundle)
  const leaves: Uint8Array[] = []
  const hashes = new Uint8Array(width * HASH_BYTES)
  let at = 0
  for (let i = 0; i < width; i++) {
    const end = at + 2 + (bytes[at] ?? 0) * 256 + (bytes[at + 1] ?? 0)
    if (at + 2 > bytes.length || end > bytes.length) throw new TlogError('bad_tile')
    bytes[at + 1] = 0
    hashes.set(sha256(bytes.subarray(at + 1, end)), i * HASH_BYTES)
    leaves.push(bytes.subarray(at + 2, end))
    at = end
  }
  if (at !== bytes.length) throw new TlogError('bad_tile')
  return { leaves, hashes }
}
