import type { DeleteRange } from '@hausrecht/chain/types'
import type { HouseholdId } from '@hausrecht/crypto/ids'
import { sql } from 'kysely'
import type { Logger } from 'pino'
import type { BlobStore } from '../blobs/blob-store.ts'
import type { Clock } from '../config.ts'
import type { Database } from '../db/connect.ts'

/** Blobs removed at a time. */
const BATCH = 64
/** A blob that would not go is tried again after this. */
export const RETRY_MS = 5000

/**
 * Carries delete orders out: rows go and the blobs' names are queued in one transaction, then the blobs go and are read back.
 * The queue is in the database, so a kill between the two loses nothing; at the start whatever is left is finished first.
 */
export class Purge {
  readonly counters = { purged: 0, failed: 0 }
  readonly #db: Database
  readonly #blobs: BlobStore
  readonly #clock: Clock
  readonly #log: Logger
  #running: Promise<void> | null = null
  #again = false
  #closed = false
  #retry: NodeJS.Timeout | null = null

  constructor(options: { db: Database; blobs: BlobStore; clock: Clock; log: Logger }) {
    this.#db = options.db
    this.#blobs = options.blobs
    this.#clock = options.clock
    this.#log = options.log
  }

  /** Takes every object in the ranges out of the index and queues its bytes; `db` may be the transaction of the order itself. */
  async order(household: HouseholdId, ranges: readonly DeleteRange[], db: Database = this.#db): Promise<void> {
    for (const { stream, lo, hi } of ranges) {
      await sql`
        with gone as (
          delete from object where household = ${household} and leaf between ${lo} and ${hi}
            ${stream === null ? sql`` : sql`and stream = ${stream}`}
          returning object_id, size),
        queued as (
          insert into purge (household, object_id, size, queued_at)
          select ${household}, object_id, size, ${this.#clock.now()} from gone on conflict do nothing)
        update household set
          objects = objects - (select count(*) from gone),
          bytes = bytes - (select coalesce(sum(size), 0) from gone)
        where id = ${household} and exists (select 1 from gone)`.execute(db)
    }
  }

  /** Starts removing what is queued, if that is not going on already. */
  wake(): void {
    if (this.#closed) return
    this.#again = true
    this.#running ??= this.#run().finally(() => {
      this.#running = null
    })
  }

  /** How many blobs still have to go, of one household or of all. */
  async waiting(household?: HouseholdId): Promise<number> {
    let query = this.#db.selectFrom('purge').select(db => db.fn.countAll<number>().as('n'))
    if (household) query = query.where('household', '=', household)
    return Number((await query.executeTakeFirstOrThrow()).n)
  }

  async close(): Promise<void> {
    this.#closed = true
    if (this.#retry) clearTimeout(this.#retry)
    await this.#running
  }

  async #run(): Promise<void> {
    while (this.#again && !this.#closed) {
      this.#again = false
      try {
        await this.#drain()
      } catch (error) {
        this.#log.error({ reason: String(error) }, 'purge interrupted')
        this.#later()
      }
    }
  }

  #later(): void {
    if (this.#retry) clearTimeout(this.#retry)
    this.#retry = setTimeout(() => this.wake(), RETRY_MS)
    this.#retry.unref()
  }

  async #drain(): Promise<void> {
    let after = { household: '', object: '' }
    for (;;) {
      const rows = await this.#db
        .selectFrom('purge')
        .select(['household', 'object_id'])
        .where(sql<boolean>`(household, object_id) > (${after.household}, ${after.object})`)
        .orderBy('household')
        .orderBy('object_id')
        .limit(BATCH)
        .execute()
      const last = rows.at(-1)
      if (!last || this.#closed) return
      await Promise.all(rows.map(row => this.#remove(row.household, row.object_id)))
      after = { household: last.household, object: last.object_id }
    }
  }

  async #remove(household: string, object: string): Promise<void> {
    const name = { household, object }
    try {
      await this.#blobs.remove(name)
      // Read back by another way than the one that removed it.
      if ((await this.#blobs.size(name)) !== null) throw new Error('the blob is still there')
      await this.#db.deleteFrom('purge').where('household', '=', household).where('object_id', '=', object).execute()
      this.counters.purged++
    } catch (error) {
      this.counters.failed++
      this.#log.error({ object, reason: String(error) }, 'a blob could not be removed; it is tried again')
      await this.#db
        .updateTable('purge')
        .set(row => ({ tries: row('tries', '+', 1) }))
        .where('household', '=', household)
        .where('object_id', '=', object)
        .execute()
      this.#later()
    }
  }
}
