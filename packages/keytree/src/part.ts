import { concat, utf8 } from '@hausrecht/crypto/bytes'
import { hmacSha256 } from '@hausrecht/crypto/hash'
import { TREE_DEPTH } from './cover.ts'

/** HKDF-Expand(S, "hh/ggm/1" ‖ b, 32) is one HMAC over the label, the bit and the counter 1. */
const LABELS = [0, 1].map(bit => concat(utf8('hh/ggm/1'), Uint8Array.of(bit, 1)))
export const child = (seed: Uint8Array, bit: number): Uint8Array => hmacSha256(seed, LABELS[bit] ?? new Uint8Array(0))

class Fork {
  zero: Part
  one: Part
  constructor(zero: Part, one: Part) {
    this.zero = zero
    this.one = one
  }
}

/** What is held below one node: its seed, or a fork of two halves; null where nothing is held. */
export type Part = Uint8Array | Fork | null

/** The leaves below a part: `start` and the `width` − 1 behind it. */
type Place = { readonly start: number; readonly width: number }
export const WHOLE: Place = { start: 0, width: 2 ** TREE_DEPTH }

export const isSeed = (part: Part): part is Uint8Array => part !== null && !(part instanceof Fork)

export const bit = (leaf: number, depth: number): 0 | 1 => (((leaf >>> (TREE_DEPTH - 1 - depth)) & 1) === 1 ? 1 : 0)

export function erase(part: Part): void {
  if (part instanceof Fork) {
    erase(part.zero)
    erase(part.one)
  } else part?.fill(0)
}

/** Splits a held node into its two children and overwrites it. */
function split(seed: Uint8Array): Fork {
  const fork = new Fork(child(seed, 0), child(seed, 1))
  seed.fill(0)
  return fork
}

/** Only halves that the range reaches into are visited: most of a delete is this way down. */
export function cut(part: Part, start: number, width: number, lo: number, hi: number): Part {
  if (part === null) return null
  if (lo <= start && start + width - 1 <= hi) {
    erase(part)
    return null
  }
  const fork = part instanceof Fork ? part : split(part)
  const half = width / 2
  const middle = start + half
  if (lo < middle) fork.zero = cut(fork.zero, start, half, lo, hi)
  if (hi >= middle) fork.one = cut(fork.one, middle, half, lo, hi)
  return fork.zero === null && fork.one === null ? null : fork
}

/** True when something of the leaves lo…hi is held. */
export function touches(part: Part, start: number, width: number, lo: number, hi: number): boolean {
  if (!(part instanceof Fork)) return part !== null
  const half = width / 2
  const middle = start + half
  return (
    (lo < middle && touches(part.zero, start, half, lo, hi)) ||
    (hi >= middle && touches(part.one, middle, half, lo, hi))
  )
}

/** The same nodes with seeds of their own. */
export function copy(part: Part): Part {
  return part instanceof Fork ? new Fork(copy(part.zero), copy(part.one)) : (part?.slice() ?? null)
}

export function walk(
  part: Part,
  depth: number,
  prefix: number,
  visit: (depth: number, prefix: number, seed: Uint8Array) => void,
): void {
  if (part instanceof Fork) {
    walk(part.zero, depth + 1, prefix * 2, visit)
    walk(part.one, depth + 1, prefix * 2 + 1, visit)
  } else if (part !== null) visit(depth, prefix, part)
}

/** The node at `depth`, or the one above it that is held, on the way to a leaf; null when nothing is there. */
export function towards(top: Part, leaf: number, depth: number): { readonly part: Part; readonly depth: number } {
  let part = top
  let at = 0
  for (; part instanceof Fork && at < depth; at++) part = bit(leaf, at) ? part.one : part.zero
  return { part, depth: at }
}

/** Adds copies of what is held of lo…hi to `out`, left to right. `node` is where `part` is. */
export function collect(
  part: Part,
  node: { readonly depth: number; readonly prefix: number },
  lo: number,
  hi: number,
  out: { depth: number; prefix: number; seed: Uint8Array }[],
): void {
  if (part === null) return
  const { depth, prefix } = node
  const width = 2 ** (TREE_DEPTH - depth)
  const start = prefix * width
  if (start + width <= lo || start > hi) return
  if (isSeed(part) && lo <= start && start + width - 1 <= hi) {
    out.push({ depth, prefix, seed: part.slice() })
    return
  }
  // Only a part of a held node is asked for: derive its halves for the export, leave the tree alone.
  const fork = isSeed(part) ? split(part.slice()) : part
  collect(fork.zero, { depth: depth + 1, prefix: prefix * 2 }, lo, hi, out)
  collect(fork.one, { depth: depth + 1, prefix: prefix * 2 + 1 }, lo, hi, out)
  if (fork !== part) erase(fork)
}

/** Adds the node (depth, prefix, seed) below `part`, which sits at `at`. What is held above stays; a whole node replaces parts of it. */
export function add(part: Part, at: number, depth: number, prefix: number, seed: Uint8Array): Part {
  if (isSeed(part)) return part
  if (at === depth) {
    erase(part)
    return seed.slice()
  }
  const fork = part ?? new Fork(null, null)
  const right = Math.floor(prefix / 2 ** (depth - at - 1)) % 2 === 1
  if (right) fork.one = add(fork.one, at + 1, depth, prefix, seed)
  else fork.zero = add(fork.zero, at + 1, depth, prefix, seed)
  return fork
}
