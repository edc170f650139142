import { applyEntry, verifyEntry } from '@hausrecht/chain/apply'
import { decodeEntry, type Entry, type VerifiedEntry } from '@hausrecht/chain/entry'
import { ChainError, REJECTIONS } from '@hausrecht/chain/errors'
import type { HouseholdState } from '@hausrecht/chain/state'
import { LIMITS } from '@hausrecht/contract/limits'
import type { Appended } from '@hausrecht/contract/schemas'
import { toHex } from '@hausrecht/crypto/bytes'
import { type CborValue, decode, encode } from '@hausrecht/crypto/cbor'
import { CryptoError } from '@hausrecht/crypto/errors'
import type { HouseholdId } from '@hausrecht/crypto/ids'
import type { Transaction } from 'kysely'
import type { Clock } from '../config.ts'
import type { Database } from '../db/connect.ts'
import type { Tables } from '../db/schema.ts'
import { VaultRefusal } from '../errors.ts'
import type { Sequencer } from '../log/sequencer.ts'

/** What the chain says of a household, and how many control entries that took. */
type Known = { readonly state: HouseholdState; readonly entries: number }

type OnEntry = (household: HouseholdId, entry: Entry, state: HouseholdState) => void
type InTransaction = (tx: Transaction<Tables>, household: HouseholdId, entry: Entry) => Promise<void>

/** Keeps so many households in memory; the others are read again when they come back. */
const CACHE_MAX = 10_000
/** An entry's own clock may be off by a day: devices are not watches. */
const ENTRY_SKEW_MS = 24 * 3600_000

/** The chains: every household's state, and the one way to add to it. */
export class Households {
  readonly #db: Database
  readonly #sequencer: Sequencer
  readonly #clock: Clock
  readonly #vaultKey: Uint8Array
  readonly #origin: string
  readonly #known = new Map<HouseholdId, Known>()
  /** The state as it will be when the transaction commits. */
  readonly #ahead = new WeakMap<Transaction<Tables>, Known>()
  readonly #listeners = new Set<OnEntry>()
  readonly #inside = new Set<InTransaction>()
  readonly #waiters = new Map<HouseholdId, Set<() => void>>()

  constructor(options: { db: Database; sequencer: Sequencer; clock: Clock; vaultKey: Uint8Array; origin: string }) {
    this.#db = options.db
    this.#sequencer = options.sequencer
    this.#clock = options.clock
    this.#vaultKey = options.vaultKey
    this.#origin = options.origin
  }

  /**
   * Called in the transaction that makes an entry durable: what must not be lost between the two belongs here. It may refuse the entry
   * with a `VaultRefusal` as long as it has written nothing.
   */
  inTransaction(work: InTransaction): void {
    this.#inside.add(work)
  }

  /** Called after an entry is durable, with the state that it made. */
  onEntry(listener: OnEntry): void {
    this.#listeners.add(listener)
  }

  /** @throws VaultRefusal unknown_household */
  async state(household: HouseholdId): Promise<HouseholdState> {
    return (await this.#load(household)).state
  }

  /** As memory has it now, without waiting; null when it would have to be read. */
  known(household: HouseholdId): HouseholdState | null {
    return this.#known.get(household)?.state ?? null
  }

  /** As it is after so many entries at least, which are durable already. @throws VaultRefusal unknown_household */
  async stateAt(household: HouseholdId, entries: number): Promise<HouseholdState> {
    const known = this.#known.get(household)
    if (known && known.entries < entries) this.#known.delete(household)
    return (await this.#load(household)).state
  }

  async #load(household: HouseholdId, db: Database = this.#db): Promise<Known> {
    const known = this.#known.get(household)
    if (known) return known
    const rows = await db
      .selectFrom('entry')
      .select('data')
      .where('household', '=', household)
      .orderBy('place')
      .execute()
    let state: HouseholdState | null = null
    for (const row of rows) {
      // Checked when it was accepted; a changed database is noticed by the devices, which check every signature themselves.
      const entry = decodeEntry(new Uint8Array(row.data)) as VerifiedEntry
      const applied = applyEntry(state, entry)
      if (!applied.ok) throw new Error(`stored chain of ${household} breaks its rules: ${applied.code}`)
      state = applied.state
    }
    if (!state) throw new VaultRefusal('unknown_household')
    const loaded = { state, entries: rows.length }
    this.#remember(household, loaded)
    return loaded
  }

  #remember(household: HouseholdId, known: Known): void {
    // What was read before an entry came must not replace what is known since.
    if ((this.#known.get(household)?.entries ?? 0) > known.entries) return
    if (this.#known.size >= CACHE_MAX) this.#known.delete(this.#known.keys().next().value ?? household)
    this.#known.set(household, known)
  }

  /** Founds a household. @throws VaultRefusal bad_entry | household_exists | entry_rejected */
  async create(bytes: Uint8Array): Promise<Appended> {
    const entry = parseEntry(bytes)
    const { statement } = entry
    if (statement.type !== 'genesis')
      throw new VaultRefusal('bad_entry', { detail: 'A household begins with its genesis.' })
    if (toHex(statement.vaultKey) !== toHex(this.#vaultKey) || statement.origin !== this.#origin)
      throw new VaultRefusal('entry_rejected', {
        detail: 'The genesis names another vault.',
        info: { reason: 'other_vault' },
      })
    await this.#check(null, entry)
    await this.#db
      .insertInto('household')
      .values({
        id: statement.household,
        created_at: this.#clock.now(),
        log_size: 0,
        frontier: new Uint8Array(0),
        checkpoint: '',
        entries: 0,
        objects: 0,
        bytes: 0,
      })
      .onConflict(conflict => conflict.doNothing())
      .execute()
    return this.#append(statement.household, entry, null)
  }

  /** Appends a control entry; the body is CBOR [entry, sealed payload or null]. @throws VaultRefusal */
  async append(household: HouseholdId, body: Uint8Array): Promise<Appended> {
    let parts: CborValue
    try {
      parts = decode(body, LIMITS.entryBytes)
    } catch {
      throw new VaultRefusal('bad_entry', { detail: 'The body is not deterministic CBOR.' })
    }
    const [bytes, payload, ...rest] = Array.isArray(parts) ? parts : []
    const payloadFits = payload === null || (payload instanceof Uint8Array && payload.length <= LIMITS.payloadBytes)
    if (!(bytes instanceof Uint8Array) || !payloadFits || rest.length > 0)
      throw new VaultRefusal('bad_entry', { detail: 'The body is not [entry, payload].' })
    const entry = parseEntry(bytes)
    if ((entry.commitment === null) !== (payload === null))
      throw new VaultRefusal('bad_entry', {
        detail: 'A payload comes with its commitment, and a commitment with its payload.',
      })
    return this.#append(household, entry, payload ?? null)
  }

  async #check(state: HouseholdState | null, entry: Entry): Promise<VerifiedEntry> {
    if (Math.abs(entry.time - this.#clock.now()) > ENTRY_SKEW_MS)
      throw new VaultRefusal('bad_entry', { detail: 'The entry’s clock is off by more than a day.' })
    try {
      return await verifyEntry(state, entry)
    } catch (error) {
      if (error instanceof ChainError) throw new VaultRefusal('bad_entry', { detail: error.message })
      throw error
    }
  }

  async #append(household: HouseholdId, entry: Entry, payload: Uint8Array | null): Promise<Appended> {
    let place = 0
    const logged = await this.#sequencer.append(household, async (tx, logIndex) => {
      const before = this.#ahead.get(tx) ?? (await this.#current(tx, household, entry))
      const applied = applyEntry(before?.state ?? null, await this.#check(before?.state ?? null, entry))
      if (!applied.ok) throw rejection(applied.code, before?.state ?? null)
      place = before?.entries ?? 0
      const after = { state: applied.state, entries: place + 1 }
      // Before anything is written: others share the transaction, so a refusal does not undo it.
      for (const work of this.#inside) await work(tx, household, entry)
      await tx
        .insertInto('entry')
        .values({ household, place, log_index: logIndex, data: entry.bytes, payload })
        .execute()
      await tx.updateTable('household').set({ entries: after.entries }).where('id', '=', household).execute()
      this.#ahead.set(tx, after)
      return {
        leaf: entry.bytes,
        committed: () => {
          this.#remember(household, after)
          for (const listener of this.#listeners) listener(household, entry, after.state)
          for (const wake of this.#waiters.get(household) ?? []) wake()
        },
      }
    })
    return { sequence: place, ...logged }
  }

  /** The state under the row lock: if another vault process wrote meanwhile, memory is behind and is read again. */
  async #current(tx: Transaction<Tables>, household: HouseholdId, entry: Entry): Promise<Known | null> {
    const row = await tx.selectFrom('household').select('entries').where('id', '=', household).executeTakeFirstOrThrow()
    if (row.entries === 0) {
      if (entry.statement.type !== 'genesis') throw new VaultRefusal('unknown_household')
      return null
    }
    if (entry.statement.type === 'genesis') throw new VaultRefusal('household_exists')
    if (this.#known.get(household)?.entries !== row.entries) this.#known.delete(household)
    return this.#load(household, tx)
  }

  /** Entries from a place on; waits for the next one if there is none and `waitMs` allows. */
  async list(
    household: HouseholdId,
    from: number,
    limit: number,
    waitMs: number,
    signal: AbortSignal,
  ): Promise<Uint8Array> {
    const { entries } = await this.#load(household)
    if (from >= entries && waitMs > 0) await this.#wait(household, waitMs, signal)
    const rows = await this.#db
      .selectFrom('entry')
      .select(['data', 'log_index', 'payload'])
      .where('household', '=', household)
      .where('place', '>=', from)
      .orderBy('place')
      .limit(limit)
      .execute()
    return encode(
      rows.map(row => [new Uint8Array(row.data), row.log_index, row.payload ? new Uint8Array(row.payload) : null]),
    )
  }

  #wait(household: HouseholdId, ms: number, signal: AbortSignal): Promise<void> {
    return new Promise(resolve => {
      const waiters = this.#waiters.get(household) ?? new Set()
      this.#waiters.set(household, waiters)
      const done = (): void => {
        clearTimeout(timer)
        signal.removeEventListener('abort', done)
        waiters.delete(done)
        if (waiters.size === 0) this.#waiters.delete(household)
        resolve()
      }
      const timer = setTimeout(done, ms)
      signal.addEventListener('abort', done)
      waiters.add(done)
    })
  }

  /** Ends every long poll, for shutdown. */
  wakeAll(): void {
    for (const waiters of this.#waiters.values()) for (const wake of waiters) wake()
  }
}

function parseEntry(bytes: Uint8Array): Entry {
  try {
    return decodeEntry(bytes)
  } catch (error) {
    if (error instanceof ChainError || error instanceof CryptoError)
      throw new VaultRefusal('bad_entry', { detail: error.message })
    throw error
  }
}

function rejection(code: keyof typeof REJECTIONS, state: HouseholdState | null): VaultRefusal {
  if (code === 'chain_conflict' && state)
    return new VaultRefusal('chain_conflict', { info: { head: toHex(state.head), length: state.length } })
  if (code === 'unknown_actor') return new VaultRefusal('unknown_device')
  if (code === 'removed_actor') return new VaultRefusal('removed_device')
  return new VaultRefusal('entry_rejected', { detail: REJECTIONS[code], info: { reason: code } })
}
