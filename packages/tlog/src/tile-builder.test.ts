import { concat, utf8 } from '@hausrecht/crypto/bytes'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type BuiltTile, hashBundle, TileBuilder, tileRoot } from './tile-builder.ts'
import { encodeEntries, TILE_WIDTH, tileData, tileWidth } from './tiles.ts'
import { appendLeaves, type HashReader, leafHash } from './tree.ts'

const leaf = (index: number): Uint8Array => utf8(`leaf ${index}`)
const leaves = (count: number): Uint8Array[] => Array.from({ length: count }, (_, i) => leaf(i))

/** The same tree by the other way: every node stored, tiles read from them. */
function stored(count: number): { root: Uint8Array; reader: HashReader } {
  const { root, newNodes } = appendLeaves(0, [], leaves(count).map(leafHash))
  const nodes = new Map(newNodes.map(({ level, index, hash }) => [`${level}/${index}`, hash]))
  return {
    root,
    reader: { read: async wanted => wanted.map(({ level, index }) => nodes.get(`${level}/${index}`) ?? leaf(-1)) },
  }
}

async function expectSame(tiles: readonly BuiltTile[], size: number): Promise<void> {
  const { reader } = stored(size)
  for (const { level, index, width, hashes } of tiles) {
    expect(width).toBe(tileWidth(level, index, size))
    expect(hashes).toEqual(await tileData(level, index, width, size, reader))
  }
}

describe('tiles and root of a tree that is read once', () => {
  test.each([0, 1, 2, 3, 255, 256, 257, 511, 512, 1000, 65_535, 65_536, 65_793])('of %i leaves', async size => {
    const tiles: BuiltTile[] = []
    const builder = new TileBuilder(tile => tiles.push(tile))
    for (const data of leaves(size)) builder.add(leafHash(data))
    builder.finish()
    expect([builder.size, builder.root]).toEqual([size, stored(size).root])
    await expectSame(tiles, size)
    const wanted = [0, 1, 2].reduce((sum, level) => sum + Math.ceil(Math.floor(size / 256 ** level) / TILE_WIDTH), 0)
    expect(tiles).toHaveLength(wanted)
  })

  test('whole tiles and single leaves give the same', () => {
    fc.assert(
      fc.property(fc.nat({ max: 3 }), fc.nat({ max: 300 }), fc.nat({ max: TILE_WIDTH }), (whole, rest, more) => {
        const all = leaves(whole * TILE_WIDTH + rest)
        const builder = new TileBuilder()
        for (let i = 0; i < whole; i++) {
          const { hashes } = hashBundle(encodeEntries(all.slice(i * TILE_WIDTH, (i + 1) * TILE_WIDTH)), TILE_WIDTH)
          builder.addTile(hashes, tileRoot(hashes))
        }
        const behind = concat(...Array.from({ length: TILE_WIDTH }, (_, i) => leafHash(leaf(builder.size + i))))
        expect(builder.rootWith(behind, more)).toEqual(stored(builder.size + more).root)
        for (const data of all.slice(builder.size)) builder.add(leafHash(data))
        expect(builder.root).toEqual(stored(all.length).root)
      }),
      { numRuns: 30 },
    )
  })

  test('a tile has its place only behind full tiles', () => {
    const builder = new TileBuilder()
    builder.add(leafHash(leaf(0)))
    const tile = new Uint8Array(TILE_WIDTH * 32)
    expect(() => builder.addTile(tile, tile.slice(0, 32))).toThrow(expect.objectContaining({ code: 'bad_range' }))
    expect(() => builder.rootWith(tile, 3)).toThrow(expect.objectContaining({ code: 'bad_range' }))
    expect(() => new TileBuilder().addTile(tile.slice(32), tile)).toThrow(
      expect.objectContaining({ code: 'bad_range' }),
    )
  })
})

describe('entry bundles', () => {
  test('are taken apart and hashed, and stay as they were', () => {
    const entries = [leaf(0), new Uint8Array(0), new Uint8Array(65_535).fill(7)]
    const bundle = encodeEntries(entries)
    const before = bundle.slice()
    const { leaves: found, hashes } = hashBundle(bundle, 3)
    expect(found.map(view => view.slice())).toEqual(entries)
    expect(hashes).toEqual(concat(...entries.map(leafHash)))
    expect(bundle).toEqual(before)
  })

  test('with too few, too many or cut entries are refused', () => {
    const bundle = encodeEntries(leaves(3))
    for (const [bytes, width] of [
      [bundle, 2],
      [bundle, 4],
      [bundle.slice(0, -1), 3],
      [concat(bundle, Uint8Array.of(0)), 3],
      [new Uint8Array(1), 1],
    ] as const)
      expect(() => hashBundle(bytes, width)).toThrow(expect.objectContaining({ code: 'bad_tile' }))
  })
})
