import type { DeleteRange } from '@hausrecht/chain/types'
import { decode, encode } from '@hausrecht/crypto/cbor'
import type { StreamId } from '@hausrecht/crypto/ids'
import type { KeyStore, LeafRange } from './key-store.ts'
import type { OpenDevice } from './open-device.ts'
import { withdrawPackets } from './packet-ledger.ts'
import { forgetUnderWay } from './under-way.ts'

const APPLIED = 'orders-applied'

/** Orders applied to the keys in this process's memory; another process of this device may have done the files. */
const inMemory = new WeakMap<KeyStore, number>()

/**
 * Punctures for every order of the chain not yet applied, all at once, and only then says so in a file: a crash in between repeats
 * punctures, which changes nothing. Packets under way lose their release share, and what waits for keys is forgotten.
 */
export async function followOrders(device: OpenDevice): Promise<void> {
  const { orders } = device.chain.state
  if ((inMemory.get(device.keys) ?? 0) >= orders.length) return
  await device.store.exclusive('orders', async () => {
    const durable = await appliedOrders(device)
    const done = Math.min(durable, inMemory.get(device.keys) ?? durable)
    await apply(
      device,
      orders.slice(done).flatMap(({ ranges }) => ranges),
    )
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

async function apply(device: OpenDevice, ranges: readonly DeleteRange[]): Promise<void> {
  if (ranges.length > 0) {
    forgetUnderWay(device.keys)
    await withdrawPackets(device)
  }
  const held = new Set(device.keys.held().map(name => name.stream))
  const byStream = new Map<StreamId, LeafRange[]>()
  for (const { stream, lo, hi } of ranges)
    for (const each of stream === null ? held : [stream]) {
      const of = byStream.get(each) ?? []
      of.push({ lo, hi })
      byStream.set(each, of)
    }
  for (const [stream, of] of byStream) await device.keys.puncture(stream, of)
}
