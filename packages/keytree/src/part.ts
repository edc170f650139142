import { concat, utf8 } from '@hausrecht/crypto/bytes'
import { hmacSha256 } from '@hausrecht/crypto/hash'
import { nodeRange, TREE_DEPTH } from './cover.ts'

/** HKDF-Expand(S, "hh/ggm/1" ‖ b, 32) is one HMAC over the label, the bit and the counter 1. */
const LABELS = [0, 1].map(bit => concat(utf8('hh/ggm/1'), Uint8Array.of(bit, 1)))
export const child = (seed: Uint8Array, bit: number): Uint8Array => hmacSha256(seed, LABELS[bit] ?? new Uint8Array(0))

/** What is held below one node: its seed (then no children), or a fork of two halves; null where nothing is held. */
export type Part = { seed: Uint8Array } | { zero: Part | null; one: Part | null } | null

const HALF = (depth: number): number => 2 ** (TREE_DEPTH - depth - 1)

export const bit = (leaf: number, depth: number): 0 | 1 => (((leaf >>> (TREE_DEPTH - 1 - depth)) & 1) === 1 ? 1 : 0)

export function erase(part: Part): void {
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

export function cut(part: Part, depth: number, start: number, lo: number, hi: number): Part {
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

/** True when something of the leaves lo…hi is held. */
export function touches(part: Part, depth: number, start: number, lo: number, hi: number): boolean {
  if (!part) return false
  const end = start + 2 ** (TREE_DEPTH - depth) - 1
  if (end < lo || start > hi) return false
  if ('seed' in part) return true
  return touches(part.zero, depth + 1, start, lo, hi) || touches(part.one, depth + 1, start + HALF(depth), lo, hi)
}

/** The same nodes with seeds of their own. */
export function copy(part: Part): Part {
  if (!part) return null
  return 'seed' in part ? { seed: part.seed.slice() } : { zero: copy(part.zero), one: copy(part.one) }
}

export function walk(
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

export function collect(
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
export function add(part: Part, at: number, depth: number, prefix: number, seed: Uint8Array): Part {
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
