import { AsyncLocalStorage } from 'node:async_hooks'
import type { CellClass } from '@hausrecht/chain/types'
import { fromHex, toHex, utf8 } from '@hausrecht/crypto/bytes'
import { type CborValue, decode, encode } from '@hausrecht/crypto/cbor'
import { CryptoError } from '@hausrecht/crypto/errors'
import { gcmOpen, gcmSeal } from '@hausrecht/crypto/gcm'
import { hkdfExpand256 } from '@hausrecht/crypto/hash'
import { randomBytes } from '@hausrecht/crypto/random'
import { Secret } from '@hausrecht/crypto/secret'
import { CELL_BYTES, type ErasableCell } from '../cell/erasable-cell.ts'
import { ClientError } from '../errors.ts'
import { isStoreName, type Store } from '../store.ts'

/** What is sealed: everything that opens recordings, now or when it arrives. */
export const SEALED_PREFIXES = ['keys/', 'new-trees/', 'prekeys/', 'sent/'] as const
const FOLDER = 'sealed/'
const TABLES = ['sealed/table-a', 'sealed/table-b'] as const
type TableName = (typeof TABLES)[number]
const TABLE_MAX_BYTES = 64 * 1024 * 1024
/** Each key seals one message. */
const NONCE = new Uint8Array(12)

/** A sealed value: its file and its key. */
type Place = { readonly file: string; readonly key: Uint8Array }
type Table = ReadonlyMap<string, Place>
/** What a transaction changes: null is gone. */
type Changes = Map<string, Place | null>

export const isSealedName = (name: string): boolean => SEALED_PREFIXES.some(prefix => name.startsWith(prefix))

/**
 * A store whose secrets open with one key in an erasable cell. Each value is a file under a key of its own; these keys are in a table; the
 * table opens with the cell's value and with nothing else. Every change writes a new table for a new value of the cell, so what was
 * erased, or was there before it was changed, opens on no copy of the disk any more (docs/decisions/0086).
 *
 * Order of a change: new files, new table beside the old one, the cell, and only then the old table and files go. A crash before the cell
 * leaves the old table, after it the new one; whichever the cell opens is the truth, and the rest is erased at the next opening. The first
 * table is written after the cell.
 */
export class SealedStore implements Store {
  readonly #inner: Store
  readonly #cell: ErasableCell
  readonly #transaction = new AsyncLocalStorage<Changes>()
  #table: Table = new Map()
  #name: TableName | null = null
  #mark: string | null = null

  private constructor(inner: Store, cell: ErasableCell) {
    this.#inner = inner
    this.#cell = cell
  }

  /**
   * Finishes what a crash interrupted, and takes in what lies in the open still.
   * @throws ClientError cell_unavailable | cell_mismatch: nothing was changed
   */
  static async open(inner: Store, cell: ErasableCell): Promise<SealedStore> {
    const store = new SealedStore(inner, cell)
    await inner.exclusive('cell', async () => {
      await store.#load()
      await store.#sweep()
    })
    await store.#takeIn()
    return store
  }

  get cell(): CellClass {
    return this.#cell.kind
  }

  async read(name: string): Promise<Uint8Array | null> {
    if (!isSealedName(name)) return this.#inner.read(name)
    return this.atomic(async () => {
      const place = this.#places().get(name)
      return place === undefined ? null : this.#readPlace(name, place)
    })
  }

  write(name: string, bytes: Uint8Array): Promise<void> {
    return isSealedName(name) ? this.writeSecret(name, bytes) : this.#inner.write(name, bytes)
  }

  async writeSecret(name: string, bytes: Uint8Array): Promise<void> {
    if (!isSealedName(name)) return this.#inner.writeSecret(name, bytes)
    if (!isStoreName(name)) throw new ClientError('bad_argument', 'store name')
    await this.atomic(async () => {
      const place = { file: `${FOLDER}${toHex(randomBytes(16))}`, key: randomBytes(32) }
      const sealed = await gcmSeal(Secret.from(place.key.slice()), NONCE, bytes, utf8(name))
      await this.#inner.write(place.file, sealed)
      await this.#change(name, place)
    })
  }

  async erase(name: string): Promise<void> {
    if (!isSealedName(name)) return this.#inner.erase(name)
    await this.atomic(async () => {
      if (this.#places().has(name)) await this.#change(name, null)
    })
  }

  async list(prefix: string): Promise<readonly string[]> {
    return [...(await this.marks(prefix)).keys()].sort()
  }

  async marks(prefix: string): Promise<ReadonlyMap<string, string>> {
    const open = [...(await this.#inner.marks(prefix))].filter(
      ([name]) => !name.startsWith(FOLDER) && !isSealedName(name),
    )
    const sealed = await this.atomic(async () =>
      [...this.#places()].filter(([name]) => name.startsWith(prefix)).map(([name, { file }]) => [name, file] as const),
    )
    return new Map([...open, ...sealed])
  }

  exclusive<T>(name: string, work: () => Promise<T>): Promise<T> {
    return this.#inner.exclusive(name, work)
  }

  /** All changes of `work` count together, at its end: one table, one value of the cell. When it throws, none does. */
  async atomic<T>(work: () => Promise<T>): Promise<T> {
    if (this.#transaction.getStore() !== undefined) return work()
    return this.#inner.exclusive('cell', async () => {
      await this.#refresh()
      const changes: Changes = new Map()
      let result: T
      try {
        result = await this.#transaction.run(changes, work)
      } catch (error) {
        await this.#abandon(changes)
        throw error
      }
      if (changes.size > 0) await this.#commit(changes)
      return result
    })
  }

  /** Puts everything back into the open, for a device that is to have no cell any more. */
  async unseal(): Promise<void> {
    for (const name of [...this.#table.keys()]) {
      const bytes = await this.read(name)
      if (bytes !== null) await this.#inner.writeSecret(name, bytes)
      bytes?.fill(0)
    }
    await this.#inner.exclusive('cell', async () => {
      // The table first: one that is left names files that must be there, and would count more than what lies in the open.
      for (const name of TABLES) await this.#inner.erase(name)
      for (const name of await this.#inner.list(FOLDER)) await this.#inner.erase(name)
      await this.#cell.replace(Secret.from(randomBytes(CELL_BYTES)))
    })
  }

  /** As the transaction sees it. */
  #places(): Table {
    const changes = this.#transaction.getStore()
    if (changes === undefined || changes.size === 0) return this.#table
    const places = new Map(this.#table)
    for (const [name, place] of changes)
      if (place === null) places.delete(name)
      else places.set(name, place)
    return places
  }

  /** A value that was written and replaced within one transaction was never in a table: its file goes at once. */
  async #change(name: string, place: Place | null): Promise<void> {
    const changes = this.#transaction.getStore()
    if (changes === undefined) throw new Error('no transaction')
    const before = changes.get(name)
    changes.set(name, place)
    if (!before) return
    before.key.fill(0)
    await this.#inner.erase(before.file)
  }

  async #commit(changes: Changes): Promise<void> {
    const places = new Map(this.#places0(changes))
    const next = TABLES.find(name => name !== this.#name) ?? TABLES[0]
    const before = this.#name
    using value = Secret.from(randomBytes(CELL_BYTES))
    // If something throws from here on, only the cell can say which table counts: it is asked before anything else.
    this.#mark = null
    const sealed = await sealTable(places, value)
    await this.#inner.erase(next)
    // The first table of all has no older one to fall back to: without it nothing is sealed yet, with it the cell has to open it.
    if (before === null) await this.#cell.replace(value)
    await this.#inner.write(next, sealed)
    if (before !== null) await this.#cell.replace(value)
    // From here on the new table is the truth.
    const replaced = [...changes.keys()].map(name => this.#table.get(name)).filter(place => place !== undefined)
    this.#table = places
    this.#name = next
    for (const { file, key } of replaced) {
      key.fill(0)
      await this.#inner.erase(file)
    }
    if (before !== null) await this.#inner.erase(before)
    this.#mark = await this.#markNow()
  }

  #places0(changes: Changes): Table {
    return this.#transaction.run(changes, () => this.#places())
  }

  async #abandon(changes: Changes): Promise<void> {
    for (const place of changes.values()) {
      if (place === null) continue
      place.key.fill(0)
      await this.#inner.erase(place.file)
    }
  }

  async #readPlace(name: string, { file, key }: Place): Promise<Uint8Array> {
    const sealed = await this.#inner.read(file)
    if (sealed === null) throw new ClientError('home_damaged', name)
    try {
      return await gcmOpen(Secret.from(key.slice()), NONCE, sealed, utf8(name))
    } catch (error) {
      if (error instanceof CryptoError) throw new ClientError('home_damaged', name)
      throw error
    }
  }

  /** Another process may have written a table since. */
  async #refresh(): Promise<void> {
    if ((await this.#markNow()) !== this.#mark) await this.#load()
  }

  async #markNow(): Promise<string> {
    return JSON.stringify([...(await this.#inner.marks(`${FOLDER}table-`))].sort())
  }

  async #load(): Promise<void> {
    this.#mark = await this.#markNow()
    using value = await this.#cell.read()
    const tables = new Map<TableName, Uint8Array>()
    for (const name of TABLES) {
      const sealed = await this.#inner.read(name)
      if (sealed !== null) tables.set(name, sealed)
    }
    for (const [name, sealed] of tables) {
      const table = value === null ? null : await openTable(sealed, value)
      if (table === null) continue
      for (const { key } of this.#table.values()) key.fill(0)
      this.#table = table
      this.#name = name
      return
    }
    // A table that the cell does not open is older than the cell, or of another machine.
    if (tables.size > 0) throw new ClientError('cell_mismatch')
    this.#table = new Map()
    this.#name = null
  }

  /** What no table of ours names: a change that did not happen, or what one left. Only called when the cell and the disk agree. */
  async #sweep(): Promise<void> {
    const named = new Set<string>([...this.#table.values()].map(({ file }) => file))
    if (this.#name !== null) named.add(this.#name)
    for (const name of await this.#inner.list(FOLDER)) if (!named.has(name)) await this.#inner.erase(name)
    this.#mark = await this.#markNow()
  }

  /** Secrets that lie in the open: from before there was a cell, or a crash in the middle of this. */
  async #takeIn(): Promise<void> {
    const names = (await Promise.all(SEALED_PREFIXES.map(prefix => this.#inner.list(prefix)))).flat()
    if (names.length === 0) return
    await this.atomic(async () => {
      for (const name of names) {
        const bytes = this.#places().has(name) ? null : await this.#inner.read(name)
        if (bytes !== null) await this.writeSecret(name, bytes)
        bytes?.fill(0)
      }
    })
    for (const name of names) await this.#inner.erase(name)
  }
}

const keyOfTable = (value: Secret): Secret =>
  Secret.from(value.use(bytes => hkdfExpand256(bytes, utf8('hh/cell/1'), 32)))

async function sealTable(table: Table, value: Secret): Promise<Uint8Array> {
  const rows = [...table].map(([name, { file, key }]): CborValue => [name, fromHex(file.slice(FOLDER.length)), key])
  const plain = encode(rows)
  using key = keyOfTable(value)
  const sealed = await gcmSeal(key, NONCE, plain, utf8('hh/cell/1'))
  plain.fill(0)
  return sealed
}

/** Null when this value does not open it. */
async function openTable(sealed: Uint8Array, value: Secret): Promise<Table | null> {
  using key = keyOfTable(value)
  let plain: Uint8Array
  try {
    plain = await gcmOpen(key, NONCE, sealed, utf8('hh/cell/1'))
  } catch (error) {
    if (error instanceof CryptoError) return null
    throw error
  }
  const rows = decode(plain, TABLE_MAX_BYTES)
  if (!Array.isArray(rows)) throw new ClientError('home_damaged', 'table')
  const table = new Map<string, Place>()
  for (const row of rows) {
    const [name, file, own] = Array.isArray(row) ? row : []
    if (typeof name !== 'string' || !(file instanceof Uint8Array) || !(own instanceof Uint8Array))
      throw new ClientError('home_damaged', 'table')
    table.set(name, { file: `${FOLDER}${toHex(file)}`, key: own.slice() })
  }
  plain.fill(0)
  return table
}
