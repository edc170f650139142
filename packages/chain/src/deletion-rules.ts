import { equal } from '@hausrecht/crypto/bytes'
import type { StreamId } from '@hausrecht/crypto/ids'
import { no, type Rule, withDevice, yes } from './applied.ts'
import { frontierAfter, NO_FRONTIER } from './receipt.ts'
import { activeDevice, canDelete, hasRole } from './rights.ts'
import { isSettled } from './settlement.ts'
import { addRange, type HouseholdState, type LeafRanges, type Order } from './state.ts'

/** The frontier after so many orders; null when there are not as many. */
function frontierAt(state: HouseholdState, applied: number): Uint8Array | null {
  return applied === 0 ? NO_FRONTIER : (state.orders[applied - 1]?.frontier ?? null)
}

export const deleteOrder: Rule<'delete_order'> = (state, { order, ranges }, entry) => {
  if (!canDelete(state, entry.actor)) return no('not_allowed')
  if (state.orderIds.has(order)) return no('order_exists')
  const deleted = new Map<StreamId | null, LeafRanges>(state.deleted)
  for (const { stream, lo, hi } of ranges) {
    if (stream !== null && !state.streams.has(stream)) return no('unknown_stream')
    deleted.set(stream, addRange(deleted.get(stream) ?? [], lo, hi))
  }
  const given: Order = {
    id: order,
    by: entry.actor,
    time: entry.time,
    ranges,
    frontier: frontierAfter(state.orders.at(-1)?.frontier ?? NO_FRONTIER, order),
    holders: holdersNow(state),
  }
  // `concat` of an array copies several times as fast as spreading: a replay of many orders is mostly this.
  return yes({ ...state, deleted, orders: state.orders.concat([given]), orderIds: state.orderIds.with(order) })
}

/** The same list for as long as the devices are the same: orders come by the thousand, devices by the year. */
const rosters = new WeakMap<HouseholdState['devices'], Order['holders']>()
function holdersNow(state: HouseholdState): Order['holders'] {
  const last = state.orders.at(-1)?.holders
  let roster = rosters.get(state.devices)
  if (roster === undefined) {
    roster = [...state.devices.keys()].filter(id => activeDevice(state, id) !== null)
    if (last !== undefined && last.length === roster.length && last.every((id, at) => id === roster?.[at]))
      roster = last
    rosters.set(state.devices, roster)
  }
  return roster
}

export const retention: Rule<'retention'> = (state, { rules }, entry) => {
  if (!hasRole(state, entry.actor, 'admin')) return no('not_allowed')
  if (rules.some(({ stream }) => stream !== null && (!state.streams.has(stream) || stream === state.logStream)))
    return no('unknown_stream')
  return yes({ ...state, retention: rules })
}

export const eraseReceipt: Rule<'erase_receipt'> = (state, statement, entry, author) => {
  const { applied, frontier, until, cell, cover } = statement
  const known = frontierAt(state, applied)
  if (known === null || !equal(known, frontier)) return no('bad_frontier')
  // What was said once is not taken back.
  if (applied < (author.receipt?.applied ?? 0) || until < (author.receipt?.until ?? 0)) return no('bad_frontier')
  return yes(withDevice(state, entry.actor, { receipt: { applied, until, cell, cover, at: entry.time } }))
}

export const leaseCut: Rule<'lease_cut'> = (state, { device, applied }, entry) => {
  if (!hasRole(state, entry.actor, 'vault') && !hasRole(state, entry.actor, 'recorder')) return no('not_allowed')
  const target = state.devices.get(device)
  if (target === undefined) return no('unknown_device')
  // Only keys that were lent can be cut: those of browsers.
  if (!target.roles.includes('session')) return no('not_allowed')
  if (applied > state.orders.length || applied < (target.cut?.applied ?? 0)) return no('bad_frontier')
  return yes(withDevice(state, device, { cut: { applied, by: entry.actor, at: entry.time } }))
}

export const deleteComplete: Rule<'delete_complete'> = (state, { order }) => {
  if (!state.orderIds.has(order)) return no('unknown_order')
  if (state.completed.has(order)) return no('order_complete')
  if (!isSettled(state, order)) return no('order_owed')
  return yes({ ...state, completed: state.completed.with(order) })
}
