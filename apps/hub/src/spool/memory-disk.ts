import type { SpoolFile, SpoolFs } from './fs.ts'

type Stored = { data: Uint8Array; synced: number; named: boolean }

/**
 * A disk for tests: it forgets what was not synced, tears the last write at any byte, brings back names whose removal was not
 * synced, fills up, and fails when told to.
 */
export class MemoryDisk implements SpoolFs {
  readonly #files = new Map<string, Stored>()
  readonly #removed = new Map<string, Stored>()
  /** Bytes that fit; ENOSPC beyond. */
  capacity = Number.POSITIVE_INFINITY
  /** Thrown by the next sync, once. */
  failSync: Error | null = null
  syncs = 0

  get used(): number {
    let used = 0
    for (const file of this.#files.values()) used += file.data.length
    return used
  }

  paths(): readonly string[] {
    return [...this.#files.keys()].sort()
  }

  bytes(path: string): Uint8Array {
    return this.#get(path).data
  }

  /** The disk as one process sees it; after `lose()` that process is dead and reaches nothing. */
  session(): { readonly fs: SpoolFs; lose(): void } {
    let alive = true
    const reach = <T>(work: () => T): T => {
      if (!alive) throw problem('EIO')
      return work()
    }
    const fs: SpoolFs = {
      prepare: () => this.prepare(),
      list: async dir => reach(() => this.list(dir)),
      open: async (path, mode) => {
        const file = await reach(() => this.open(path, mode))
        return {
          writev: async (buffers, position) => reach(() => file.writev(buffers, position)),
          datasync: async () => reach(() => file.datasync()),
          truncate: async length => reach(() => file.truncate(length)),
          read: async (buffer, position) => reach(() => file.read(buffer, position)),
          size: async () => reach(() => file.size()),
          close: async () => {},
        }
      },
      remove: async path => reach(() => this.remove(path)),
      size: async path => reach(() => this.size(path)),
      replace: async (path, bytes) => reach(() => this.replace(path, bytes)),
      syncDir: async () => reach(() => this.syncDir()),
    }
    return {
      fs,
      lose: () => {
        alive = false
      },
    }
  }

  /** Power cut: of everything not synced, `keep(n)` decides how many of n bytes (or names) were lucky. */
  crash(keep: (most: number) => number): void {
    for (const [path, file] of this.#files) {
      if (!file.named && keep(1) === 0) {
        this.#files.delete(path)
        continue
      }
      file.data = file.data.slice(0, file.synced + keep(Math.max(0, file.data.length - file.synced)))
      file.synced = Math.min(file.synced, file.data.length)
      file.named = true
    }
    for (const [path, file] of this.#removed) if (keep(1) === 1 && !this.#files.has(path)) this.#files.set(path, file)
    this.#removed.clear()
  }

  async prepare(): Promise<void> {}

  async list(dir: string): Promise<readonly string[]> {
    return this.paths()
      .filter(path => path.startsWith(`${dir}/`))
      .map(path => path.slice(dir.length + 1))
  }

  async open(path: string, mode: 'create' | 'read' | 'write'): Promise<SpoolFile> {
    if (mode === 'create') {
      if (this.#files.has(path)) throw problem('EEXIST')
      if (this.used >= this.capacity) throw problem('ENOSPC')
      this.#files.set(path, { data: new Uint8Array(0), synced: 0, named: false })
    }
    const file = this.#get(path)
    return {
      writev: async (buffers, position) => this.#write(file, buffers, position),
      datasync: async () => {
        this.syncs += 1
        const failure = this.failSync
        this.failSync = null
        if (failure !== null) throw failure
        file.synced = file.data.length
      },
      truncate: async length => {
        file.data = file.data.slice(0, length)
        file.synced = Math.min(file.synced, length)
      },
      read: async (buffer, position) => {
        const part = file.data.subarray(position, position + buffer.length)
        buffer.set(part)
        return part.length
      },
      size: async () => file.data.length,
      close: async () => {},
    }
  }

  async remove(path: string): Promise<void> {
    const file = this.#files.get(path)
    if (file === undefined) return
    this.#files.delete(path)
    this.#removed.set(path, file)
  }

  async size(path: string): Promise<number> {
    return this.#get(path).data.length
  }

  async replace(path: string, bytes: Uint8Array): Promise<void> {
    if (this.used + bytes.length > this.capacity) throw problem('ENOSPC')
    this.#files.set(path, { data: bytes.slice(), synced: bytes.length, named: true })
  }

  async syncDir(): Promise<void> {
    for (const file of this.#files.values()) file.named = true
    this.#removed.clear()
  }

  #get(path: string): Stored {
    const file = this.#files.get(path)
    if (file === undefined) throw problem('ENOENT')
    return file
  }

  #write(file: Stored, buffers: readonly Uint8Array[], position: number): number {
    const wanted = Buffer.concat(buffers)
    const end = position + wanted.length
    const grows = Math.max(0, end - file.data.length)
    const room = Math.max(0, this.capacity - this.used)
    const take = grows > room ? wanted.length - (grows - room) : wanted.length
    if (take <= 0) throw problem('ENOSPC')
    if (position + take > file.data.length) {
      const grown = new Uint8Array(position + take)
      grown.set(file.data)
      file.data = grown
    }
    file.data.set(wanted.subarray(0, take), position)
    return take
  }
}

function problem(code: string): Error {
  return Object.assign(new Error(code), { code })
}
