import { coverRoot, NO_FRONTIER, type Position } from '@hausrecht/chain/receipt'
import { activeDevice } from '@hausrecht/chain/rights'
import { isSettled, settlement } from '@hausrecht/chain/settlement'
import type { HouseholdState } from '@hausrecht/chain/state'
import type { Statement } from '@hausrecht/chain/types'
import type { DeviceId, OrderId } from '@hausrecht/crypto/ids'
import { self } from './device.ts'
import { appliedOrders } from './follow-orders.ts'
import type { OpenDevice } from './open-device.ts'
import { retainedUntil } from './retention.ts'
import { keepCover } from './said-cover.ts'
import { submit } from './submit.ts'
import { VaultError } from './vault-error.ts'

/** Of orders that nobody owes any more, so many are found complete in one round. */
export const COMPLETE_AT_ONCE = 16
/** A lease is cut so long after it has run out at the latest, ms: clocks do not run quite alike. */
export const LEASE_MARGIN_MS = 30_000

/** Where the nodes stand that a device holds: no secret. */
export const positionsOf = ({ keys }: Pick<OpenDevice, 'keys'>): readonly Position[] =>
  keys.held().flatMap(name => keys.positions(name).map(position => ({ ...name, ...position })))

/** Receipts say that retention was applied so seldom, ms: the log keeps them for good. */
const RETENTION_WORD_MS = 86_400_000

/** Does this device owe word of an order that it has carried out, or of a day that has ended? */
async function owes(device: OpenDevice): Promise<boolean> {
  const { receipt } = self(device)
  const said = receipt?.applied ?? 0
  const done = await appliedOrders(device)
  if ((await retainedUntil(device)) - (receipt?.until ?? 0) >= RETENTION_WORD_MS) return true
  return device.chain.state.orders.slice(said, done).some(({ holders }) => holders.includes(device.id))
}

/**
 * Says in the log that this device has erased what the orders so far name, if it owes that. Call after `sync`, which erases.
 * @returns whether there was something to say
 */
export async function postReceipt(device: OpenDevice): Promise<boolean> {
  if (!(await owes(device))) return false
  await submit(device, async () => {
    const { receipt, roles } = self(device)
    const applied = Math.max(receipt?.applied ?? 0, await appliedOrders(device))
    const positions = positionsOf(device)
    await keepCover(device.store, positions)
    const statement: Statement = {
      type: 'erase_receipt',
      applied,
      frontier: device.chain.state.orders[applied - 1]?.frontier ?? NO_FRONTIER,
      until: Math.max(receipt?.until ?? 0, await retainedUntil(device)),
      cell: roles.includes('session') ? 'ram' : (device.store.cell ?? 'file'),
      cover: coverRoot(positions),
    }
    return { statement }
  })
  return true
}

/** Does a device owe an order that was given before this time, ms? It has had the time to learn of it. */
export const owesSince = (state: HouseholdState, device: DeviceId, before: number): boolean =>
  state.orders.some(
    ({ id, time }) =>
      time < before &&
      !state.completed.has(id) &&
      settlement(state, id).some(settled => settled.device === device && settled.how === 'owed'),
  )

/** Orders that are not complete yet, as the log lists them. */
const incomplete = ({ orders, completed }: HouseholdState): readonly OrderId[] =>
  orders.map(({ id }) => id).filter(id => !completed.has(id))

/** Writes down which orders nobody owes any more. Several devices may try; the first is enough. */
export async function completeOrders(device: OpenDevice): Promise<readonly OrderId[]> {
  const done: OrderId[] = []
  const due = incomplete(device.chain.state).filter(id => isSettled(device.chain.state, id))
  for (const order of due.slice(0, COMPLETE_AT_ONCE))
    if (await submitIfNeeded(device, { type: 'delete_complete', order })) done.push(order)
  return done
}

/**
 * Cuts browsers off from what was deleted whose lease has run out: they keep keys only while a hub answers them, and none has for longer
 * than a lease. `quietMs` says for how long this device has not answered one.
 */
export async function cutLeases(
  device: OpenDevice,
  quietMs: (browser: DeviceId) => number,
): Promise<readonly DeviceId[]> {
  const { state } = device.chain
  const owing = new Set(
    incomplete(state).flatMap(id =>
      settlement(state, id).flatMap(({ device: by, how }) => (how === 'owed' ? [by] : [])),
    ),
  )
  const cut: DeviceId[] = []
  for (const browser of owing) {
    const lent = activeDevice(state, browser)?.roles.includes('session') ?? false
    if (!lent || quietMs(browser) <= state.lease * 60_000 + LEASE_MARGIN_MS) continue
    if (await submitIfNeeded(device, { type: 'lease_cut', device: browser, applied: state.orders.length }))
      cut.push(browser)
  }
  return cut
}

/** False when the household has heard it already. */
async function submitIfNeeded(device: OpenDevice, statement: Statement): Promise<boolean> {
  try {
    await submit(device, () => ({ statement }))
    return true
  } catch (error) {
    if (error instanceof VaultError && error.code === 'entry_rejected') return false
    throw error
  }
}
