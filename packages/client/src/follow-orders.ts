import type { Order } from '@hausrecht/chain/state'
import { decode, encode } from '@hausrecht/crypto/cbor'
import type { KeyStore } from './key-store.ts'
import type { OpenDevice } from './open-device.ts'
import { withdrawPackets } from './packet-ledger.ts'

const APPLIED = 'orders-applied'

/** Orders applied to the keys in this process's memory; another process of this device may have done the files. */
const inMemory = new WeakMap<KeyStore, number>()

/**
 * Punctures for every order of the chain not yet applied, in the order of the log, and only then says so in a file: a crash in
 * between repeats a puncture, which changes nothing. Packets under way that hold what was deleted lose their release share.
 */
export async function followOrders(device: OpenDevice): Promise<void> {
  const { orders } = device.chain.state
  if ((inMemory.get(device.keys) ?? 0) >= orders.length) return
  await device.store.exclusive('orders', async () => {
    const durable = await appliedOrders(device)
    const done = Math.min(durable, inMemory.get(device.keys) ?? durable)
    for (const order of orders.slice(done)) await apply(device, order)
    if (orders.length > durable) await device.store.write(APPLIED, encode(orders.length))
    inMemory.set(device.keys, orders.length)
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
