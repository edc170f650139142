import { nodeRange } from '../../packages/keytree/src/cover.ts'

/** What both contenders delete from: 8 streams, 30 days, one segment every 4 seconds, and in which order. */
export const STREAMS = 8
export const DAYS = 30
export const SEGMENTS_PER_DAY = 21_600
export const SEGMENTS = STREAMS * DAYS * SEGMENTS_PER_DAY
const LEAVES_PER_SEGMENT = 2
const LEAVES_PER_DAY = 65_536
const USED_LEAVES = SEGMENTS_PER_DAY * LEAVES_PER_SEGMENT
const FIRST_DAY = 20_000
/** A seed and its position, as the size of a state is counted. */
export const NODE_BYTES = 36

export type Leaves = { readonly lo: number; readonly hi: number }

export const streamOf = (segment: number): number => Math.floor(segment / (DAYS * SEGMENTS_PER_DAY))

/** The leaves of a segment: of its 4 seconds. */
export function leavesOf(segment: number): Leaves {
  const day = Math.floor(segment / SEGMENTS_PER_DAY) % DAYS
  const lo = (FIRST_DAY + day) * LEAVES_PER_DAY + (segment % SEGMENTS_PER_DAY) * LEAVES_PER_SEGMENT
  return { lo, hi: lo + LEAVES_PER_SEGMENT - 1 }
}

/** The leaves of all days. */
export const ALL: Leaves = { lo: FIRST_DAY * LEAVES_PER_DAY, hi: (FIRST_DAY + DAYS) * LEAVES_PER_DAY - 1 }

/** True for a node that no segment lies under: behind the end of a day. Holding it or not is all the same. */
export const isUnused = (node: { readonly depth: number; readonly prefix: number }): boolean =>
  nodeRange(node).lo % LEAVES_PER_DAY >= USED_LEAVES

/** `count` different segments in random order, the same in each run. */
export function randomSegments(count: number): Uint32Array {
  const all = Uint32Array.from({ length: SEGMENTS }, (_, i) => i)
  let state = 0x9e37_79b9
  const random = (below: number): number => {
    // xorshift32
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return (state >>> 0) % below
  }
  for (let i = 0; i < count; i++) {
    const other = i + random(SEGMENTS - i)
    const [a, b] = [all[i] ?? 0, all[other] ?? 0]
    all[i] = b
    all[other] = a
  }
  return all.subarray(0, count)
}

/** How many nodes are expected when `gone` of all segments are deleted at random: a node for each maximal subtree without a hole. */
export function expectedNodes(gone: number): number {
  const q = 1 - gone / SEGMENTS
  const levels = Math.ceil(Math.log2(SEGMENTS))
  let sum = 0
  for (let j = 0; j < levels; j++) sum += (SEGMENTS / 2 ** j) * (q ** (2 ** j) - q ** (2 ** (j + 1)))
  return sum
}
