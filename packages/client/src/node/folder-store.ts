import { mkdir, readdir, readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { ClientError } from '../errors.ts'
import { Mutex } from '../mutex.ts'
import { isStoreName, type Store } from '../store.ts'
import { eraseFile, eraseTemporaries, FOLDER_MODE, isMissing, writeDurable } from './durable.ts'
import { waitForLock } from './lock.ts'

/** Secret values lie in files `name.~N`; the highest N is the value, lower ones are what a crash left to be erased. */
const VERSION = /\.~(\d+)$/

/** Folders with secrets. A hub keeps its spool in the same folder. */
const SWEPT = new Set(['keys', 'new-trees', 'prekeys', 'sent', 'chain'])
/** How often a read begins again because another process replaces the value at that moment. */
const READ_ATTEMPTS = 16

async function readOrNull(path: string): Promise<Uint8Array | null> {
  try {
    return new Uint8Array(await readFile(path))
  } catch (error) {
    if (isMissing(error)) return null
    throw error
  }
}

/** A store in a folder of its own (0700, files 0600). Several processes may use it at once. */
export class FolderStore implements Store {
  readonly folder: string
  readonly #locks = new Map<string, Mutex>()

  private constructor(folder: string) {
    this.folder = folder
  }

  /** Creates the folder if needed and finishes erasures that a crash interrupted. */
  static async open(folder: string): Promise<FolderStore> {
    await mkdir(folder, { recursive: true, mode: FOLDER_MODE })
    const store = new FolderStore(folder)
    await store.exclusive('sweep', () => store.#sweep(folder))
    return store
  }

  async read(name: string): Promise<Uint8Array | null> {
    const path = this.#path(name)
    for (let attempt = 0; attempt < READ_ATTEMPTS; attempt++) {
      const newest = (await this.#versions(path)).at(-1)
      const bytes = await readOrNull(newest === undefined ? path : `${path}.~${newest}`)
      // A secret's old version is erased only after a newer one has its name: if there is none, what was read is whole.
      if ((await this.#versions(path)).at(-1) === newest) return bytes
    }
    throw new ClientError('home_locked', name)
  }

  async write(name: string, bytes: Uint8Array): Promise<void> {
    const path = this.#path(name)
    await mkdir(dirname(path), { recursive: true, mode: FOLDER_MODE })
    await writeDurable(path, bytes)
  }

  async writeSecret(name: string, bytes: Uint8Array): Promise<void> {
    const path = this.#path(name)
    await mkdir(dirname(path), { recursive: true, mode: FOLDER_MODE })
    const old = await this.#versions(path)
    await writeDurable(`${path}.~${(old.at(-1) ?? 0) + 1}`, bytes)
    for (const version of old) await eraseFile(`${path}.~${version}`)
  }

  async erase(name: string): Promise<void> {
    const path = this.#path(name)
    // Oldest first: a crash in between must not bring an older value back.
    for (const version of await this.#versions(path)) await eraseFile(`${path}.~${version}`)
    await eraseFile(path)
  }

  async list(prefix: string): Promise<readonly string[]> {
    const names = new Set<string>()
    const folder = prefix.includes('/') ? prefix.slice(0, prefix.lastIndexOf('/')) : ''
    await this.#walk(folder, name => {
      const bare = name.replace(VERSION, '')
      if (bare.startsWith(prefix) && isStoreName(bare)) names.add(bare)
    })
    return [...names].sort()
  }

  async exclusive<T>(name: string, work: () => Promise<T>): Promise<T> {
    const path = join(this.folder, 'locks', name)
    let mutex = this.#locks.get(name)
    if (mutex === undefined) {
      mutex = new Mutex()
      this.#locks.set(name, mutex)
    }
    return mutex.run(async () => {
      const release = await waitForLock(path)
      try {
        return await work()
      } finally {
        release()
      }
    })
  }

  #path(name: string): string {
    if (!isStoreName(name)) throw new ClientError('bad_argument', 'store name')
    return join(this.folder, name)
  }

  /** The versions of a secret that exist, ascending. */
  async #versions(path: string): Promise<number[]> {
    const prefix = `${path.slice(dirname(path).length + 1)}.~`
    let names: string[]
    try {
      names = await readdir(dirname(path))
    } catch (error) {
      if (isMissing(error)) return []
      throw error
    }
    return names
      .filter(name => name.startsWith(prefix) && VERSION.test(name))
      .map(name => Number(name.slice(prefix.length)))
      .filter(version => Number.isSafeInteger(version))
      .sort((a, b) => a - b)
  }

  async #walk(relative: string, visit: (name: string) => void): Promise<void> {
    const folder = join(this.folder, relative)
    const entries = await readdir(folder, { withFileTypes: true }).catch((error: unknown) => {
      if (isMissing(error)) return []
      throw error
    })
    for (const entry of entries) {
      const name = relative === '' ? entry.name : `${relative}/${entry.name}`
      if (name === 'locks') continue
      if (entry.isDirectory()) await this.#walk(name, visit)
      else visit(name)
    }
  }

  /** Finishes erasures, here and in the folders of the store's own values; others may keep their files beside them. */
  async #sweep(folder: string): Promise<void> {
    await eraseTemporaries(folder)
    const newest = new Map<string, number>()
    for (const file of await readdir(folder, { withFileTypes: true })) {
      if (file.isDirectory() && folder === this.folder && SWEPT.has(file.name))
        await this.#sweep(join(folder, file.name))
      const version = Number(VERSION.exec(file.name)?.[1] ?? Number.NaN)
      const bare = file.name.replace(VERSION, '')
      if (!Number.isNaN(version)) newest.set(bare, Math.max(version, newest.get(bare) ?? 0))
    }
    for (const [bare, keep] of newest) {
      for (const version of await this.#versions(join(folder, bare))) {
        if (version < keep) await eraseFile(join(folder, `${bare}.~${version}`))
      }
    }
  }
}
