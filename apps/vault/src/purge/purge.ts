import type { DeleteRange } from '@hausrecht/chain/types'
import type { HouseholdId, OrderId } from '@hausrecht/crypto/ids'
import { type RawBuilder, sql } from 'kysely'
import type { Logger } from 'pino'
import type { BlobStore } from '../blobs/blob-store.ts'
import type { Clock } from '../config.ts'
import type { Database } from '../db/connect.ts'
import { forgetLists } from '../manifests/manifests.ts'

/** Blobs removed at a time, neighbours by name: they share folders, and what is done once for each of these. */
const BATCH = 2048
/** A blob that would not go is tried again after this. */
export const RETRY_MS = 5000

type Row = { readonly household: string; readonly object_id: string }

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
  readonly #onRemoved: () => Promise<void>
  #running: Promise<void> | null = null
  #again = false
  #closed = false
  #retry: NodeJS.Timeout | null = null

  /** `onRemoved`: after each round in which all that was queued was tried. */
  constructor(options: {
    db: Database
    blobs: BlobStore
    clock: Clock
    log: Logger
    onRemoved?: () => Promise<void>
  }) {
    this.#db = options.db
    this.#blobs = options.blobs
    this.#clock = options.clock
    this.#log = options.log
    this.#onRemoved = options.onRemoved ?? (async () => {})
  }

  /**
   * Takes every object in the ranges out of the index and queues its bytes; `db` may be the transaction of the order itself. With
   * `order`, what it is that has to go is written down, for the removal that the log is told of when it is gone.
   */
  async order(
    household: HouseholdId,
    ranges: readonly DeleteRange[],
    { db = this.#db, order = null }: { readonly db?: Database; readonly order?: OrderId | null } = {},
  ): Promise<void> {
    for (const { stream, lo, hi } of ranges) {
      await sql`
        with gone as (
          delete from object where household = ${household} and leaf between ${lo} and ${hi}
            ${stream === null ? sql`` : sql`and stream = ${stream}`}
          returning object_id, size, sha256),
        queued as (
          insert into purge (household, object_id, size, queued_at, order_id, sha256)
          select ${household}, object_id, size, ${this.#clock.now()}, ${order}, sha256 from gone on conflict do nothing)
        update household set
          objects = objects - (select count(*) from gone),
          bytes = bytes - (select coalesce(sum(size), 0) from gone)
        where id = ${household} and exists (select 1 from gone)`.execute(db)
    }
    await forgetLists(db, household, ranges)
    if (order === null) return
    await sql`
      insert into removal (household, order_id, objects, bytes, root)
      select ${household}, ${order}, count(*), coalesce(sum(size), 0), sha256(coalesce(
        string_agg(convert_to(object_id, 'UTF8') || sha256, ''::bytea order by object_id collate "C"), ''::bytea))
      from purge where household = ${household} and order_id = ${order}`.execute(db)
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

  /** Resolves when what was queued has been tried. */
  async done(): Promise<void> {
    await this.#running
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
    // While the database takes one batch off the list, the next one's blobs go.
    let settled = Promise.resolve()
    try {
      for (let after = { household: '', object_id: '' }; ; ) {
        const rows = await this.#queued(after)
        const last = rows.at(-1)
        if (this.#closed) return
        if (!last) break
        const left = await this.#blobs.remove(rows.map(({ household, object_id: object }) => ({ household, object })))
        await settled
        settled = this.#settleAll(rows, left)
        // It counts when it is awaited.
        settled.catch(() => undefined)
        after = last
      }
    } finally {
      await settled
    }
    await this.#onRemoved()
  }

  #queued(after: Row): Promise<readonly Row[]> {
    return this.#db
      .selectFrom('purge')
      .select(['household', 'object_id'])
      .where(sql<boolean>`(household, object_id) > (${after.household}, ${after.object_id})`)
      .orderBy('household')
      .orderBy('object_id')
      .limit(BATCH)
      .execute()
  }

  /** Takes blobs that are gone, and were looked for again, off the list. */
  async #settleAll(rows: readonly Row[], left: Awaited<ReturnType<BlobStore['remove']>>): Promise<void> {
    const kept = new Set(left.map(({ name }) => `${name.household}/${name.object}`))
    const isLeft = ({ household, object_id: object }: Row): boolean => kept.has(`${household}/${object}`)
    const gone = rows.filter(row => !isLeft(row))
    const of = sql`purge.household = named.household and purge.object_id = named.object_id`
    await this.#settle(gone, named => sql`delete from purge using ${named} where ${of}`)
    await this.#settle(rows.filter(isLeft), named => sql`update purge set tries = tries + 1 from ${named} where ${of}`)
    this.counters.purged += gone.length
    this.counters.failed += left.length
    for (const { name, reason } of left)
      this.#log.error({ object: name.object, reason }, 'a blob could not be removed; it is tried again')
    if (left.length > 0) this.#later()
  }

  async #settle(rows: readonly Row[], query: (named: RawBuilder<unknown>) => RawBuilder<unknown>): Promise<void> {
    if (rows.length === 0) return
    const households = rows.map(row => row.household)
    const objects = rows.map(row => row.object_id)
    await query(sql`unnest(${households}::text[], ${objects}::text[]) as named (household, object_id)`).execute(
      this.#db,
    )
  }
}
