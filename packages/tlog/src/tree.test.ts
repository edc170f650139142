import { equal, fromHex, toHex, utf8 } from '@hausrecht/crypto/bytes'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { TlogError } from './errors.ts'
import { consistencyProof, inclusionProof, MAX_PROOF_HASHES, verifyConsistency, verifyInclusion } from './proofs.ts'
import {
  decodeEntries,
  ENTRY_MAX_BYTES,
  encodeEntries,
  formatTilePath,
  parseTilePath,
  tileData,
  tileReader,
  tileWidth,
} from './tiles.ts'
import {
  appendLeaves,
  EMPTY_ROOT,
  frontierNodes,
  type HashReader,
  leafHash,
  type NodeId,
  nodeHash,
  rootOf,
} from './tree.ts'

/** RFC 6962 §2.1 word by word. */
function naiveRoot(leaves: readonly Uint8Array[]): Uint8Array {
  const [only] = leaves
  if (!only) return EMPTY_ROOT
  if (leaves.length === 1) return leafHash(only)
  let k = 1
  while (k * 2 < leaves.length) k *= 2
  return nodeHash(naiveRoot(leaves.slice(0, k)), naiveRoot(leaves.slice(k)))
}

const leavesOf = (count: number): Uint8Array[] => Array.from({ length: count }, (_, i) => utf8(`leaf ${i}`))

function build(count: number): { root: Uint8Array; reader: HashReader; roots: Uint8Array[] } {
  const nodes = new Map<string, Uint8Array>()
  let tree = { size: 0, frontier: [] as readonly Uint8Array[] }
  const roots = [EMPTY_ROOT]
  for (const leaf of leavesOf(count)) {
    const next = appendLeaves(tree.size, tree.frontier, [leafHash(leaf)])
    for (const node of next.newNodes) nodes.set(`${node.level}/${node.index}`, node.hash)
    tree = next
    roots.push(next.root)
  }
  const reader: HashReader = {
    read: async wanted =>
      wanted.map(({ level, index }) => {
        const hash = nodes.get(`${level}/${index}`)
        if (!hash) throw new Error(`no complete subtree ${level}/${index}`)
        return hash
      }),
  }
  return { root: rootOf(tree.frontier), reader, roots }
}

/** The reference leaves and roots of the Certificate Transparency test suite. */
const REFERENCE = ['', '00', '10', '2021', '3031', '40414243', '5051525354555657', '606162636465666768696a6b6c6d6e6f']
const REFERENCE_ROOTS = [
  'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
  '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
  'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
  'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
  'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
  '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
  '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
  'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
  '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
]

describe('the tree of RFC 6962', () => {
  test('has the reference roots', () => {
    for (const [size, root] of REFERENCE_ROOTS.entries()) {
      const hashes = REFERENCE.slice(0, size).map(hex => leafHash(fromHex(hex)))
      expect(toHex(appendLeaves(0, [], hashes).root)).toBe(root)
    }
  })

  test('appended in any batches it is the naive tree', () => {
    fc.assert(
      fc.property(fc.array(fc.nat({ max: 20 }), { maxLength: 8 }), batches => {
        let tree = { size: 0, frontier: [] as readonly Uint8Array[], root: EMPTY_ROOT }
        const total = batches.reduce((a, b) => a + b, 0)
        const leaves = leavesOf(total)
        for (const batch of batches)
          tree = appendLeaves(tree.size, tree.frontier, leaves.slice(tree.size, tree.size + batch).map(leafHash))
        expect(toHex(tree.root)).toBe(toHex(naiveRoot(leaves)))
        expect(tree.frontier.length).toBe(frontierNodes(total).length)
      }),
      { numRuns: 50 },
    )
  })

  test('every inclusion and consistency proof of small trees verifies, and none with a bit changed', async () => {
    const { reader, roots } = build(40)
    const rootAt = (size: number): Uint8Array => roots[size] ?? EMPTY_ROOT
    for (let size = 1; size <= 40; size++) {
      const root = rootAt(size)
      for (let index = 0; index < size; index++) {
        const proof = await inclusionProof(index, size, reader)
        const claim = { leafHash: leafHash(utf8(`leaf ${index}`)), index, size, proof, root }
        verifyInclusion(claim)
        expect(() => verifyInclusion({ ...claim, index: (index + 1) % (size + 1) })).toThrow(TlogError)
        expect(() => verifyInclusion({ ...claim, proof: [...proof, root] })).toThrow(TlogError)
        expect(() => verifyInclusion({ ...claim, leafHash: leafHash(root) })).toThrow(TlogError)
      }
      for (let oldSize = 0; oldSize <= size; oldSize++) {
        const proof = await consistencyProof(oldSize, size, reader)
        const claim = { oldSize, newSize: size, oldRoot: rootAt(oldSize), newRoot: root, proof }
        verifyConsistency(claim)
        // Every tree begins with the empty one, so only a later beginning can be wrong.
        const lies = [{ newRoot: leafHash(root) }].slice(oldSize === 0 ? 1 : 0)
        // Nothing can be left out of a proof of nothing.
        const shorter = [{ proof: proof.slice(1) }].slice(proof.length === 0 ? 1 : 0)
        for (const lie of [...lies, ...shorter, { oldRoot: leafHash(root) }])
          expect(() => verifyConsistency({ ...claim, ...lie })).toThrow(TlogError)
      }
    }
  })

  test('proofs made from tiles alone are the same', async () => {
    const { reader } = build(700)
    const asked: string[] = []
    const tiles = tileReader(700, async path => {
      asked.push(path)
      const tile = parseTilePath(path)
      if (tile.kind !== 'tile') throw new Error('entries')
      return tileData(tile.level, tile.index, tile.width, 700, reader)
    })
    for (const index of [0, 255, 256, 511, 512, 699])
      expect(await inclusionProof(index, 700, tiles)).toEqual(await inclusionProof(index, 700, reader))
    expect(await consistencyProof(300, 700, tiles)).toEqual(await consistencyProof(300, 700, reader))
    expect(new Set(asked)).toEqual(new Set(['tile/0/000', 'tile/0/001', 'tile/0/002.p/188', 'tile/1/000.p/2']))
  })
})

describe('large trees', () => {
  // Math.log2 rounds these up to the next power, so they are where a tree's split goes wrong first.
  const sizes = [2 ** 31, 2 ** 49, 2 ** 52].flatMap(power => [power - 1, power, power + 1])

  test.each(sizes)('a proof over %d leaves names the subtrees of RFC 6962', async size => {
    const asked: NodeId[] = []
    const reader: HashReader = {
      read: async nodes => {
        asked.push(...nodes)
        return nodes.map(({ level, index }) => leafHash(utf8(`${level}/${index}`)))
      },
    }
    const frontier = await reader.read(frontierNodes(size))
    const root = rootOf(frontier)
    asked.length = 0
    const index = size - 1
    const proof = await inclusionProof(index, size, reader)
    for (const node of asked) expect((node.index + 1) * 2 ** node.level).toBeLessThanOrEqual(size)
    if (size % 2 === 1) verifyInclusion({ leafHash: leafHash(utf8(`0/${index}`)), index, size, proof, root })
    expect(proof.length).toBeLessThanOrEqual(MAX_PROOF_HASHES)
    expect(() => verifyConsistency({ oldSize: size, newSize: size + 2, oldRoot: root, newRoot: root, proof })).toThrow(
      TlogError,
    )
  })
})

describe('tile paths', () => {
  test('a tree of 70,000 leaves has the tiles that the specification counts', () => {
    const tiles = (level: number): number[] => {
      const widths: number[] = []
      for (let width = tileWidth(level, 0, 70_000); width > 0; width = tileWidth(level, widths.length, 70_000))
        widths.push(width)
      return widths
    }
    expect([tiles(0).length, tiles(0).at(-1)]).toEqual([274, 112])
    expect(tiles(1)).toEqual([256, 17])
    expect(tiles(2)).toEqual([1])
    expect(tiles(3)).toEqual([])
    expect([tileWidth(0, 0, 256), tileWidth(1, 0, 256)]).toEqual([256, 1])
  })

  test('are those of the specification', () => {
    expect(formatTilePath({ kind: 'tile', level: 0, index: 1234067, width: 256 })).toBe('tile/0/x001/x234/067')
    expect(parseTilePath('tile/entries/x001/x234/067.p/112')).toEqual({ kind: 'entries', index: 1234067, width: 112 })
  })

  test('refuse everything that is not canonical', () => {
    for (const path of [
      'tile/0/1',
      'tile/0/x000/001',
      'tile/00/001',
      'tile/7/000',
      'tile/0/000.p/256',
      'tile/0/000.p/0',
      'tile/-1/000',
      'tile/0/../000',
    ])
      expect(() => parseTilePath(path), path).toThrow(TlogError)
  })

  test('entry bundles come back as they were, and torn ones are refused', () => {
    const entries = [utf8('a'), new Uint8Array(0), new Uint8Array(ENTRY_MAX_BYTES)]
    const bytes = encodeEntries(entries)
    expect(decodeEntries(bytes).every((entry, i) => equal(entry, entries[i] ?? utf8('x')))).toBe(true)
    expect(() => decodeEntries(bytes.subarray(0, 6))).toThrow(TlogError)
    expect(() => encodeEntries([new Uint8Array(ENTRY_MAX_BYTES + 1)])).toThrow(TlogError)
    expect(() => decodeEntries(encodeEntries(Array.from({ length: 257 }, () => utf8(''))))).toThrow(TlogError)
  })

  test('any bytes are a bundle or a TlogError', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 600 }), bytes => {
        try {
          expect(encodeEntries(decodeEntries(bytes))).toEqual(bytes)
        } catch (error) {
          if (!(error instanceof TlogError)) throw error
        }
      }),
    )
  })
})
