import { isGone } from '@hausrecht/chain/retention'
import { canRecord, generationOf, isDeleted } from '@hausrecht/chain/rights'
import type { Device, HouseholdState } from '@hausrecht/chain/state'
import { LIMITS } from '@hausrecht/contract/limits'
import type { Stored } from '@hausrecht/contract/schemas'
import { equal } from '@hausrecht/crypto/bytes'
import { sha256 } from '@hausrecht/crypto/hash'
import { type HouseholdId, type ObjectId, parseStreamId } from '@hausrecht/crypto/ids'
import { SegmentError } from '@hausrecht/media/errors'
import { checkObject, type SegmentHeader } from '@hausrecht/media/segment/header'
import { isLive } from '@hausrecht/media/segment/kinds'
import { sql } from 'kysely'
import type { Logger } from 'pino'
import type { BlobStore } from '../blobs/blob-store.ts'
import type { Clock } from '../config.ts'
import type { Database } from '../db/connect.ts'
import { isDiskFull, VaultRefusal } from '../errors.ts'
import type { Households } from '../households/households.ts'
import type { Purge } from '../purge/purge.ts'

export type IngestCounters = { stored: number; same: number; differs: number; bytes: number }

/** Is there already: what was written of it meanwhile is dropped. */
class NotWanted extends Error {}

/** Takes sealed segments in: header checked, blob durable, row durable, then the answer. */
export class Ingest {
  readonly counters: IngestCounters = { stored: 0, same: 0, differs: 0, bytes: 0 }
  readonly #db: Database
  readonly #blobs: BlobStore
  readonly #households: Households
  readonly #purge: Purge
  readonly #clock: Clock
  readonly #now: () => number
  readonly #log: Logger
  readonly #quota: number | null
  readonly #uploading = new Map<string, Promise<unknown>>()
  #busy = 0

  constructor(options: {
    db: Database
    blobs: BlobStore
    households: Households
    purge: Purge
    clock: Clock
    /** The time for what is kept, ms. */
    now: () => number
    log: Logger
    quotaBytes: number | null
  }) {
    this.#db = options.db
    this.#blobs = options.blobs
    this.#households = options.households
    this.#purge = options.purge
    this.#clock = options.clock
    this.#now = options.now
    this.#log = options.log
    this.#quota = options.quotaBytes
  }

  /** A place at the door, before the body is read; call what it gives to leave. @throws VaultRefusal busy */
  enter(): () => void {
    if (this.#busy >= LIMITS.uploadsAtOnce) throw new VaultRefusal('busy', { retryAfter: 1 })
    this.#busy++
    return () => {
      this.#busy--
    }
  }

  /** `digest` is the body's SHA-256, already checked. @throws VaultRefusal */
  async put(call: {
    readonly state: HouseholdState
    readonly device: Device
    readonly objectId: ObjectId
    readonly bytes: Uint8Array
    readonly digest: Uint8Array | null
  }): Promise<Stored> {
    try {
      const header = readHeader(call.bytes)
      check(call.state, call.device, call.objectId, header)
      if (isGone(call.state, parseStreamId(header.stream), header.leaf, this.#now()))
        throw new VaultRefusal('deleted_range')
      return await this.alone(call.state.household, header.object, () =>
        this.#store(call.state.household, header, call.bytes, call.digest ?? sha256(call.bytes)),
      )
    } catch (error) {
      if (isDiskFull(error)) throw new VaultRefusal('storage_full', { retryAfter: 30 })
      throw error
    }
  }

  /**
   * Uploads of one id go one after the other: of two different ones at once, the second must not replace the bytes of the first. The
   * sweep waits its turn here too.
   */
  async alone<T>(household: string, object: string, work: () => Promise<T>): Promise<T> {
    const name = `${household}/${object}`
    const before = this.#uploading.get(name)
    const mine = (async () => {
      await before?.catch(() => undefined)
      return work()
    })()
    this.#uploading.set(name, mine)
    try {
      return await mine
    } finally {
      if (this.#uploading.get(name) === mine) this.#uploading.delete(name)
    }
  }

  async #store(household: HouseholdId, header: SegmentHeader, bytes: Uint8Array, hash: Uint8Array): Promise<Stored> {
    const objectId = header.object
    // The database is asked while the bytes are written already.
    const wanted = this.#wanted(household, objectId, bytes.length)
    const put = this.#blobs.put(
      { household, object: objectId },
      bytes,
      wanted.then(before => {
        if (before) throw new NotWanted()
      }),
    )
    // It counts only when the object is wanted.
    put.catch(() => undefined)
    const before = await wanted
    if (before) return this.#again(objectId, hash, before)
    await put
    const entries = await this.#insert(household, header, bytes.length, hash)
    if (entries === null) {
      const row = await this.#db
        .selectFrom('object')
        .select('sha256')
        .where('household', '=', household)
        .where('object_id', '=', objectId)
        .executeTakeFirst()
      if (row) return this.#again(objectId, hash, new Uint8Array(row.sha256))
    }
    // An order may have come while the blob was written; the purge has looked for rows before this one was there. The household's
    // row was locked for both, so the order is among the entries that were there then, if not in memory yet.
    if (isDeleted(await this.#households.stateAt(household, entries ?? 0), header.stream, header.leaf)) {
      await this.#purge.order(household, [{ stream: header.stream, lo: header.leaf, hi: header.leaf }])
      this.#purge.wake()
      throw new VaultRefusal('deleted_range')
    }
    this.counters.stored++
    this.counters.bytes += bytes.length
    return { objectId, stored: 'new' }
  }

  /** Null when an object is to be stored, its hash when it is there. @throws VaultRefusal quota_exceeded | busy */
  async #wanted(household: HouseholdId, objectId: ObjectId, size: number): Promise<Uint8Array | null> {
    const before = await this.#db
      .selectFrom('household')
      .leftJoin('object', join =>
        join.onRef('object.household', '=', 'household.id').on('object.object_id', '=', objectId),
      )
      .leftJoin('purge', join =>
        join.onRef('purge.household', '=', 'household.id').on('purge.object_id', '=', objectId),
      )
      .select(['household.bytes', 'object.sha256', 'purge.object_id as going'])
      .where('household.id', '=', household)
      .executeTakeFirstOrThrow()
    if (before.sha256) return new Uint8Array(before.sha256)
    // What is still removed under that name would take the new bytes with it.
    if (before.going) throw new VaultRefusal('busy', { retryAfter: 1 })
    if (this.#quota !== null && before.bytes + size > this.#quota)
      throw new VaultRefusal('quota_exceeded', { retryAfter: 60 })
    return null
  }

  #again(objectId: ObjectId, hash: Uint8Array, stored: Uint8Array): Stored {
    if (equal(hash, stored)) {
      this.counters.same++
      return { objectId, stored: 'same' }
    }
    this.counters.differs++
    this.#log.warn({ objectId }, 'a different object was offered under the id of a stored one')
    throw new VaultRefusal('object_differs')
  }

  /** The row and the household's totals in one statement: how many entries its chain has then, null when the row was there. */
  async #insert(household: HouseholdId, header: SegmentHeader, size: number, hash: Uint8Array): Promise<number | null> {
    const { rows } = await sql<{ entries: number }>`
      with put as (
        insert into object (household, object_id, stream, generation, leaf, kind, size, sha256, recorder, received_at)
        values (${household}, ${header.object}, ${header.stream}, ${header.generation}, ${header.leaf}, ${header.kind},
                ${size}, ${Buffer.from(hash)}, ${header.recorder}, ${this.#clock.now()})
        on conflict do nothing returning size)
      update household set objects = objects + 1, bytes = bytes + (select size from put)
      where id = ${household} and exists (select 1 from put) returning entries`.execute(this.#db)
    return rows[0]?.entries ?? null
  }
}

function readHeader(bytes: Uint8Array): SegmentHeader {
  try {
    return checkObject(bytes).header
  } catch (error) {
    if (error instanceof SegmentError) throw new VaultRefusal('bad_segment', { detail: error.message })
    throw error
  }
}

function check(state: HouseholdState, device: Device, objectId: ObjectId, header: SegmentHeader): void {
  const refuse = (detail: string): never => {
    throw new VaultRefusal('bad_segment', { detail })
  }
  // Parts of the live path are for the moment: whoever wants one kept does not mean well.
  if (isLive(header.kind)) refuse('Live parts are not stored.')
  if (header.household !== state.household) refuse('The header names another household.')
  if (header.object !== objectId) refuse('The header names another object.')
  if (header.recorder !== device.id) refuse('The header names another recorder.')
  const stream = state.streams.get(parseStreamId(header.stream))
  if (!stream)
    throw new VaultRefusal('bad_segment', { detail: 'The header names a stream that the household has not got.' })
  if (!canRecord(state, device.id, stream.id)) throw new VaultRefusal('not_allowed')
  if (generationOf(stream, header.leaf) !== header.generation) refuse('The leaf does not belong to that generation.')
}
