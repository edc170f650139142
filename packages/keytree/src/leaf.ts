import { KeyTreeError } from './errors.ts'

/** A leaf is a 2-second slot: (UTC day since 1970) << 16 | floor(second of the day / 2). docs/formats/keys.md §Leaves */
export const SLOT_MS = 2000
export const SLOTS_PER_DAY = 43_200
export const MAX_LEAF = 0xffff_ffff
const DAY_MS = 86_400_000

export function checkLeaf(leaf: number): void {
  if (!Number.isInteger(leaf) || leaf < 0 || leaf > MAX_LEAF) throw new KeyTreeError('bad_leaf', String(leaf))
}

/** The leaf whose slot contains a moment (ms since 1970, until 2149). */
export function leafOf(timeMs: number): number {
  const day = Math.floor(timeMs / DAY_MS)
  if (!(day >= 0 && day <= 0xffff)) throw new KeyTreeError('bad_leaf', `${timeMs} ms`)
  return day * 65_536 + Math.floor((timeMs - day * DAY_MS) / SLOT_MS)
}

/** The moment a leaf's slot begins. Leaves behind the last slot of a day (43200…65535) map to the day's end. */
export function leafStart(leaf: number): number {
  checkLeaf(leaf)
  const day = Math.floor(leaf / 65_536)
  return day * DAY_MS + Math.min(leaf % 65_536, SLOTS_PER_DAY) * SLOT_MS
}

/** The next leaf that is a slot: after a day's last slot comes the next day's first. */
export function nextLeaf(leaf: number): number {
  const next = leaf + 1
  return next % 65_536 >= SLOTS_PER_DAY ? (Math.floor(next / 65_536) + 1) * 65_536 : next
}

/** The leaves of a time range [fromMs, toMs), both ends inclusive and rounded outward. @throws KeyTreeError bad_range */
export function leafRange(fromMs: number, toMs: number): { readonly lo: number; readonly hi: number } {
  if (!(fromMs < toMs)) throw new KeyTreeError('bad_range')
  return { lo: leafOf(fromMs), hi: leafOf(toMs - 1) }
}
