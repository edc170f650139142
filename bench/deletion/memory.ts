import { randomBytes } from '../../packages/crypto/src/random.ts'
import { Secret } from '../../packages/crypto/src/secret.ts'
import { KeyTree } from '../../packages/keytree/src/tree.ts'
import { ALL, isUnused, leavesOf, NODE_BYTES, SEGMENTS, STREAMS, streamOf } from './segments.ts'

/** Key trees in memory, one a stream. */
export function deleteInTrees(gone: Uint32Array): {
  readonly seconds: number
  readonly nodes: number
  readonly untrimmed: number
} {
  const trees = Array.from({ length: STREAMS }, () => {
    const whole = KeyTree.fromRoot(Secret.from(randomBytes(32)))
    return KeyTree.fromCover(whole.export(ALL.lo, ALL.hi))
  })
  const began = performance.now()
  for (const segment of gone) {
    const { lo, hi } = leavesOf(segment)
    trees[streamOf(segment)]?.puncture(lo, hi)
  }
  const seconds = (performance.now() - began) / 1000
  checkGone(gone, trees)
  const positions = trees.flatMap(tree => tree.positions())
  return { seconds, nodes: positions.filter(node => !isUnused(node)).length, untrimmed: positions.length }
}

/** What was deleted is gone and nothing else is. @throws otherwise */
function checkGone(gone: Uint32Array, trees: readonly KeyTree[]): void {
  const deleted = new Set(gone)
  for (let segment = 0; segment < SEGMENTS; segment++) {
    const { lo, hi } = leavesOf(segment)
    const alive = [lo, hi].filter(leaf => trees[streamOf(segment)]?.isAlive(leaf))
    if (alive.length !== (deleted.has(segment) ? 0 : 2)) throw new Error(`segment ${segment} is wrong`)
  }
}

/**
 * The peer: one key a segment in one typed table (32 bytes at the segment's number, no index to search), deleting is overwriting.
 * Nothing that keeps a key for each segment can be faster or smaller; a table with holes does not shrink.
 */
export function deleteInTable(gone: Uint32Array): { readonly seconds: number; readonly bytes: number } {
  const table = new Uint8Array(SEGMENTS * 32)
  for (let at = 0; at < table.length; at += 65_536) table.set(randomBytes(Math.min(65_536, table.length - at)), at)
  const began = performance.now()
  for (const segment of gone) table.fill(0, segment * 32, segment * 32 + 32)
  return { seconds: (performance.now() - began) / 1000, bytes: table.length }
}

export const mebibytes = (nodes: number): number => (nodes * NODE_BYTES) / 2 ** 20
