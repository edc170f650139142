import { settlement } from '@hausrecht/chain/settlement'
import type { Order } from '@hausrecht/chain/state'
import type { ToldDeletion } from '@hausrecht/chain/told-deletion'
import type { OpenDevice } from './open-device.ts'
import { accessesTo } from './receipt-file.ts'

/** A deletion as the log that this device has checked tells it. */
export async function deletionOf(device: OpenDevice, order: Order): Promise<ToldDeletion> {
  const { chain } = device
  const said = chain.removals.get(order.id)?.removal
  const readers = new Set((await accessesTo(device, order)).map(({ reader }) => reader))
  return {
    ...{ order: order.id, by: order.by, at: order.time, ranges: order.ranges },
    holders: settlement(chain.state, order.id),
    complete: chain.state.completed.has(order.id),
    removal: said === undefined ? null : { at: said.time, objects: said.objects, bytes: said.bytes },
    readers: [...readers],
  }
}
