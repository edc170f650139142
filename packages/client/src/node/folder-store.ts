import { statSync } from 'node:fs'
import { open, readdir, readFile, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { ClientError } from '../errors.ts'
import { Mutex } from '../mutex.ts'
import { isStoreName, type Store } from '../store.ts'
import { eraseFile, eraseTemporaries, isMissing, makeFolder, writeDurable } from './durable.ts'
import { waitForLock } from './lock.ts'

/** Secret values lie in files `name.~N`; the highest N is the value, lower ones are what a crash left to be erased. */
const VERSION = /\.~(\d+)$/

/** Folders with secrets. A hub keeps its spool in the same folder. */
const SWEPT = new Set(['keys', 'new-trees', 'prekeys', 'sent', 'chain', 'sealed'])
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

/** What a file holds, if it still has its name after the reading: then nobody had begun to overwrite it. */
async function readStill(path: string): Promise<Uint8Array | null> {
  try {
    const handle = await open(path, 'r')
    try {
      const bytes = new Uint8Array(await handle.readFile())
      return (await handle.stat()).ino === (await stat(path)).ino ? bytes : null
    } finally {
      await handle.close()
    }
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
    await makeFolder(folder)
    const store = new FolderStore(folder)
    await store.exclusive('sweep', () => store.#sweep(folder))
    return store
  }

  async read(name: string): Promise<Uint8Array | null> {
    const path = this.#path(name)
    for (let attempt = 0; attempt < READ_ATTEMPTS; attempt++) {
      const newest = (await this.#versions(path)).at(-1)
      if (newest === undefined) {
        const bytes = await readOrNull(path)
        // While names change, a listing may miss the old one and the new one.
        if ((await this.#versions(path)).length === 0) return bytes
        continue
      }
      const bytes = await readStill(`${path}.~${newest}`)
      if (bytes !== null) return bytes
    }
    throw new ClientError('home_locked', name)
  }

  async write(name: string, bytes: Uint8Array): Promise<void> {
    const path = this.#path(name)
    await makeFolder(dirname(path))
    await writeDurable(path, bytes)
  }

  async writeSecret(name: string, bytes: Uint8Array): Promise<void> {
    const path = this.#path(name)
    await makeFolder(dirname(path))
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
    return [...(await this.#newest(prefix)).keys()].sort()
  }

  async marks(prefix: string): Promise<ReadonlyMap<string, string>> {
    const marks = new Map<string, string>()
    for (const [name, file] of await this.#newest(prefix)) {
      // Versions begin anew after an erasure; with when and where the file was made no two are the same.
      const info = statSync(join(this.folder, file), { bigint: true, throwIfNoEntry: false })
      if (info !== undefined) marks.set(name, `${file} ${info.ino} ${info.mtimeNs}`)
    }
    return marks
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

  /** The file that is each value's, by name. */
  async #newest(prefix: string): Promise<ReadonlyMap<string, string>> {
    const newest = new Map<string, { file: string; version: number }>()
    const folder = prefix.includes('/') ? prefix.slice(0, prefix.lastIndexOf('/')) : ''
    await this.#walk(folder, prefix, file => {
      const version = Number(VERSION.exec(file)?.[1] ?? 0)
      const name = file.replace(VERSION, '')
      if (!name.startsWith(prefix) || !isStoreName(name)) return
      if (version >= (newest.get(name)?.version ?? 0)) newest.set(name, { file, version })
    })
    return new Map([...newest].map(([name, { file }]) => [name, file]))
  }

  async #walk(relative: string, prefix: string, visit: (name: string) => void): Promise<void> {
    const folder = join(this.folder, relative)
    const entries = await readdir(folder, { withFileTypes: true }).catch((error: unknown) => {
      if (isMissing(error)) return []
      throw error
    })
    for (const entry of entries) {
      const name = relative === '' ? entry.name : `${relative}/${entry.name}`
      if (name === 'locks') continue
      if (!entry.isDirectory()) visit(name)
      else if (name.startsWith(prefix) || prefix.startsWith(`${name}/`)) await this.#walk(name, prefix, visit)
    }
  }

  /** Finishes erasures, here and in the folders of the store's own values; others may keep their files beside them. */
  async #sweep(folder: string): Promise<void> {
    await eraseTemporaries(folder)
    const versions = new Map<string, number[]>()
    for (const file of await readdir(folder, { withFileTypes: true })) {
      if (file.isDirectory() && (folder !== this.folder || SWEPT.has(file.name)))
        await this.#sweep(join(folder, file.name))
      const version = Number(VERSION.exec(file.name)?.[1] ?? Number.NaN)
      const bare = file.name.replace(VERSION, '')
      if (!Number.isNaN(version)) versions.set(bare, [...(versions.get(bare) ?? []), version])
    }
    for (const [bare, all] of versions) {
      const keep = Math.max(...all)
      for (const version of all) if (version < keep) await eraseFile(join(folder, `${bare}.~${version}`))
    }
  }
}
