import { sql } from 'kysely'
import type { Logger } from 'pino'
import type { BlobPage, BlobStore } from '../blobs/blob-store.ts'
import type { Clock } from '../config.ts'
import type { Database } from '../db/connect.ts'
import type { Ingest } from '../ingest/ingest.ts'
import type { Purge } from './purge.ts'

/** All blobs are compared with the index so often, and at the start. */
export const SWEEP_EVERY_MS = 6 * 3600_000
/** A blob may be without a row for so long: its upload is under way, or came from a backup that is being restored. */
export const ORPHAN_GRACE_MS = 24 * 3600_000
/** Orphans that one round queues; the next one goes on. */
export const ORPHANS_A_ROUND = 10_000

/**
 * Looks for what a crash or a restored backup left. A blob without a row is removed by way of the purge. A row without a blob is
 * only counted and reported: a store that is not mounted must not empty the index.
 */
export class Sweep {
  /** `lost`: at the last round. */
  readonly counters = { orphans: 0, lost: 0, rounds: 0 }
  readonly #db: Database
  readonly #blobs: Pick<BlobStore, 'pages' | 'size'>
  readonly #ingest: Pick<Ingest, 'alone'>
  readonly #purge: Pick<Purge, 'wake'>
  readonly #clock: Clock
  readonly #log: Logger
  readonly #timer: NodeJS.Timeout
  #left = 0
  #closed = false
  #running: Promise<void>

  constructor(options: {
    db: Database
    blobs: Pick<BlobStore, 'pages' | 'size'>
    ingest: Pick<Ingest, 'alone'>
    purge: Pick<Purge, 'wake'>
    clock: Clock
    log: Logger
    everyMs: number
  }) {
    this.#db = options.db
    this.#blobs = options.blobs
    this.#ingest = options.ingest
    this.#purge = options.purge
    this.#clock = options.clock
    this.#log = options.log
    this.#running = this.#round()
    this.#timer = setInterval(() => {
      this.#running = this.#running.then(() => this.#round())
    }, options.everyMs)
    this.#timer.unref()
  }

  /** Resolves when the round that is going on has ended. */
  async done(): Promise<void> {
    await this.#running
  }

  async close(): Promise<void> {
    this.#closed = true
    clearInterval(this.#timer)
    await this.#running
  }

  async #round(): Promise<void> {
    this.#left = ORPHANS_A_ROUND
    let lost = 0
    try {
      for (const { id } of await this.#db.selectFrom('household').select('id').execute())
        for await (const page of this.#blobs.pages(id)) {
          if (this.#closed) return
          lost += await this.#compare(id, page)
        }
      this.counters.lost = lost
      this.counters.rounds++
      if (lost > 0) this.#log.error({ lost }, 'objects of the index have no bytes in the blob store')
    } catch (error) {
      this.#log.error({ reason: String(error) }, 'sweep interrupted; the next one begins anew')
    }
    this.#purge.wake()
  }

  /** How many rows of this page have no blob. */
  async #compare(household: string, { after, through, blobs }: BlobPage): Promise<number> {
    const rows = await this.#db
      .selectFrom('object')
      .select('object_id')
      .where('household', '=', household)
      .where('object_id', '>', after)
      .where('object_id', '<=', through)
      .execute()
    const listed = new Set(rows.map(row => row.object_id))
    const oldest = this.#clock.now() - ORPHAN_GRACE_MS
    for (const { object } of blobs.filter(blob => !listed.has(blob.object) && blob.at < oldest))
      if (this.#left > 0) await this.#queue(household, object)
    const kept = new Set(blobs.map(({ object }) => object))
    let lost = 0
    for (const { object_id: object } of rows) if (!kept.has(object) && (await this.#isLost(household, object))) lost++
    return lost
  }

  /** In turn with uploads of that id: one that has ended has a row, and one that comes later is told to wait. */
  async #queue(household: string, object: string): Promise<void> {
    const { numAffectedRows = 0n } = await this.#ingest.alone(household, object, () =>
      sql`
        insert into purge (household, object_id, size, queued_at)
        select ${household}, ${object}, 0, ${this.#clock.now()}
        where not exists (select 1 from object where household = ${household} and object_id = ${object})
        on conflict do nothing`.execute(this.#db),
    )
    this.counters.orphans += Number(numAffectedRows)
    this.#left -= Number(numAffectedRows)
  }

  /** The blob is looked for by itself, and then the row again: either may have come or gone since the listing. */
  async #isLost(household: string, object: string): Promise<boolean> {
    if ((await this.#blobs.size({ household, object })) !== null) return false
    const row = await this.#db
      .selectFrom('object')
      .select('object_id')
      .where('household', '=', household)
      .where('object_id', '=', object)
      .executeTakeFirst()
    return row !== undefined
  }
}
