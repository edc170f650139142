import { randomBytes } from '../../packages/crypto/src/random.ts'
import { Secret } from '../../packages/crypto/src/secret.ts'
import { MAX_LEAF } from '../../packages/keytree/src/leaf.ts'
import { KeyTree } from '../../packages/keytree/src/tree.ts'
import { median } from '../lib.ts'

/** Each time is of many deletes, since a single one is shorter than the clock can tell. */
const DELETES = 200
const ROUNDS = 9

/** Microseconds for deleting a stream of `segments` segments at once, as a device with all of its keys does it. */
export function deleteStream(segments: number): number {
  const rounds = Array.from({ length: ROUNDS }, () => {
    const trees = Array.from({ length: DELETES }, () => streamOf(segments))
    const began = performance.now()
    for (const tree of trees) tree.puncture(0, MAX_LEAF)
    const spent = performance.now() - began
    if (trees.some(tree => tree.positions().length > 0)) throw new Error('something is left of a deleted stream')
    return (spent * 1000) / DELETES
  })
  return median(rounds)
}

/** A device holds a stream up to the present as the cover of its leaves, not from the root: that is what is deleted. */
function streamOf(segments: number): KeyTree {
  const whole = KeyTree.fromRoot(Secret.from(randomBytes(32)))
  return KeyTree.fromCover(whole.export(0, segments * 2 - 1))
}

/** Microseconds for the same from a table with a key for each segment: every key is overwritten. */
export function deleteKeys(segments: number): number {
  const table = new Uint8Array(segments * 32).fill(1)
  const rounds = Array.from({ length: ROUNDS }, () => {
    const began = performance.now()
    for (let segment = 0; segment < segments; segment++) table.fill(0, segment * 32, segment * 32 + 32)
    return (performance.now() - began) * 1000
  })
  return median(rounds)
}
