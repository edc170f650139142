import { concat } from '@hausrecht/crypto/bytes'
import { TlogError } from './errors.ts'
import { HASH_BYTES, type HashReader, nodeHash } from './tree.ts'

/** Tiles, c2sp.org/tlog-tiles: 256 hashes each, eight levels of the tree high. */
export const TILE_WIDTH = 256
const TILE_HEIGHT = 8
/** A tree that JavaScript can count (2^53 leaves) has tiles on seven levels; the specification allows 64. */
const MAX_TILE_LEVEL = 6
/** The longest entry a bundle can hold: its length is a u16. */
export const ENTRY_MAX_BYTES = 0xffff

export type TilePath =
  | { readonly kind: 'tile'; readonly level: number; readonly index: number; readonly width: number }
  | { readonly kind: 'entries'; readonly index: number; readonly width: number }

function formatIndex(index: number): string {
  const groups = [String(index % 1000).padStart(3, '0')]
  for (let rest = Math.floor(index / 1000); rest > 0; rest = Math.floor(rest / 1000))
    groups.unshift(`x${String(rest % 1000).padStart(3, '0')}`)
  return groups.join('/')
}

/** `tile/<L>/<N>[.p/<W>]` or `tile/entries/<N>[.p/<W>]` */
export function formatTilePath(tile: TilePath): string {
  const head = tile.kind === 'entries' ? 'entries' : String(tile.level)
  const tail = tile.width === TILE_WIDTH ? '' : `.p/${tile.width}`
  return `tile/${head}/${formatIndex(tile.index)}${tail}`
}

/** @throws TlogError bad_tile; only the canonical path of a tile is accepted */
export function parseTilePath(path: string): TilePath {
  const match = /^tile\/(entries|[0-9]{1,2})\/((?:x[0-9]{3}\/){0,5}[0-9]{3})(?:\.p\/([1-9][0-9]{0,2}))?$/.exec(path)
  if (!match) throw new TlogError('bad_tile')
  const [, head, index, partial] = match
  const number = Number((index ?? '').replaceAll(/[x/]/g, ''))
  const width = partial === undefined ? TILE_WIDTH : Number(partial)
  const tile: TilePath =
    head === 'entries'
      ? { kind: 'entries', index: number, width }
      : { kind: 'tile', level: Number(head), index: number, width }
  if (!Number.isSafeInteger(number) || width > TILE_WIDTH || (tile.kind === 'tile' && tile.level > MAX_TILE_LEVEL))
    throw new TlogError('bad_tile')
  if (formatTilePath(tile) !== path) throw new TlogError('bad_tile')
  return tile
}

/** The leaves or hashes a tile may have in a tree of `size` leaves: 0 when there is no such tile. */
export function tileWidth(level: number, index: number, size: number): number {
  const hashes = Math.floor(size / TILE_WIDTH ** level)
  return Math.max(0, Math.min(TILE_WIDTH, hashes - index * TILE_WIDTH))
}

/** A tile's bytes: its hashes joined. @throws TlogError bad_tile when the tree has not got so many */
export async function tileData(
  level: number,
  index: number,
  width: number,
  size: number,
  reader: HashReader,
): Promise<Uint8Array> {
  if (width < 1 || width > tileWidth(level, index, size)) throw new TlogError('bad_tile')
  const nodes = Array.from({ length: width }, (_, i) => ({ level: level * TILE_HEIGHT, index: index * TILE_WIDTH + i }))
  return concat(...(await reader.read(nodes)))
}

/** A reader over tiles, for whoever has only the public files: fetches each tile once. */
export function tileReader(size: number, fetchTile: (path: string) => Promise<Uint8Array>): HashReader {
  const seen = new Map<string, Promise<Uint8Array>>()
  const tile = async (level: number, index: number): Promise<Uint8Array> => {
    const width = tileWidth(level, index, size)
    if (width === 0) throw new TlogError('bad_tile')
    const path = formatTilePath({ kind: 'tile', level, index, width })
    const pending = seen.get(path) ?? fetchTile(path)
    seen.set(path, pending)
    const data = await pending
    if (data.length !== width * HASH_BYTES) throw new TlogError('bad_tile')
    return data
  }
  const one = async (level: number, index: number): Promise<Uint8Array> => {
    const tileLevel = Math.floor(level / TILE_HEIGHT)
    const base = level % TILE_HEIGHT
    // A node inside a tile is the root over 2^base of its hashes.
    const count = 2 ** base
    const first = index * count
    const data = await tile(tileLevel, Math.floor(first / TILE_WIDTH))
    const at = (first % TILE_WIDTH) * HASH_BYTES
    let row: Uint8Array[] = Array.from(
      { length: count },
      (_, i) => new Uint8Array(data.subarray(at + i * HASH_BYTES, at + (i + 1) * HASH_BYTES)),
    )
    if (row.some(hash => hash.length !== HASH_BYTES)) throw new TlogError('bad_tile')
    while (row.length > 1) row = pairs(row)
    const [hash] = row
    if (!hash) throw new TlogError('bad_tile')
    return hash
  }
  return { read: nodes => Promise.all(nodes.map(({ level, index }) => one(level, index))) }
}

function pairs(row: readonly Uint8Array[]): Uint8Array[] {
  const out: Uint8Array[] = []
  for (let i = 0; i + 1 < row.length; i += 2) {
    const [left, right] = row.slice(i, i + 2)
    if (left && right) out.push(nodeHash(left, right))
  }
  return out
}

/** An entry bundle: each entry behind its length in two bytes. @throws TlogError bad_tile for an entry over 65,535 bytes */
export function encodeEntries(entries: readonly Uint8Array[]): Uint8Array {
  return concat(
    ...entries.flatMap(entry => {
      if (entry.length > ENTRY_MAX_BYTES) throw new TlogError('bad_tile', 'entry too long')
      return [Uint8Array.of(entry.length >> 8, entry.length & 255), entry]
    }),
  )
}

/** @throws TlogError bad_tile */
export function decodeEntries(bytes: Uint8Array): Uint8Array[] {
  const out: Uint8Array[] = []
  for (let at = 0; at < bytes.length; ) {
    const length = (bytes[at] ?? 0) * 256 + (bytes[at + 1] ?? 0)
    if (at + 2 + length > bytes.length || out.length === TILE_WIDTH) throw new TlogError('bad_tile')
    // Not `slice`, which would share memory if somebody passes a Buffer.
    out.push(new Uint8Array(bytes.subarray(at + 2, at + 2 + length)))
    at += 2 + length
  }
  return out
}
