import type { DeleteRange } from '@hausrecht/chain/types'
import { type DeviceId, newOrderId, type OrderId, type StreamId } from '@hausrecht/crypto/ids'
import { leafRange } from '@hausrecht/keytree/leaf'
import { holders, type OpenDevice, self, sync } from './device.ts'
import { ClientError } from './errors.ts'
import { appliedOrders } from './follow-orders.ts'
import type { LeafRange } from './key-store.ts'
import { submit } from './submit.ts'

export type Deletion = {
  readonly order: OrderId
  /** When it was ordered, ms. */
  readonly at: number
  readonly ranges: readonly DeleteRange[]
  readonly holders: readonly Holder[]
}

/**
 * A device that holds keys. `erased`: this device has, durably. `unconfirmed`: it erases when it next follows the log; until signed
 * receipts exist nobody can see from here whether it has.
 */
export type Holder = { readonly device: DeviceId; readonly state: 'erased' | 'unconfirmed' }

/** How far back a segment may begin that reaches into a range, in leaves (one minute). */
export const REACH_LEAVES = 30

/**
 * Orders the deletion of a time range of streams and applies it here before it returns: keys punctured, durably. A segment that
 * reaches into the range goes as a whole.
 * @throws VaultError, ClientError bad_argument | key… as `submit`
 */
export async function deleteRange(
  device: OpenDevice,
  wanted: { readonly streams: readonly StreamId[]; readonly from: number; readonly to: number },
): Promise<Deletion> {
  if (wanted.streams.length === 0) throw new ClientError('bad_argument', 'no stream')
  await sync(device)
  const asked = leafRange(wanted.from, wanted.to)
  const ranges: DeleteRange[] = []
  for (const stream of wanted.streams) {
    if (stream === device.chain.state.logStream) throw new ClientError('bad_argument', 'the log stream')
    ranges.push({ stream, ...(await outward(device, stream, asked)) })
  }
  const order = newOrderId()
  const { entry } = await submit(device, () => ({ statement: { type: 'delete_order', order, ranges } }))
  return { order, at: entry.time, ranges, holders: await holdersOf(device, order) }
}

/** Who has to erase for an order, and what is known of it. */
export async function holdersOf(device: OpenDevice, order: OrderId): Promise<readonly Holder[]> {
  const { state } = device.chain
  const place = state.orders.findIndex(other => other.id === order)
  const here = place >= 0 && (await appliedOrders(device)) > place
  return holders(state).map(({ id }) => ({ device: id, state: id === device.id && here ? 'erased' : 'unconfirmed' }))
}

/**
 * Widens a range to the left so that a segment that begins before it and reaches into it is deleted whole: the last object before
 * the range, unless the next one begins with the range.
 */
export async function outward(device: OpenDevice, stream: StreamId, { lo, hi }: LeafRange): Promise<LeafRange> {
  const before = { stream, lo: Math.max(self(device).entitlement.from, lo - REACH_LEAVES, 0), hi: lo }
  // An admin may delete what it may not look at; then nobody tells it what lies there.
  if (before.lo >= lo) return { lo, hi }
  const leaves = (await device.vault.listObjects(before, null)).objects.map(row => row.leaf)
  if (leaves.includes(lo)) return { lo, hi }
  const last = Math.max(...leaves.filter(leaf => leaf >= before.lo && leaf < lo), -1)
  return { lo: last < 0 ? lo : last, hi }
}
