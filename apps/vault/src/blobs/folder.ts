import { type FileHandle, mkdir, open, readdir, rename, rm, stat, statfs, unlink } from 'node:fs/promises'
import { join } from 'node:path'
import { toHex } from '@hausrecht/crypto/bytes'
import { randomBytes } from '@hausrecht/crypto/random'
import { errnoOf, VaultRefusal } from '../errors.ts'
import { type BlobName, type BlobStore, LAST_ID } from './blob-store.ts'

const missing = (error: unknown): boolean => errnoOf(error) === 'ENOENT'

/**
 * Blobs leave so much of the disk free: the database mostly lies on the same one, and without room for two segments of its log
 * (16 MiB each) not even the order that would make room could be written.
 */
export const RESERVE_BYTES = 48 * 1024 * 1024

/** Of RFC 4648 base32, as in ids. */
const ID_LETTERS = 'abcdefghijklmnopqrstuvwxyz234567'

/** How long the room that was found is believed in, less what was written since. */
const SPACE_KNOWN_MS = 1000

/** Null when it went while it was looked at. */
const writtenAt = (path: string, object: string): Promise<{ object: string; at: number } | null> =>
  stat(path).then(
    ({ mtimeMs }) => ({ object, at: mtimeMs }),
    error => {
      if (missing(error)) return null
      throw error
    },
  )

/** A folder: temporary file, rename, fsync of the file and of the folder. Objects lie in 1024 folders a household. */
export async function folderStore(dir: string, reserve: number = RESERVE_BYTES): Promise<BlobStore> {
  const temporary = join(dir, 'tmp')
  // What lies here was never acknowledged.
  await rm(temporary, { recursive: true, force: true })
  await mkdir(temporary, { recursive: true, mode: 0o700 })
  const made = new Map<string, Promise<void>>()
  const folderOf = (name: BlobName): string => join(dir, name.household, name.object.slice(0, 2))
  const pathOf = (name: BlobName): string => join(folderOf(name), name.object)

  const syncFolder = async (path: string): Promise<void> => {
    const handle = await open(path, 'r')
    await handle.sync().finally(() => handle.close())
  }

  /** A household's folders are made all at once, when its first object comes: one by one, each would cost an fsync of its own. */
  const makeFolders = async (household: string): Promise<void> => {
    const path = join(dir, household)
    await mkdir(path, { recursive: true, mode: 0o700 })
    for (const first of ID_LETTERS)
      await Promise.all(
        [...ID_LETTERS].map(second => mkdir(join(path, first + second), { recursive: true, mode: 0o700 })),
      )
    await syncFolder(path)
    await syncFolder(dir)
  }

  const ready = (household: string): Promise<void> => {
    let making = made.get(household)
    if (!making) {
      making = makeFolders(household)
      made.set(household, making)
      making.catch(() => made.delete(household))
    }
    return making
  }

  /** One fsync and one listing for all that goes from a folder. */
  const emptyOf = async (
    folder: string,
    names: readonly BlobName[],
  ): Promise<readonly { readonly name: BlobName; readonly reason: string }[]> => {
    try {
      await Promise.all(names.map(name => unlink(pathOf(name)).catch(rethrow)))
      await syncFolder(folder)
      const listed = new Set(await readdir(folder))
      return names.filter(({ object }) => listed.has(object)).map(name => ({ name, reason: 'it is still there' }))
    } catch (error) {
      if (missing(error)) return []
      return names.map(name => ({ name, reason: String(error) }))
    }
  }
  const rethrow = (error: unknown): void => {
    if (!missing(error)) throw error
  }

  let space = { free: 0, until: 0 }
  const checkSpace = async (length: number): Promise<void> => {
    if (performance.now() > space.until || space.free < reserve + length) {
      const { bavail, bsize } = await statfs(temporary)
      space = { free: bavail * bsize, until: performance.now() + SPACE_KNOWN_MS }
    }
    if (space.free < reserve + length) throw new VaultRefusal('storage_full', { retryAfter: 30 })
    space.free -= length
  }

  return {
    async put(name, bytes, leave) {
      // Whoever looks may say no before anybody waits for it.
      leave?.catch(() => undefined)
      if (reserve > 0) await checkSpace(bytes.length)
      const folder = folderOf(name)
      const part = join(temporary, toHex(randomBytes(12)))
      let file: FileHandle | undefined
      let place: FileHandle | undefined
      try {
        await ready(name.household)
        place = await open(folder, 'r')
        file = await open(part, 'wx', 0o600)
        await file.writeFile(bytes)
        await leave
        await rename(part, pathOf(name))
        // Together, so that a journaling file system commits once. A half-written file may have the name after a power cut, but
        // no row speaks of it, and the next upload replaces it.
        await Promise.all([file.sync(), place.sync()])
      } catch (error) {
        if (missing(error)) made.delete(name.household)
        await rm(part, { force: true })
        throw error
      } finally {
        await Promise.all([file?.close(), place?.close()])
      }
    },

    async get(name, range) {
      const file = await open(pathOf(name), 'r').catch(error => {
        if (missing(error)) return null
        throw error
      })
      if (!file) return null
      try {
        const { size } = await file.stat()
        const start = Math.min(range?.start ?? 0, size)
        const bytes = new Uint8Array(Math.max(0, Math.min(range?.end ?? size, size) - start))
        for (let at = 0; at < bytes.length; ) {
          const { bytesRead } = await file.read(bytes, at, bytes.length - at, start + at)
          if (bytesRead === 0) throw new Error('blob became shorter while it was read')
          at += bytesRead
        }
        return bytes
      } finally {
        await file.close()
      }
    },

    async size(name) {
      return stat(pathOf(name)).then(
        info => info.size,
        error => {
          if (missing(error)) return null
          throw error
        },
      )
    },

    async remove(names) {
      const folders = new Map<string, BlobName[]>()
      for (const name of names) {
        const folder = folderOf(name)
        folders.set(folder, [...(folders.get(folder) ?? []), name])
      }
      const left = await Promise.all([...folders].map(([folder, those]) => emptyOf(folder, those)))
      return left.flat()
    },

    async *pages(household) {
      for (const prefix of [...ID_LETTERS].flatMap(first => [...ID_LETTERS].map(second => first + second))) {
        const folder = join(dir, household, prefix)
        const listed = await readdir(folder).catch((error: unknown) => {
          if (missing(error)) return []
          throw error
        })
        const blobs = await Promise.all(listed.map(object => writtenAt(join(folder, object), object)))
        const through = prefix + LAST_ID.slice(prefix.length)
        yield { after: prefix, through, blobs: blobs.filter(blob => blob !== null) }
      }
    },

    async check() {
      await stat(dir)
      return 'folder'
    },
  }
}
