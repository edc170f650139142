import { isGone } from '@hausrecht/chain/retention'
import { canRead } from '@hausrecht/chain/rights'
import type { Device, HouseholdState } from '@hausrecht/chain/state'
import type { ObjectPage } from '@hausrecht/contract/schemas'
import { toBase64 } from '@hausrecht/crypto/bytes'
import { type HouseholdId, parseStreamId, type StreamId } from '@hausrecht/crypto/ids'
import { sql } from 'kysely'
import type { BlobStore } from '../blobs/blob-store.ts'
import type { Database } from '../db/connect.ts'
import { VaultRefusal } from '../errors.ts'
import type { Answer } from '../http/context.ts'
import type { Accesses, Token } from './access.ts'

type Row = { readonly leaf: number; readonly size: number }

/** What is stored of a stream, and the sealed bytes themselves. */
export class Objects {
  readonly counters = { served: 0, bytes: 0 }
  readonly #db: Database
  readonly #blobs: Pick<BlobStore, 'get'>
  readonly #accesses: Pick<Accesses, 'find'>
  readonly #known: (household: HouseholdId) => HouseholdState | null
  readonly #now: () => number
  readonly #rows = new Map<string, Promise<ReadonlyMap<string, Row>>>()

  constructor(options: {
    db: Database
    blobs: Pick<BlobStore, 'get'>
    accesses: Pick<Accesses, 'find'>
    /** A household's newest state, as far as this process knows it. */
    known: (household: HouseholdId) => HouseholdState | null
    now: () => number
  }) {
    this.#db = options.db
    this.#blobs = options.blobs
    this.#accesses = options.accesses
    this.#known = options.known
    this.#now = options.now
  }

  /** Rows in leaf order. @throws VaultRefusal bad_range | not_allowed */
  async list(
    state: HouseholdState,
    device: Device,
    query: { stream: StreamId; lo: number; hi: number; cursor: string | undefined; limit: number },
  ): Promise<ObjectPage> {
    const { stream, lo, hi, limit } = query
    if (lo > hi) throw new VaultRefusal('bad_range')
    if (!canRead(state, device.id, stream, lo)) throw new VaultRefusal('not_allowed')
    const after = parseCursor(query.cursor)
    const rows = await this.#db
      .selectFrom('object')
      .select(['object_id', 'generation', 'leaf', 'kind', 'size', 'sha256', 'received_at'])
      .where('household', '=', state.household)
      .where('stream', '=', stream)
      .where('leaf', '>=', lo)
      .where('leaf', '<=', hi)
      .where(after ? sql<boolean>`(leaf, object_id) > (${after.leaf}, ${after.object})` : sql<boolean>`true`)
      .orderBy('leaf')
      .orderBy('object_id')
      .limit(limit)
      .execute()
    const last = rows.at(-1)
    return {
      objects: rows.map(row => ({
        objectId: row.object_id,
        stream,
        generation: row.generation,
        leaf: row.leaf,
        kind: row.kind,
        size: row.size,
        sha256: toBase64(new Uint8Array(row.sha256)),
        receivedAt: row.received_at,
      })),
      next: last && rows.length === limit ? `${last.leaf}.${last.object_id}` : null,
    }
  }

  /** Where the objects of a token's range are, read once. What is deleted later is refused by the chain's state, not by this. */
  #rowsOf(token: string, access: Token): Promise<ReadonlyMap<string, Row>> {
    let rows = this.#rows.get(token)
    if (!rows) {
      rows = this.#db
        .selectFrom('object')
        .select(['object_id', 'leaf', 'size'])
        .where('household', '=', access.household)
        .where('stream', '=', access.stream)
        .where('leaf', '>=', access.lo)
        .where('leaf', '<=', access.hi)
        .limit(ROWS_MAX)
        .execute()
        .then(found => new Map(found.map(({ object_id, leaf, size }) => [object_id, { leaf, size }])))
      if (this.#rows.size >= TOKENS_MAX) this.#rows.delete(this.#rows.keys().next().value ?? token)
      this.#rows.set(token, rows)
      rows.catch(() => this.#rows.delete(token))
    }
    return rows
  }

  /** An object that came after the token's rows were read, or lies beyond them. @throws VaultRefusal not_found | token_invalid */
  async #row(access: Token, objectId: string): Promise<Row> {
    const row = await this.#db
      .selectFrom('object')
      .select(['stream', 'leaf', 'size'])
      .where('household', '=', access.household)
      .where('object_id', '=', objectId)
      .executeTakeFirst()
    if (!row) throw new VaultRefusal('not_found')
    if (row.stream !== access.stream || row.leaf < access.lo || row.leaf > access.hi)
      throw new VaultRefusal('token_invalid')
    return row
  }

  /** A sealed segment against the token of a logged access. @throws VaultRefusal */
  async get(
    state: HouseholdState,
    device: Device,
    objectId: string,
    token: string | undefined,
    range: string | undefined,
  ): Promise<Answer> {
    if (!token) throw new VaultRefusal('token_missing')
    const access = await this.#accesses.find(token)
    if (!access || access.household !== state.household || access.device !== device.id)
      throw new VaultRefusal('token_invalid')
    const row = (await this.#rowsOf(token, access)).get(objectId) ?? (await this.#row(access, objectId))
    const stream = parseStreamId(access.stream)
    const check = (now: HouseholdState): void => {
      if (isGone(now, stream, row.leaf, this.#now())) throw new VaultRefusal('deleted_range')
      if (!canRead(now, device.id, stream, row.leaf)) throw new VaultRefusal('not_allowed')
    }
    check(state)
    const wanted = range === undefined ? null : parseRange(range, row.size)
    const bytes = await this.#blobs.get({ household: state.household, object: objectId }, wanted ?? undefined)
    // An order, or the end of this device, may have come while the bytes were read.
    check(this.#known(state.household) ?? state)
    if (!bytes) throw new VaultRefusal('not_found', { detail: 'The bytes of this object are missing.' })
    this.counters.served++
    this.counters.bytes += bytes.length
    const headers = { 'accept-ranges': 'bytes', 'cache-control': 'no-store' }
    if (!wanted) return { body: bytes, headers }
    return {
      status: 206,
      body: bytes,
      headers: { ...headers, 'content-range': `bytes ${wanted.start}-${wanted.end - 1}/${row.size}` },
    }
  }
}

/** Rows remembered for one token, and tokens remembered: an export asks for thousands of neighbours. */
const ROWS_MAX = 5000
const TOKENS_MAX = 64

function parseCursor(cursor: string | undefined): { leaf: number; object: string } | null {
  if (cursor === undefined) return null
  const match = /^([0-9]{1,10})\.([a-z2-7]{26})$/.exec(cursor)
  if (!match) throw new VaultRefusal('bad_request', { detail: 'The cursor is not one of ours.' })
  return { leaf: Number(match[1]), object: match[2] ?? '' }
}

/** One range of bytes (RFC 9110 §14.1.2); several at once are refused. */
function parseRange(header: string, size: number): { start: number; end: number } {
  const match = /^bytes=([0-9]{0,15})-([0-9]{0,15})$/.exec(header)
  if (!match || (match[1] === '' && match[2] === ''))
    throw new VaultRefusal('bad_request', { detail: 'The Range header is malformed.' })
  const [, from, to] = match
  const start = from === '' ? Math.max(0, size - Number(to)) : Number(from)
  const end = from === '' || to === '' ? size : Math.min(size, Number(to) + 1)
  if (start >= size || start >= end) throw new VaultRefusal('range_not_satisfiable')
  return { start, end }
}
