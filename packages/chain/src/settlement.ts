import type { DeviceId, OrderId } from '@hausrecht/crypto/ids'
import type { HouseholdState, Order } from './state.ts'
import type { CellClass } from './types.ts'

/**
 * How an order stands with a device that may hold keys:
 * `receipt`: it says that it has erased. `cut`: another device says that its lease has run out. `removed`: it was put out of the household
 * before it said anything, and what it kept nobody can know. `owed`: nothing is known yet.
 */
export type Settled = {
  readonly device: DeviceId
  readonly how: 'receipt' | 'cut' | 'removed' | 'owed'
  /** When that was said, ms; null while it is owed. */
  readonly at: number | null
  readonly cell: CellClass | null
}

/** The order and its place among all orders; null when there is none. */
export function findOrder(
  state: HouseholdState,
  id: OrderId,
): { readonly order: Order; readonly place: number } | null {
  const place = state.orderIds.place(id)
  const order = place === null ? undefined : state.orders[place]
  return place === null || order === undefined ? null : { order, place }
}

/** How an order stands with each device that was in the household when it was given. */
export function settlement(state: HouseholdState, id: OrderId): readonly Settled[] {
  const found = findOrder(state, id)
  if (found === null) return []
  return found.order.holders.map(holder => settled(state, holder, found.place))
}

function settled(state: HouseholdState, device: DeviceId, place: number): Settled {
  const { receipt = null, cut = null, removedAt = null } = state.devices.get(device) ?? {}
  if (receipt !== null && receipt.applied > place) return { device, how: 'receipt', at: receipt.at, cell: receipt.cell }
  if (cut !== null && cut.applied > place) return { device, how: 'cut', at: cut.at, cell: null }
  if (removedAt !== null) return { device, how: 'removed', at: removedAt, cell: null }
  return { device, how: 'owed', at: null, cell: null }
}

/** True when nobody owes anything. A removed device does not hold others up; a receipt names it. */
export const isSettled = (state: HouseholdState, id: OrderId): boolean =>
  state.orderIds.has(id) && settlement(state, id).every(({ how }) => how !== 'owed')
