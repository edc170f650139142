import { Secret } from '@hausrecht/crypto/secret'
import { type Cover, type CoverNode, checkNode, nodeRange, SEED_BYTES, TREE_DEPTH } from './cover.ts'
import { KeyTreeError } from './errors.ts'
import { checkLeaf, MAX_LEAF } from './leaf.ts'
import { add, bit, child, collect, copy, cut, erase, isSeed, type Part, touches, towards, WHOLE, walk } from './part.ts'

/**
 * The key tree of one stream and generation (GGM over 32 levels): what is still held, as disjoint nodes.
 * Deleting is forgetting: `puncture` replaces the nodes above a range by those beside it and overwrites the rest.
 * Punctures commute and repeat harmlessly, so devices that apply the same orders hold the same leaves.
 */
export class KeyTree {
  #top: Part = null
  /** Seeds of the last derivation by depth, so that neighbouring leaves cost two hashes, not 32. */
  #path: { leaf: number; from: number; seeds: Uint8Array[] } | null = null

  private constructor(top: Part) {
    this.#top = top
  }

  /** A whole tree from its random root; takes a copy, the root stays the caller's to zero. */
  static fromRoot(root: Secret): KeyTree {
    return root.use(bytes => {
      if (bytes.length !== SEED_BYTES) throw new KeyTreeError('bad_node')
      return new KeyTree(bytes.slice())
    })
  }

  static empty(): KeyTree {
    return new KeyTree(null)
  }

  static fromCover(cover: Cover): KeyTree {
    const tree = KeyTree.empty()
    tree.import(cover)
    return tree
  }

  /** The leaf's key, or null when it was punctured or never held. The caller zeroes it. */
  leafKey(leaf: number): Secret | null {
    checkLeaf(leaf)
    const path = this.#path
    if (path) {
      const differing = leaf === path.leaf ? TREE_DEPTH : Math.clz32((leaf ^ path.leaf) >>> 0)
      if (differing >= path.from) return this.#derive(leaf, differing, path.from, path.seeds)
    }
    const { part, depth } = towards(this.#top, leaf, TREE_DEPTH)
    if (!isSeed(part)) return null
    this.#forgetPath()
    return this.#derive(leaf, depth, depth, [part.slice()])
  }

  /** `seeds[i]` belongs to depth `from + i` on the path to a leaf that shares the first `shared` bits with this one. */
  #derive(leaf: number, shared: number, from: number, seeds: Uint8Array[]): Secret {
    for (const stale of seeds.splice(shared - from + 1)) stale.fill(0)
    for (let depth = from + seeds.length - 1; depth < TREE_DEPTH; depth++) {
      const seed = seeds[depth - from]
      if (!seed) throw new KeyTreeError('bad_node')
      seeds.push(child(seed, bit(leaf, depth)))
    }
    this.#path = { leaf, from, seeds }
    const last = seeds[TREE_DEPTH - from]
    if (!last) throw new KeyTreeError('bad_node')
    return Secret.from(last.slice())
  }

  /** True when the leaf's key can still be derived. */
  isAlive(leaf: number): boolean {
    checkLeaf(leaf)
    return isSeed(towards(this.#top, leaf, TREE_DEPTH).part)
  }

  /** True when the node, or one above it, is held whole. */
  holdsNode({ depth, prefix }: Omit<CoverNode, 'seed'>): boolean {
    return isSeed(towards(this.#top, nodeRange({ depth, prefix }).lo, depth).part)
  }

  /** True when something of the leaves lo…hi is held. */
  touches(lo: number, hi: number): boolean {
    checkRange(lo, hi)
    return touches(this.#top, WHOLE.start, WHOLE.width, lo, hi)
  }

  /** Forgets the leaves lo…hi, both inclusive. */
  puncture(lo: number, hi: number): void {
    checkRange(lo, hi)
    this.#forgetPath()
    this.#top = cut(this.#top, WHOLE.start, WHOLE.width, lo, hi)
  }

  /** Forgets everything left of `leaf`: what a recorder keeps is at most 32 nodes. */
  advance(leaf: number): void {
    checkLeaf(leaf)
    if (leaf > 0) this.puncture(0, leaf - 1)
  }

  /** What is held of the leaves lo…hi, as nodes with copies of seeds (the receiver zeroes them). The tree stays as it is. */
  export(lo: number, hi: number): Cover {
    checkRange(lo, hi)
    const out: { depth: number; prefix: number; seed: Uint8Array }[] = []
    collect(this.#top, { depth: 0, prefix: 0 }, lo, hi, out)
    return out
  }

  /** Everything held. */
  cover(): Cover {
    return this.export(0, MAX_LEAF)
  }

  /** Depth and prefix of each node held, without seeds: public, and enough to prove what is not covered. */
  positions(): readonly { readonly depth: number; readonly prefix: number }[] {
    const out: { depth: number; prefix: number }[] = []
    walk(this.#top, 0, 0, (depth, prefix) => out.push({ depth, prefix }))
    return out
  }

  /** The same tree with seeds of its own. */
  copy(): KeyTree {
    return new KeyTree(copy(this.#top))
  }

  get isEmpty(): boolean {
    return this.#top === null
  }

  /** How many nodes are held (32-byte seeds). */
  get size(): number {
    let count = 0
    walk(this.#top, 0, 0, () => count++)
    return count
  }

  /**
   * Adds nodes (copies them). Where something is held already the held part stays: leaves of one tree have one key each.
   * The caller must have cut the cover by all delete orders first.
   * @throws KeyTreeError bad_node; nothing is added then
   */
  import(cover: Cover): void {
    for (const node of cover) checkNode(node)
    this.#forgetPath()
    for (const node of cover) this.#top = add(this.#top, 0, node.depth, node.prefix, node.seed)
  }

  /** Overwrites every seed. */
  zero(): void {
    this.#forgetPath()
    erase(this.#top)
    this.#top = null
  }

  [Symbol.dispose](): void {
    this.zero()
  }

  #forgetPath(): void {
    for (const seed of this.#path?.seeds ?? []) seed.fill(0)
    this.#path = null
  }

  toJSON(): string {
    return '[key tree]'
  }

  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return '[key tree]'
  }
}

function checkRange(lo: number, hi: number): void {
  checkLeaf(lo)
  checkLeaf(hi)
  if (lo > hi) throw new KeyTreeError('bad_range')
}
