import type { DeviceId, HouseholdId, OrderId, StreamId } from '@hausrecht/crypto/ids'
import type { DeleteRange, Entitlement, Prekey, Role, StreamKind } from './types.ts'

export type Device = {
  readonly id: DeviceId
  readonly publicKey: Uint8Array
  readonly roles: readonly Role[]
  readonly entitlement: Entitlement
  readonly prekeys: readonly Prekey[]
  readonly addedAt: number
  /** Time (ms) of its removal, or null. */
  readonly removedAt: number | null
  /** How many commutative entries it wrote, and the hash of the last. */
  readonly written: number
  readonly last: Uint8Array
}

export type Stream = {
  readonly id: StreamId
  readonly kind: StreamKind
  readonly recorder: DeviceId
  readonly pair: StreamId | null
  /** First leaf of each generation; the index is its number. */
  readonly generations: readonly number[]
  readonly addedAt: number
  readonly stoppedAt: number | null
  /** Sequence of the entry whose payload names it. */
  readonly addedSequence: number
}

export type Order = {
  readonly id: OrderId
  readonly by: DeviceId
  readonly time: number
  readonly ranges: readonly DeleteRange[]
}

/** Sorted, disjoint leaf ranges. */
export type LeafRanges = readonly { readonly lo: number; readonly hi: number }[]

/** What all accepted entries together say. Never changed, only replaced. */
export type HouseholdState = {
  readonly household: HouseholdId
  readonly vaultKey: Uint8Array
  readonly origin: string
  readonly logStream: StreamId
  readonly devices: ReadonlyMap<DeviceId, Device>
  readonly streams: ReadonlyMap<StreamId, Stream>
  readonly orders: readonly Order[]
  /** What is deleted: by stream, and under null for every stream. */
  readonly deleted: ReadonlyMap<StreamId | null, LeafRanges>
  readonly deleters: 'admins' | 'any'
  /** Entries in the chain (commutative ones do not count) and the hash of the newest. */
  readonly length: number
  readonly head: Uint8Array
}

/** Adds lo…hi to sorted, disjoint ranges. */
export function addRange(ranges: LeafRanges, lo: number, hi: number): LeafRanges {
  const before = ranges.filter(range => range.hi + 1 < lo)
  const after = ranges.filter(range => range.lo > hi + 1)
  const touching = ranges.slice(before.length, ranges.length - after.length)
  const merged = {
    lo: Math.min(lo, touching[0]?.lo ?? lo),
    hi: Math.max(hi, touching.at(-1)?.hi ?? hi),
  }
  return [...before, merged, ...after]
}

/** True when one of the ranges has the leaf; by binary search. */
export function covers(ranges: LeafRanges | undefined, leaf: number): boolean {
  let lo = 0
  let hi = (ranges?.length ?? 0) - 1
  while (lo <= hi) {
    const middle = (lo + hi) >>> 1
    const range = ranges?.[middle]
    if (!range) return false
    if (leaf < range.lo) hi = middle - 1
    else if (leaf > range.hi) lo = middle + 1
    else return true
  }
  return false
}
