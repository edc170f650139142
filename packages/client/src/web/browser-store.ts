import { generateKeptKey, type KeptKey, keptSigner } from '@hausrecht/crypto/kept-key'
import { type DBSchema, type IDBPDatabase, openDB } from 'idb'
import { ClientError } from '../errors.ts'
import { MemoryStore } from '../memory-store.ts'
import { isStoreName, type KeyHolder, type Store } from '../store.ts'

/** What opens recordings is never written: it lives as long as this program (role `session`). */
const IN_MEMORY = /^(keys|new-trees|prekeys)\//
const KEY = 'device'
const VERSION = 1

type Schema = DBSchema & {
  values: { key: string; value: Uint8Array }
  keys: { key: string; value: KeptKey }
}

/**
 * A browser's store: IndexedDB for what is public or signed, memory for keys of recordings, and the device key where WebCrypto keeps
 * it. A database may leave old values on the disk, so nothing that must be erased is ever put into it (SECURITY.md).
 */
export class BrowserStore implements Store {
  readonly deviceKey: KeyHolder
  readonly #name: string
  readonly #db: IDBPDatabase<Schema>
  readonly #memory = new MemoryStore()

  private constructor(name: string, db: IDBPDatabase<Schema>) {
    this.#name = name
    this.#db = db
    this.deviceKey = {
      create: async () => {
        const kept = await generateKeptKey()
        await db.put('keys', kept, KEY)
        return keptSigner(kept)
      },
      open: async () => {
        const kept = await db.get('keys', KEY)
        return kept === undefined ? null : keptSigner(kept)
      },
      erase: () => db.delete('keys', KEY),
    }
  }

  static async open(name: string): Promise<BrowserStore> {
    const db = await openDB<Schema>(name, VERSION, {
      upgrade: fresh => {
        fresh.createObjectStore('values')
        fresh.createObjectStore('keys')
      },
    })
    return new BrowserStore(name, db)
  }

  async read(name: string): Promise<Uint8Array | null> {
    if (IN_MEMORY.test(name)) return this.#memory.read(name)
    return (await this.#db.get('values', check(name))) ?? null
  }

  async write(name: string, bytes: Uint8Array): Promise<void> {
    if (IN_MEMORY.test(name)) return this.#memory.write(name, bytes)
    const done = this.#db.transaction('values', 'readwrite', { durability: 'strict' })
    await Promise.all([done.store.put(bytes.slice(), check(name)), done.done])
  }

  /** @throws ClientError bad_argument for a secret that would be written to the disk: a mistake of ours */
  async writeSecret(name: string, bytes: Uint8Array): Promise<void> {
    if (!IN_MEMORY.test(name)) throw new ClientError('bad_argument', 'a secret outside of memory')
    await this.#memory.writeSecret(name, bytes)
  }

  async erase(name: string): Promise<void> {
    if (IN_MEMORY.test(name)) return this.#memory.erase(name)
    await this.#db.delete('values', check(name))
  }

  async list(prefix: string): Promise<readonly string[]> {
    const range = IDBKeyRange.bound(prefix, `${prefix}\uffff`)
    const stored = await this.#db.getAllKeys('values', range)
    return [...stored, ...(await this.#memory.list(prefix))].sort()
  }

  /** @throws ClientError bad_argument for values of the database: nobody watches those */
  async marks(prefix: string): Promise<ReadonlyMap<string, string>> {
    if (!IN_MEMORY.test(prefix)) throw new ClientError('bad_argument', 'marks of what is not in memory')
    return this.#memory.marks(prefix)
  }

  /** Other tabs of this browser share the store: its locks are the browser's. */
  exclusive<T>(name: string, work: () => Promise<T>): Promise<T> {
    return navigator.locks.request(`${this.#name}/${name}`, work)
  }

  /** Forgets everything. */
  async clear(): Promise<void> {
    await this.#db.clear('values')
    await this.#db.clear('keys')
    for (const name of await this.#memory.list('')) await this.#memory.erase(name)
  }
}

function check(name: string): string {
  if (!isStoreName(name)) throw new ClientError('bad_argument', 'store name')
  return name
}
