import type { Order } from '@hausrecht/chain/state'
import { decode, encode } from '@hausrecht/crypto/cbor'
import type { OpenDevice } from './device.ts'
import { withdrawPackets } from './packet-ledger.ts'

const APPLIED = 'orders-applied'

/**
 * Punctures for every order of the chain not yet applied, in the order of the log, and only then says so in a file: a crash in
 * between repeats a puncture, which changes nothing. Packets under way that hold what was deleted lose their release share.
 */
export async function followOrders(device: OpenDevice): Promise<void> {
  const { orders } = device.chain.state
  if ((await appliedOrders(device)) >= orders.length) return
  await device.store.exclusive('orders', async () => {
    const done = await appliedOrders(device)
    for (const order of orders.slice(done)) await apply(device, order)
    if (orders.length > done) await device.store.write(APPLIED, encode(orders.length))
  })
}

/** How many of the chain's orders this device has applied; they are numbered as the log lists them. */
export async function appliedOrders({ store }: Pick<OpenDevice, 'store'>): Promise<number> {
  const bytes = await store.read(APPLIED)
  const count = bytes === null ? 0 : decode(bytes)
  return typeof count === 'number' ? count : 0
}

async function apply(device: OpenDevice, order: Order): Promise<void> {
  await withdrawPackets(device, order.ranges)
  for (const { stream, lo, hi } of order.ranges) {
    const streams = stream === null ? new Set(device.keys.held().map(name => name.stream)) : [stream]
    for (const each of streams) await device.keys.puncture(each, { lo, hi })
  }
}
