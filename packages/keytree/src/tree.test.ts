import { toHex } from '@hausrecht/crypto/bytes'
import { randomBytes } from '@hausrecht/crypto/random'
import { Secret } from '@hausrecht/crypto/secret'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { decodeCover, encodeCover, nodeRange } from './cover.ts'
import { MAX_LEAF } from './leaf.ts'
import { KeyTree } from './tree.ts'

const keyOf = (tree: KeyTree, leaf: number): string | null => tree.leafKey(leaf)?.use(toHex) ?? null
const root = (): Secret => Secret.from(new Uint8Array(32).fill(7))
const leaf = fc.oneof(fc.nat({ max: MAX_LEAF }), fc.integer({ min: 1_361_850_000, max: 1_361_850_100 }))
const range = fc.tuple(leaf, leaf).map(([a, b]) => ({ lo: Math.min(a, b), hi: Math.max(a, b) }))

describe('the key tree', () => {
  test('derives the known leaf (docs/formats/keys.md)', () => {
    const tree = KeyTree.fromRoot(Secret.from(new Uint8Array(32)))
    expect(keyOf(tree, 1_361_850_425)).toBe('01d483afea021905264700ef647a56cbb3733e195852d731602290def641b657')
  })

  test('a puncture takes its leaves and no other, in any order and however often', () => {
    fc.assert(
      fc.property(fc.array(range, { maxLength: 6 }), fc.array(leaf, { maxLength: 20 }), (ranges, leaves) => {
        const whole = KeyTree.fromRoot(root())
        const forward = KeyTree.fromRoot(root())
        const backward = KeyTree.fromRoot(root())
        for (const { lo, hi } of ranges) forward.puncture(lo, hi)
        for (const { lo, hi } of [...ranges].reverse()) {
          backward.puncture(lo, hi)
          backward.puncture(lo, hi)
        }
        expect(backward.positions()).toEqual(forward.positions())
        for (const x of [...leaves, ...ranges.flatMap(r => [r.lo, r.hi, Math.min(r.hi + 1, MAX_LEAF)])]) {
          const gone = ranges.some(r => r.lo <= x && x <= r.hi)
          expect(keyOf(forward, x)).toBe(gone ? null : keyOf(whole, x))
          expect(forward.isAlive(x)).toBe(!gone)
        }
        for (const position of forward.positions()) {
          const held = nodeRange(position)
          for (const r of ranges) expect(held.hi < r.lo || held.lo > r.hi).toBe(true)
        }
      }),
      { numRuns: 60 },
    )
  })

  test('says which nodes it holds whole and where it holds anything, and a copy stands on its own', () => {
    fc.assert(
      fc.property(range, range, leaf, (hole, asked, at) => {
        const tree = KeyTree.fromRoot(root())
        tree.puncture(hole.lo, hole.hi)
        const copy = tree.copy()
        expect(tree.touches(asked.lo, asked.hi)).toBe(tree.export(asked.lo, asked.hi).length > 0)
        for (const depth of [0, 8, 16, 31, 32]) {
          const node = { depth, prefix: Math.floor(at / 2 ** (32 - depth)) }
          const { lo, hi } = nodeRange(node)
          expect(tree.holdsNode(node)).toBe(hi < hole.lo || lo > hole.hi)
        }
        tree.zero()
        expect(tree.isEmpty).toBe(true)
        const again = KeyTree.fromRoot(root())
        again.puncture(hole.lo, hole.hi)
        expect(copy.cover()).toEqual(again.cover())
      }),
      { numRuns: 60 },
    )
  })

  test('export, import and puncture commute', () => {
    fc.assert(
      fc.property(range, range, (window, hole) => {
        const one = KeyTree.fromCover(KeyTree.fromRoot(root()).export(window.lo, window.hi))
        one.puncture(hole.lo, hole.hi)
        const tree = KeyTree.fromRoot(root())
        tree.puncture(hole.lo, hole.hi)
        const two = KeyTree.fromCover(decodeCover(encodeCover(tree.export(window.lo, window.hi))))
        expect(two.cover()).toEqual(one.cover())
      }),
      { numRuns: 60 },
    )
  })

  test('neighbouring leaves come out the same with and without the path cache', () => {
    const walked = KeyTree.fromRoot(root())
    for (let x = 65_530; x < 65_560; x++) expect(keyOf(walked, x)).toBe(keyOf(KeyTree.fromRoot(root()), x))
  })

  test('a forgotten past is at most 32 nodes, and erased seeds are overwritten', () => {
    const tree = KeyTree.fromRoot(Secret.from(randomBytes(32)))
    tree.advance(1_361_850_425)
    expect(tree.size).toBeLessThanOrEqual(32)
    expect(tree.leafKey(1_361_850_424)).toBeNull()
    expect(tree.leafKey(1_361_850_425)).not.toBeNull()
    tree.zero()
    expect(tree.size).toBe(0)
  })
})
