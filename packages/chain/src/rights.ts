import type { DeviceId, StreamId } from '@hausrecht/crypto/ids'
import {
  covers,
  type Device,
  type HouseholdState,
  joinRanges,
  type LeafRanges,
  type Order,
  type Stream,
} from './state.ts'
import type { Role } from './types.ts'

/** The device, if it belongs to the household now. */
export function activeDevice(state: Pick<HouseholdState, 'devices'>, id: DeviceId): Device | null {
  const device = state.devices.get(id)
  return device && device.removedAt === null ? device : null
}

export const hasRole = (state: HouseholdState, id: DeviceId, role: Role): boolean =>
  activeDevice(state, id)?.roles.includes(role) ?? false

/** Devices that hold or open history. */
const READS: readonly Role[] = ['admin', 'vault', 'session']

/** May this device be given ciphertext and keys of these leaves? */
export function canRead(state: HouseholdState, id: DeviceId, stream: StreamId, lo: number): boolean {
  const device = activeDevice(state, id)
  if (!device || !state.streams.has(stream)) return false
  if (!device.roles.some(role => READS.includes(role))) return false
  const { from, streams } = device.entitlement
  // The log stream holds the names of everything; whoever reads anything reads names.
  if (stream === state.logStream) return true
  return lo >= from && (streams === 'all' || streams.includes(stream))
}

/** May this device write segments of this stream? Also after its stop: what was recorded before it may still be on its way. */
export function canRecord(state: HouseholdState, id: DeviceId, stream: StreamId): boolean {
  return hasRole(state, id, 'recorder') && state.streams.get(stream)?.recorder === id
}

export function canDelete(state: HouseholdState, id: DeviceId): boolean {
  if (state.deleters === 'any') return hasRole(state, id, 'admin') || hasRole(state, id, 'vault')
  return hasRole(state, id, 'admin')
}

/** True when an order covers this leaf of this stream. */
export const isDeleted = (state: HouseholdState, stream: StreamId, leaf: number): boolean =>
  covers(state.deleted.get(stream), leaf) || covers(forAll(state, stream), leaf)

/** What orders for every stream deleted of this one: the log stream is not meant by them. */
const forAll = (state: HouseholdState, stream: StreamId): LeafRanges =>
  (stream === state.logStream ? undefined : state.deleted.get(null)) ?? []

/** What orders deleted of a stream, those for every stream included; sorted, disjoint. */
export const deletedRanges = (state: HouseholdState, stream: StreamId): LeafRanges =>
  joinRanges(state.deleted.get(stream) ?? [], forAll(state, stream))

/** Is this stream meant by a range of `named`? */
const means = (state: HouseholdState, named: StreamId | null, stream: StreamId): boolean =>
  named === null ? stream !== state.logStream : named === stream

/** The first order that covers the leaf: who deleted it, and when. */
export function orderFor(state: HouseholdState, stream: StreamId, leaf: number): Order | null {
  return (
    state.orders.find(order =>
      order.ranges.some(range => means(state, range.stream, stream) && range.lo <= leaf && leaf <= range.hi),
    ) ?? null
  )
}

/** The generation a leaf of this stream belongs to, or null before the first. */
export function generationOf(stream: Stream, leaf: number): number | null {
  const index = stream.generations.findLastIndex(from => from <= leaf)
  return index < 0 ? null : index
}
