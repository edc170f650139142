import { concat, utf8 } from '@hausrecht/crypto/bytes'
import { hmacSha256 } from '@hausrecht/crypto/hash'
import { Secret } from '@hausrecht/crypto/secret'
import { type Cover, checkNode, nodeRange, SEED_BYTES, TREE_DEPTH } from './cover.ts'
import { KeyTreeError } from './errors.ts'
import { checkLeaf, MAX_LEAF } from './leaf.ts'

/** HKDF-Expand(S, "hh/ggm/1" ‖ b, 32) is one HMAC over the label, the bit and the counter 1. */
const LABELS = [0, 1].map(bit => concat(utf8('hh/ggm/1'), Uint8Array.of(bit, 1)))
const child = (seed: Uint8Array, bit: number): Uint8Array => hmacSha256(seed, LABELS[bit] ?? new Uint8Array(0))

/** Either a held seed (then no children), or a fork of two halves; null where nothing is held. */
type Part = { seed: Uint8Array } | { zero: Part | null; one: Part | null } | null

const HALF = (depth: number): number => 2 ** (TREE_DEPTH - depth - 1)

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
      return new KeyTree({ seed: bytes.slice() })
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
    let part = this.#top
    for (let depth = 0; part; depth++) {
      if ('seed' in part) {
        this.#forgetPath()
        return this.#derive(leaf, depth, depth, [part.seed.slice()])
      }
      part = bit(leaf, depth) ? part.one : part.zero
    }
    return null
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
    let part = this.#top
    for (let depth = 0; part; depth++) {
      if ('seed' in part) return true
      part = bit(leaf, depth) ? part.one : part.zero
    }
    return false
  }

  /** Forgets the leaves lo…hi, both inclusive. */
  puncture(lo: number, hi: number): void {
    checkRange(lo, hi)
    this.#forgetPath()
    this.#top = cut(this.#top, 0, 0, lo, hi)
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
    collect(this.#top, 0, 0, lo, hi, out)
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

const bit = (leaf: number, depth: number): 0 | 1 => (((leaf >>> (TREE_DEPTH - 1 - depth)) & 1) === 1 ? 1 : 0)

function checkRange(lo: number, hi: number): void {
  checkLeaf(lo)
  checkLeaf(hi)
  if (lo > hi) throw new KeyTreeError('bad_range')
}

function erase(part: Part): void {
  if (!part) return
  if ('seed' in part) part.seed.fill(0)
  else {
    erase(part.zero)
    erase(part.one)
  }
}

/** Splits a held node into its two children and overwrites it. */
function split(part: { seed: Uint8Array }): { zero: Part; one: Part } {
  const halves = { zero: { seed: child(part.seed, 0) }, one: { seed: child(part.seed, 1) } }
  part.seed.fill(0)
  return halves
}

function cut(part: Part, depth: number, start: number, lo: number, hi: number): Part {
  if (!part) return null
  const end = start + 2 ** (TREE_DEPTH - depth) - 1
  if (end < lo || start > hi) return part
  if (lo <= start && end <= hi) {
    erase(part)
    return null
  }
  const fork = 'seed' in part ? split(part) : part
  fork.zero = cut(fork.zero, depth + 1, start, lo, hi)
  fork.one = cut(fork.one, depth + 1, start + HALF(depth), lo, hi)
  return fork.zero || fork.one ? fork : null
}

function walk(
  part: Part,
  depth: number,
  prefix: number,
  visit: (depth: number, prefix: number, seed: Uint8Array) => void,
): void {
  if (!part) return
  if ('seed' in part) visit(depth, prefix, part.seed)
  else {
    walk(part.zero, depth + 1, prefix * 2, visit)
    walk(part.one, depth + 1, prefix * 2 + 1, visit)
  }
}

function collect(
  part: Part,
  depth: number,
  prefix: number,
  lo: number,
  hi: number,
  out: { depth: number; prefix: number; seed: Uint8Array }[],
): void {
  if (!part) return
  const range = nodeRange({ depth, prefix })
  if (range.hi < lo || range.lo > hi) return
  if ('seed' in part) {
    if (lo <= range.lo && range.hi <= hi) {
      out.push({ depth, prefix, seed: part.seed.slice() })
      return
    }
    // Only a part of this node is asked for: derive its halves for the export, leave the tree alone.
    const halves = split({ seed: part.seed.slice() })
    collect(halves.zero, depth + 1, prefix * 2, lo, hi, out)
    collect(halves.one, depth + 1, prefix * 2 + 1, lo, hi, out)
    erase(halves)
    return
  }
  collect(part.zero, depth + 1, prefix * 2, lo, hi, out)
  collect(part.one, depth + 1, prefix * 2 + 1, lo, hi, out)
}

/** Adds the node (depth, prefix, seed) below `part`, which sits at `at`; what is held already wins. */
function add(part: Part, at: number, depth: number, prefix: number, seed: Uint8Array): Part {
  if (part && 'seed' in part) return part
  if (at === depth) return part ? fill(part, seed) : { seed: seed.slice() }
  const fork = part ?? { zero: null, one: null }
  const right = Math.floor(prefix / 2 ** (depth - at - 1)) % 2 === 1
  if (right) fork.one = add(fork.one, at + 1, depth, prefix, seed)
  else fork.zero = add(fork.zero, at + 1, depth, prefix, seed)
  return fork
}

/** A whole node arrives where parts are held: the whole one replaces them. */
function fill(part: Part, seed: Uint8Array): Part {
  erase(part)
  return { seed: seed.slice() }
}
