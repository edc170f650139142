import { ClientError } from './errors.ts'
import { Mutex } from './mutex.ts'
import { isStoreName, type Store } from './store.ts'

/** A store that ends with the process: what a browser session has. */
export class MemoryStore implements Store {
  readonly #values = new Map<string, Uint8Array>()
  /** Which change of this store a value comes from. */
  readonly #marks = new Map<string, string>()
  #changes = 0
  readonly #locks = new Map<string, Mutex>()

  async read(name: string): Promise<Uint8Array | null> {
    return this.#values.get(check(name))?.slice() ?? null
  }

  async write(name: string, bytes: Uint8Array): Promise<void> {
    this.#values.set(check(name), bytes.slice())
    this.#marks.set(name, String(++this.#changes))
  }

  async writeSecret(name: string, bytes: Uint8Array): Promise<void> {
    await this.erase(name)
    await this.write(name, bytes)
  }

  async erase(name: string): Promise<void> {
    this.#values.get(check(name))?.fill(0)
    this.#values.delete(name)
  }

  async list(prefix: string): Promise<readonly string[]> {
    return [...this.#values.keys()].filter(name => name.startsWith(prefix)).sort()
  }

  async marks(prefix: string): Promise<ReadonlyMap<string, string>> {
    return new Map((await this.list(prefix)).map(name => [name, this.#marks.get(name) ?? '']))
  }

  exclusive<T>(name: string, work: () => Promise<T>): Promise<T> {
    const mutex = this.#locks.get(name) ?? new Mutex()
    this.#locks.set(name, mutex)
    return mutex.run(work)
  }
}

function check(name: string): string {
  if (!isStoreName(name)) throw new ClientError('bad_argument', 'store name')
  return name
}
