import { parseHouseholdId } from '@hausrecht/crypto/ids'
import type { Database } from '../db/connect.ts'
import type { Households } from '../households/households.ts'
import type { Purge } from './purge.ts'

/**
 * Carries out again every order of every log, before the door opens: an index that was restored from an older backup than the log lists
 * what has been deleted since. Where nothing came back this removes nothing.
 */
export async function replayOrders(options: {
  db: Database
  households: Pick<Households, 'state'>
  purge: Pick<Purge, 'order'>
}): Promise<void> {
  for (const { id } of await options.db.selectFrom('household').select('id').where('objects', '>', 0).execute()) {
    const household = parseHouseholdId(id)
    const { orders } = await options.households.state(household)
    await options.purge.order(
      household,
      orders.flatMap(({ ranges }) => ranges),
    )
  }
}
