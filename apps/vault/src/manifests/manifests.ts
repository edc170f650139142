import {
  encodeList,
  encodeSummaries,
  hourLeaves,
  hourOfLeaf,
  type ManifestRecord,
  manifestOf,
  type StreamSummary,
  summaryOf,
} from '@hausrecht/chain/manifest'
import { canRead } from '@hausrecht/chain/rights'
import type { Device, HouseholdState } from '@hausrecht/chain/state'
import { type DeleteRange, type Manifest, LIMITS as RULES } from '@hausrecht/chain/types'
import { encode } from '@hausrecht/crypto/cbor'
import { type DeviceId, type HouseholdId, parseObjectId, parseStreamId, type StreamId } from '@hausrecht/crypto/ids'
import { sql } from 'kysely'
import type { Database } from '../db/connect.ts'
import { VaultRefusal } from '../errors.ts'

type Listed = StreamSummary & { readonly list: Uint8Array }

/**
 * What recorders sign by the hour: the vault lists what it holds of it, keeps that list, and takes no manifest that says something else.
 * So what is in a manifest was here, by the vault's own word. docs/formats/chain.md §Manifests
 */
export class Manifests {
  readonly #db: Database

  constructor(db: Database) {
    this.#db = db
  }

  /** The list of an hour as it is now, for its recorder to check and sign: CBOR [[stream, list] …]. @throws VaultRefusal bad_range | busy */
  async draft(state: HouseholdState, recorder: Device, hour: number): Promise<Uint8Array> {
    const streams =
      (await this.#logged(state.household, recorder.id, hour)) ?? (await this.#make(state, recorder, hour))
    return encode(streams.map(({ stream, list }) => [stream, list]))
  }

  /** In the transaction that takes the entry. @throws VaultRefusal entry_rejected */
  async accept(db: Database, household: HouseholdId, recorder: DeviceId, said: Manifest): Promise<void> {
    const { numUpdatedRows } = await db
      .updateTable('manifest')
      .set({ logged: true })
      .where('household', '=', household)
      .where('recorder', '=', recorder)
      .where('hour', '=', said.hour)
      .where('objects', '=', said.objects)
      .where('root', '=', said.root)
      .executeTakeFirst()
    if (numUpdatedRows === 1n) return
    throw new VaultRefusal('entry_rejected', {
      detail: 'The manifest is not of the list that this vault made: ask for it again.',
      info: { reason: 'manifest_differs' },
    })
  }

  /** CBOR [summaries, list of the stream or null where it has ended]. @throws VaultRefusal not_allowed | not_found */
  async get(
    state: HouseholdState,
    device: Device,
    asked: { readonly hour: number; readonly recorder: DeviceId; readonly stream: StreamId },
  ): Promise<Uint8Array> {
    if (!canRead(state, device.id, asked.stream, hourLeaves(asked.hour).lo)) throw new VaultRefusal('not_allowed')
    const rows = await this.#db
      .selectFrom('manifest_list as row')
      .innerJoin('manifest', join =>
        join
          .onRef('manifest.household', '=', 'row.household')
          .onRef('manifest.recorder', '=', 'row.recorder')
          .onRef('manifest.hour', '=', 'row.hour'),
      )
      .select(['row.stream', 'row.objects', 'row.root'])
      .select(sql<Uint8Array | null>`case when row.stream = ${asked.stream} then row.list end`.as('list'))
      .where('row.household', '=', state.household)
      .where('row.recorder', '=', asked.recorder)
      .where('row.hour', '=', asked.hour)
      .where('manifest.logged', '=', true)
      .execute()
    if (rows.length === 0) throw new VaultRefusal('not_found')
    const own = rows.find(row => row.stream === asked.stream)
    const summaries = rows.map(({ stream, objects, root }) => ({
      stream: parseStreamId(stream),
      objects,
      root: new Uint8Array(root),
    }))
    return encode([encodeSummaries(summaries), own?.list ? new Uint8Array(own.list) : null])
  }

  /** Null when the hour is not in the log. */
  async #logged(household: HouseholdId, recorder: DeviceId, hour: number): Promise<readonly Listed[] | null> {
    const rows = await this.#db
      .selectFrom('manifest_list as row')
      .innerJoin('manifest', join =>
        join
          .onRef('manifest.household', '=', 'row.household')
          .onRef('manifest.recorder', '=', 'row.recorder')
          .onRef('manifest.hour', '=', 'row.hour'),
      )
      .select(['row.stream', 'row.objects', 'row.root', 'row.list'])
      .where('row.household', '=', household)
      .where('row.recorder', '=', recorder)
      .where('row.hour', '=', hour)
      .where('manifest.logged', '=', true)
      .execute()
    if (rows.length === 0) return null
    return rows.map(({ stream, objects, root, list }) => ({
      stream: parseStreamId(stream),
      objects,
      root: new Uint8Array(root),
      list: new Uint8Array(list ?? []),
    }))
  }

  async #make(state: HouseholdState, { id: recorder }: Device, hour: number): Promise<readonly Listed[]> {
    const { household } = state
    const byStream = new Map<StreamId, ManifestRecord[]>()
    for (const row of await this.#rows(state, recorder, hour)) {
      const stream = parseStreamId(row.stream)
      const { leaf, size: length } = row
      const record = { leaf, object: parseObjectId(row.object_id), sha256: new Uint8Array(row.sha256), length }
      const records = byStream.get(stream)
      if (records) records.push(record)
      else byStream.set(stream, [record])
    }
    const streams = [...byStream].map(([stream, records]) => {
      const list = encodeList(records)
      return { ...summaryOf(stream, list), list }
    })
    if (streams.length === 0) return []
    const { objects, root } = manifestOf(streams)
    await this.#db.transaction().execute(async tx => {
      const { numDeletedRows } = await tx
        .deleteFrom('manifest')
        .where('household', '=', household)
        .where('recorder', '=', recorder)
        .where('hour', '=', hour)
        .where('logged', '=', false)
        .executeTakeFirst()
      if (numDeletedRows === 1n)
        await tx
          .deleteFrom('manifest_list')
          .where('household', '=', household)
          .where('recorder', '=', recorder)
          .where('hour', '=', hour)
          .execute()
      const { numInsertedOrUpdatedRows } = await tx
        .insertInto('manifest')
        .values({ household, recorder, hour, objects, root })
        .onConflict(conflict => conflict.doNothing())
        .executeTakeFirst()
      // Asked for twice at once, or signed meanwhile.
      if (numInsertedOrUpdatedRows !== 1n) throw new VaultRefusal('busy', { retryAfter: 1 })
      for (const { stream, objects: count, root: own, list } of streams)
        await tx
          .insertInto('manifest_list')
          .values({ household, recorder, hour, stream, objects: count, root: own, list })
          .execute()
    })
    return streams
  }

  async #rows({ household, streams }: HouseholdState, recorder: DeviceId, hour: number) {
    const { lo, hi } = hourLeaves(hour)
    const own = [...streams.values()].filter(stream => stream.recorder === recorder).map(({ id }) => id)
    if (own.length === 0) return []
    const rows = await this.#db
      .selectFrom('object')
      .select(['stream', 'leaf', 'object_id', 'sha256', 'size'])
      .where('household', '=', household)
      .where('stream', 'in', own)
      .where('leaf', '>=', lo)
      .where('leaf', '<=', hi)
      .where('recorder', '=', recorder)
      .limit(RULES.manifestObjects + 1)
      .execute()
    if (rows.length > RULES.manifestObjects)
      throw new VaultRefusal('bad_range', { detail: `A manifest has at most ${RULES.manifestObjects} objects.` })
    return rows
  }
}

/** Lists of hours that lie in a range as a whole say nothing any more that is worth keeping. */
export async function forgetLists(db: Database, household: HouseholdId, ranges: readonly DeleteRange[]): Promise<void> {
  for (const { stream, lo, hi } of ranges) {
    const first = hourOfLeaf(lo) + (hourLeaves(hourOfLeaf(lo)).lo < lo ? 1 : 0)
    const last = hourOfLeaf(hi) - (hourLeaves(hourOfLeaf(hi)).hi > hi ? 1 : 0)
    if (first > last) continue
    await db
      .updateTable('manifest_list')
      .set({ list: null })
      .where('household', '=', household)
      .where('hour', '>=', first)
      .where('hour', '<=', last)
      .where('list', 'is not', null)
      .where(stream === null ? sql<boolean>`true` : sql<boolean>`stream = ${stream}`)
      .execute()
  }
}
