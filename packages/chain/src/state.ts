import type { DeviceId, HouseholdId, OrderId, StreamId } from '@hausrecht/crypto/ids'
import type { IdLog } from './id-log.ts'
import type { CellClass, DeleteRange, Entitlement, Prekey, RetentionRule, Role, StreamKind } from './types.ts'

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
  /** The newest hour that it signed a manifest of; -1 when none. */
  readonly manifested: number
  /** What it has erased, by its own newest word. */
  readonly receipt: Receipt | null
  /** What its keys cannot open any more, by the word of another device. */
  readonly cut: Cut | null
}

export type Receipt = {
  /** So many of the household's orders, in the order of the log. */
  readonly applied: number
  readonly until: number
  readonly cell: CellClass
  readonly cover: Uint8Array
  readonly at: number
}
export type Cut = { readonly applied: number; readonly by: DeviceId; readonly at: number }

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
  /** Hash over this order's id and those of all before it. */
  readonly frontier: Uint8Array
  /** Devices of the household when it was given: those that have to erase. */
  readonly holders: readonly DeviceId[]
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
  /** In the order of the log. */
  readonly orders: readonly Order[]
  /** The ids of `orders`. */
  readonly orderIds: IdLog<OrderId>
  /** What is deleted: by stream, and under null for every stream. */
  readonly deleted: ReadonlyMap<StreamId | null, LeafRanges>
  readonly deleters: 'admins' | 'any'
  /** How long a browser keeps keys without word from a hub, minutes. */
  readonly lease: number
  readonly retention: readonly RetentionRule[]
  /** Orders that everybody has carried out, as they were found complete. */
  readonly completed: IdLog<OrderId>
  /** Entries in the chain (commutative ones do not count) and the hash of the newest. */
  readonly length: number
  readonly head: Uint8Array
}

/** Adds lo…hi to sorted, disjoint ranges. */
export function addRange(ranges: LeafRanges, lo: number, hi: number): LeafRanges {
  // Touching ranges are those between the first that does not end before lo and the last that does not begin after hi.
  const first = lowest(ranges, range => range.hi + 1 >= lo)
  const end = lowest(ranges, range => range.lo > hi + 1)
  const merged = {
    lo: Math.min(lo, (first < end ? ranges[first]?.lo : undefined) ?? lo),
    hi: Math.max(hi, (first < end ? ranges[end - 1]?.hi : undefined) ?? hi),
  }
  return ranges.toSpliced(first, end - first, merged)
}

/** The lowest index from which on `test` holds; the length if nowhere. */
function lowest(ranges: LeafRanges, test: (range: LeafRanges[number]) => boolean): number {
  let lo = 0
  let hi = ranges.length
  while (lo < hi) {
    const middle = (lo + hi) >>> 1
    const range = ranges[middle]
    if (range && test(range)) hi = middle
    else lo = middle + 1
  }
  return lo
}

/** What either has. */
export function joinRanges(a: LeafRanges, b: LeafRanges): LeafRanges {
  if (a.length === 0 || b.length === 0) return a.length === 0 ? b : a
  const joined: { lo: number; hi: number }[] = []
  for (const { lo, hi } of [...a, ...b].sort((one, other) => one.lo - other.lo)) {
    const last = joined.at(-1)
    if (last && lo <= last.hi + 1) last.hi = Math.max(last.hi, hi)
    else joined.push({ lo, hi })
  }
  return joined
}

/** True when one of the ranges has the leaf; by binary search. */
export function covers(ranges: LeafRanges | undefined, leaf: number): boolean {
  const range = ranges?.[lowest(ranges, one => one.hi >= leaf)]
  return range !== undefined && range.lo <= leaf
}
