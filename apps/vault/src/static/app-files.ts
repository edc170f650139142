import { readdir, readFile, stat } from 'node:fs/promises'
import { extname, join, relative, sep } from 'node:path'
import { toHex } from '@hausrecht/crypto/bytes'
import { sha256 } from '@hausrecht/crypto/hash'
import { StartError } from '../errors.ts'

const TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.ico': 'image/x-icon',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain; charset=utf-8',
  '.wasm': 'application/wasm',
  '.webmanifest': 'application/manifest+json',
  '.webp': 'image/webp',
  '.woff2': 'font/woff2',
}
/** Compressed when the app was built, best first; each stands beside the file it is made of. */
const ENCODINGS = [
  ['br', '.br'],
  ['gzip', '.gz'],
] as const
type Encoding = (typeof ENCODINGS)[number][0]

export type AppFile = {
  readonly type: string
  readonly etag: string
  /** Its name has a hash of what is in it: it never changes. */
  readonly isImmutable: boolean
  readonly bytes: Uint8Array
  readonly packed: ReadonlyMap<Encoding, Uint8Array>
}

const INDEX = '/index.html'

/**
 * The built app, in memory: a request can name nothing but what lay in the folder. It is read again when it has been built again.
 */
export class AppFiles {
  readonly #dir: string
  #files: ReadonlyMap<string, AppFile>
  #builtAt: number

  private constructor(dir: string, files: ReadonlyMap<string, AppFile>, builtAt: number) {
    this.#dir = dir
    this.#files = files
    this.#builtAt = builtAt
  }

  /** @throws StartError app */
  static async open(dir: string): Promise<AppFiles> {
    try {
      return new AppFiles(dir, await load(dir), await builtAt(dir))
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error)
      throw new StartError('app', `The app in ${dir} cannot be read: ${why}`)
    }
  }

  /** The file at a path of the address; the app itself for its pages' addresses; null when there is nothing. */
  async find(path: string): Promise<AppFile | null> {
    // An address of the API is never one of the app, whatever the router of the app knows.
    if (path === '/v1' || path.startsWith('/v1/') || path === '/metrics') return null
    const file = path === '/' ? undefined : this.#files.get(path)
    if (file?.isImmutable) return file
    await this.#refresh()
    const name = path.slice(path.lastIndexOf('/') + 1)
    return this.#files.get(path) ?? (name.includes('.') ? null : (this.#files.get(INDEX) ?? null))
  }

  /** While the app is being built anew, the one before goes on. */
  async #refresh(): Promise<void> {
    try {
      const time = await builtAt(this.#dir)
      if (time === this.#builtAt) return
      this.#files = await load(this.#dir)
      this.#builtAt = time
    } catch {
      // Not there right now: later.
    }
  }
}

const builtAt = async (dir: string): Promise<number> => (await stat(join(dir, INDEX))).mtimeMs

async function load(dir: string): Promise<ReadonlyMap<string, AppFile>> {
  const entries = await readdir(dir, { recursive: true, withFileTypes: true })
  const raw = new Map<string, Uint8Array>()
  for (const entry of entries) {
    if (!entry.isFile()) continue
    const path = join(entry.parentPath, entry.name)
    raw.set(`/${relative(dir, path).split(sep).join('/')}`, new Uint8Array(await readFile(path)))
  }
  const isPacked = (name: string): boolean =>
    ENCODINGS.some(([, ending]) => name.endsWith(ending) && raw.has(name.slice(0, -ending.length)))
  const files = new Map<string, AppFile>()
  for (const [name, bytes] of raw) {
    if (isPacked(name)) continue
    const packed = new Map<Encoding, Uint8Array>()
    for (const [encoding, ending] of ENCODINGS) {
      const found = raw.get(name + ending)
      if (found) packed.set(encoding, found)
    }
    files.set(name, {
      type: TYPES[extname(name)] ?? 'application/octet-stream',
      etag: `"${toHex(sha256(bytes)).slice(0, 32)}"`,
      isImmutable: name.startsWith('/assets/'),
      bytes,
      packed,
    })
  }
  if (!files.has(INDEX)) throw new Error('there is no index.html')
  return files
}
