import { signRemoval } from '@hausrecht/chain/removal'
import { type HouseholdId, parseHouseholdId, parseOrderId } from '@hausrecht/crypto/ids'
import type { SigningKey } from '@hausrecht/crypto/signature'
import { sql } from 'kysely'
import type { Clock } from '../config.ts'
import type { Database } from '../db/connect.ts'
import type { Households } from '../households/households.ts'
import type { Sequencer } from '../log/sequencer.ts'

/** Another process of this vault has said it. */
class Said extends Error {}

/** Says in the log what was removed for which order: when all its bytes are gone, and no row of the index names one. */
export class Removals {
  readonly #db: Database
  readonly #sequencer: Pick<Sequencer, 'append'>
  readonly #households: Pick<Households, 'state'>
  readonly #key: SigningKey
  readonly #clock: Clock

  constructor(options: {
    db: Database
    sequencer: Pick<Sequencer, 'append'>
    households: Pick<Households, 'state'>
    key: SigningKey
    clock: Clock
  }) {
    this.#db = options.db
    this.#sequencer = options.sequencer
    this.#households = options.households
    this.#key = options.key
    this.#clock = options.clock
  }

  /** Every order whose removal has not been said, and is done. */
  async tell(): Promise<void> {
    const done = await this.#db
      .selectFrom('removal')
      .selectAll()
      .where('logged', '=', false)
      .where(
        sql<boolean>`not exists (select 1 from purge where purge.household = removal.household and purge.order_id = removal.order_id)`,
      )
      .execute()
    for (const { household: id, order_id: order, objects, bytes, root } of done) {
      const household = parseHouseholdId(id)
      if (await this.#isListed(household, order)) continue
      await this.#append(household, { order, objects, bytes, root: new Uint8Array(root) })
    }
  }

  /** The read-back of the index: by the ranges of the order, not by what was queued. */
  async #isListed(household: HouseholdId, id: string): Promise<boolean> {
    const state = await this.#households.state(household)
    const order = state.orders.find(one => one.id === id)
    for (const { stream, lo, hi } of order?.ranges ?? []) {
      const row = await this.#db
        .selectFrom('object')
        .select('object_id')
        .where('household', '=', household)
        .where('leaf', '>=', lo)
        .where('leaf', '<=', hi)
        .where(stream === null ? sql<boolean>`stream <> ${state.logStream}` : sql<boolean>`stream = ${stream}`)
        .limit(1)
        .executeTakeFirst()
      if (row !== undefined) return true
    }
    return order === undefined
  }

  async #append(
    household: HouseholdId,
    { order, ...what }: { order: string; objects: number; bytes: number; root: Uint8Array },
  ): Promise<void> {
    try {
      await this.#sequencer.append(household, async tx => {
        const { numUpdatedRows } = await tx
          .updateTable('removal')
          .set({ logged: true })
          .where('household', '=', household)
          .where('order_id', '=', order)
          .where('logged', '=', false)
          .executeTakeFirst()
        if (numUpdatedRows === 0n) throw new Said()
        const removal = await signRemoval({ time: this.#clock.now(), order: parseOrderId(order), ...what }, this.#key)
        return { leaf: removal.encoded }
      })
    } catch (error) {
      if (!(error instanceof Said)) throw error
    }
  }
}
