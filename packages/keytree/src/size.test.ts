import { type CborValue, encode } from '@hausrecht/crypto/cbor'
import { Secret } from '@hausrecht/crypto/secret'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Cover, decodeCover, encodeCover, MAX_COVER_NODES, nodeRange } from './cover.ts'
import { KeyTreeError } from './errors.ts'
import { leafOf, leafRange, leafStart, MAX_LEAF, nextLeaf, SLOTS_PER_DAY } from './leaf.ts'
import { KeyTree } from './tree.ts'

const DAY = 19_000 * 65_536

/** A tree that holds only the leaves DAY … DAY + 2^n − 1. */
const subtree = (n: number): KeyTree =>
  KeyTree.fromCover([{ depth: 32 - n, prefix: DAY / 2 ** n, seed: new Uint8Array(32).fill(5) }])

/** How many nodes are left when each of 2^n leaves is gone with probability p: Σ (N/2^j)(q^(2^j) − q^(2^(j+1))), and the whole. */
function expected(n: number, p: number): number {
  const q = 1 - p
  let sum = q ** (2 ** n)
  for (let j = 0; j < n; j++) sum += 2 ** (n - j) * (q ** (2 ** j) - q ** (2 ** (j + 1)))
  return sum
}

describe('what a device has to hold', () => {
  test.each([0.001, 0.01, 0.1, 0.34, 0.5])(
    'after random punctures of %f is what the formula says, within 5 percent',
    share => {
      const n = 14
      const tree = subtree(n)
      let seed = 12_345
      let gone = 0
      for (let leaf = 0; leaf < 2 ** n; leaf++) {
        seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31
        if (seed / 2 ** 31 >= share) continue
        tree.puncture(DAY + leaf, DAY + leaf)
        gone++
      }
      const wanted = expected(n, gone / 2 ** n)
      expect(Math.abs(tree.size - wanted)).toBeLessThan(Math.max(0.05 * wanted, 15))
      expect(tree.size).toBeLessThanOrEqual(2 ** n / 2)
    },
  )

  test('is never more than half of the leaves, however they are chosen', () => {
    const tree = subtree(10)
    for (let leaf = 0; leaf < 1024; leaf += 2) tree.puncture(DAY + leaf, DAY + leaf)
    expect(tree.size).toBe(512)
  })

  test('grows by at most 32 nodes at each side of one hole, and a day is one node', () => {
    fc.assert(
      fc.property(fc.nat({ max: MAX_LEAF }), fc.nat({ max: 100_000 }), (lo, more) => {
        const tree = KeyTree.fromRoot(Secret.from(new Uint8Array(32)))
        tree.puncture(lo, Math.min(MAX_LEAF, lo + more))
        expect(tree.size).toBeLessThanOrEqual(64)
      }),
      { numRuns: 50 },
    )
    expect(KeyTree.fromRoot(Secret.from(new Uint8Array(32))).export(DAY, DAY + 65_535).length).toBe(1)
  })
})

describe('leaves', () => {
  test('are two-second slots of UTC days', () => {
    const noon = Date.UTC(2026, 10, 23, 12, 0, 3)
    expect(leafOf(noon)).toBe(Math.floor(Date.UTC(2026, 10, 23) / 86_400_000) * 65_536 + 21_601)
    expect(leafStart(leafOf(noon))).toBe(Date.UTC(2026, 10, 23, 12, 0, 2))
    expect(leafRange(noon, noon + 1)).toEqual({ lo: leafOf(noon), hi: leafOf(noon) })
    const midnight = leafOf(Date.UTC(2026, 10, 23, 23, 59, 59))
    expect(midnight % 65_536).toBe(SLOTS_PER_DAY - 1)
    expect(nextLeaf(midnight)).toBe(leafOf(Date.UTC(2026, 10, 24)))
  })

  test('end with 16 bits of days, and what is none is refused', () => {
    for (const time of [-1, Number.NaN, 65_536 * 86_400_000]) expect(() => leafOf(time)).toThrow(KeyTreeError)
    for (const leaf of [-1, 1.5, MAX_LEAF + 1]) expect(() => leafStart(leaf)).toThrow(KeyTreeError)
    expect(() => leafRange(5, 5)).toThrow(KeyTreeError)
    expect(() => KeyTree.empty().puncture(2, 1)).toThrow(KeyTreeError)
  })
})

describe('covers from outside', () => {
  const node = (depth: number, prefix: number, length = 32) => ({ depth, prefix, seed: new Uint8Array(length) })
  const generic = (cover: Cover): Uint8Array =>
    encode(cover.map(({ depth, prefix, seed }): CborValue => [depth, prefix, seed]))

  /** What decodes, encoded again; what is refused, as it was. */
  const decodedAgain = (bytes: Uint8Array): Uint8Array => {
    try {
      return generic(decodeCover(bytes))
    } catch (error) {
      if (error instanceof KeyTreeError) return bytes
      throw error
    }
  }

  test('are the deterministic CBOR that any encoder makes, and nothing else decodes', () => {
    const depths = fc.array(fc.integer({ min: 1, max: 32 }), { maxLength: 40 })
    fc.assert(
      fc.property(depths, fc.nat(), fc.nat(255), (holes, at, change) => {
        const tree = KeyTree.fromRoot(Secret.from(new Uint8Array(32).fill(9)))
        for (const [i, depth] of holes.entries()) {
          const { lo, hi } = nodeRange({ depth, prefix: (i * 7919) % 2 ** depth })
          tree.puncture(lo, hi)
        }
        const bytes = encodeCover(tree.cover())
        expect(bytes).toEqual(generic(tree.cover()))
        expect(decodeCover(bytes)).toEqual(tree.cover())
        const changed = bytes.slice(0, Math.max(1, bytes.length - (at % 3)))
        changed[at % changed.length] = change
        expect(decodedAgain(changed)).toEqual(changed)
      }),
      { numRuns: 100 },
    )
  })

  test('are refused when nodes overlap, are out of order, malformed or too many', () => {
    const bad: Cover[] = [
      [node(1, 0), node(2, 1)],
      [node(1, 1), node(1, 0)],
      [node(33, 0)],
      [node(2, 4)],
      [node(2, -1)],
      [node(2, 1, 31)],
    ]
    for (const cover of bad) expect(() => decodeCover(generic(cover))).toThrow(KeyTreeError)
    expect(() => encodeCover([node(2, 4)])).toThrow(KeyTreeError)
    expect(() => encodeCover(Array.from({ length: MAX_COVER_NODES + 1 }, () => node(32, 0)))).toThrow(KeyTreeError)
    for (const junk of [new Uint8Array(0), Uint8Array.of(0x80, 1), Uint8Array.of(0x81, 0x80)])
      expect(() => decodeCover(junk)).toThrow(KeyTreeError)
    expect(decodeCover(encodeCover([node(1, 0), node(1, 1)])).length).toBe(2)
  })
})
