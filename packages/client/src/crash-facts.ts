import { streamIdFrom } from '@hausrecht/crypto/ids'
import type { Cover } from '@hausrecht/keytree/cover'
import type { LeafRange } from './key-store.ts'

/** What the process of crash-scenario.ts does and crash.int.test.ts checks: one stream, its root, and what is deleted of it. */
export const CRASH_STREAM = streamIdFrom(new Uint8Array(16).fill(7))
export const CRASH_TREE = { stream: CRASH_STREAM, generation: 0 }
/** A second tree, which is forgotten as a whole. */
export const CRASH_OTHER = { stream: CRASH_STREAM, generation: 1 }
export const rootOf = (generation: number): Cover => [
  { depth: 0, prefix: 0, seed: new Uint8Array(32).fill(0x41 + generation) },
]

const DAY = 65_536
/** In this order: a hole in a day, a second one in the same day, whole days, the rest of the first day, and two at once. */
export const CRASH_ROUNDS: readonly (readonly LeafRange[])[] = [
  [{ lo: 20_000 * DAY + 1000, hi: 20_000 * DAY + 1999 }],
  [{ lo: 20_000 * DAY + 5000, hi: 20_000 * DAY + 5001 }],
  [{ lo: 20_001 * DAY, hi: 20_003 * DAY - 1 }],
  [{ lo: 20_000 * DAY, hi: 20_001 * DAY - 1 }],
  [
    { lo: 20_004 * DAY + 7, hi: 20_004 * DAY + 7 },
    { lo: 20_005 * DAY + 9, hi: 20_006 * DAY + 9 },
  ],
]
