import { sha256 } from '@hausrecht/crypto/hash'
import { TlogError } from './errors.ts'

/** The root of a tree without leaves (RFC 6962 §2.1): SHA-256 of nothing. */
export const EMPTY_ROOT: Uint8Array = sha256(new Uint8Array(0))
export const HASH_BYTES = 32

const LEAF = Uint8Array.of(0)
const NODE = Uint8Array.of(1)

/** RFC 6962 §2.1: SHA-256(0x00 ‖ data). */
export const leafHash = (data: Uint8Array): Uint8Array => sha256(LEAF, data)

/** RFC 6962 §2.1: SHA-256(0x01 ‖ left ‖ right). */
export const nodeHash = (left: Uint8Array, right: Uint8Array): Uint8Array => sha256(NODE, left, right)

/** A complete subtree: `level` 0 are leaf hashes; node `index` at `level` covers leaves index·2^level … (index+1)·2^level − 1. */
export type NodeId = { readonly level: number; readonly index: number }
export type StoredNode = NodeId & { readonly hash: Uint8Array }

/** Reads hashes of complete subtrees; the answer has the order of the question. */
export type HashReader = { read(nodes: readonly NodeId[]): Promise<readonly Uint8Array[]> }

/** The roots of the complete subtrees that make up a tree, largest (leftmost) first: one for each bit set in its size. */
export type Frontier = readonly Uint8Array[]

/** Where the hashes of a frontier stand, in the same order. */
export function frontierNodes(size: number): readonly NodeId[] {
  const nodes: NodeId[] = []
  let start = 0
  for (let level = Math.floor(Math.log2(Math.max(size, 1))) + 1; level >= 0; level--) {
    const width = 2 ** level
    if (Math.floor(size / width) % 2 === 1) {
      nodes.push({ level, index: start / width })
      start += width
    }
  }
  return nodes
}

/** The root of a tree from its frontier. */
export function rootOf(frontier: Frontier): Uint8Array {
  let root: Uint8Array | null = null
  for (let i = frontier.length - 1; i >= 0; i--) {
    const hash = frontier[i]
    if (hash) root = root ? nodeHash(hash, root) : hash
  }
  return root ?? EMPTY_ROOT
}

export type Appended = {
  readonly size: number
  readonly frontier: Frontier
  readonly root: Uint8Array
  /** Every complete subtree that came into being, leaves included: store these, and any proof can be made. */
  readonly newNodes: readonly StoredNode[]
}

/** Appends leaves to a tree of `size` leaves with this frontier. */
export function appendLeaves(size: number, frontier: Frontier, leafHashes: readonly Uint8Array[]): Appended {
  if (frontierNodes(size).length !== frontier.length) throw new TlogError('bad_range', 'frontier')
  const stack = [...frontier]
  const newNodes: StoredNode[] = []
  let next = size
  for (const hash of leafHashes) {
    let node: StoredNode = { level: 0, index: next, hash }
    newNodes.push(node)
    for (let rest = next; rest % 2 === 1; rest = (rest - 1) / 2) {
      const left = stack.pop()
      if (!left) throw new TlogError('bad_range', 'frontier')
      node = { level: node.level + 1, index: (node.index - 1) / 2, hash: nodeHash(left, node.hash) }
      newNodes.push(node)
    }
    stack.push(node.hash)
    next++
  }
  return { size: next, frontier: stack, root: rootOf(stack), newNodes }
}
