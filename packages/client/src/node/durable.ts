import { mkdir, open, readdir, rename, rm } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { toHex } from '@hausrecht/crypto/bytes'
import { randomBytes } from '@hausrecht/crypto/random'
import { livingPid, ownName } from './process.ts'

export const FILE_MODE = 0o600
export const FOLDER_MODE = 0o700
/** `<name>.<process>.<random>.tmp` */
const TEMPORARY = /\.(\d+-\d*)\.[0-9a-f]{16}\.tmp$/
const temporaryFor = (path: string): string => `${path}.${ownName}.${toHex(randomBytes(8))}.tmp`

export const isMissing = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'ENOENT'

/** Makes created, renamed and removed names of a folder durable. */
export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

/** Makes a folder and those above it, durably: a file is not safe in a folder whose name may be gone after a power cut. */
export async function makeFolder(path: string): Promise<void> {
  const first = await mkdir(path, { recursive: true, mode: FOLDER_MODE })
  if (first === undefined) return
  for (let made = resolve(path); made.length >= resolve(first).length; made = dirname(made))
    await syncFolder(dirname(made))
}

/** Replaces a file whole: temporary file, fsync, rename, fsync of the folder. */
export async function writeDurable(path: string, bytes: Uint8Array): Promise<void> {
  const temporary = temporaryFor(path)
  try {
    const handle = await open(temporary, 'wx', FILE_MODE)
    try {
      await handle.writeFile(bytes)
      await handle.sync()
    } finally {
      await handle.close()
    }
    await rename(temporary, path)
  } catch (error) {
    await rm(temporary, { force: true })
    throw error
  }
  await syncFolder(dirname(path))
}

/**
 * Removes a file's name durably, then overwrites it with zeros where it lies and frees it. The name goes first, so that nobody
 * reads a half-erased value under it; a crash in between leaves a temporary for `eraseTemporaries`. Nothing there is no error.
 */
export async function eraseFile(path: string): Promise<void> {
  const doomed = TEMPORARY.test(path) ? path : temporaryFor(path)
  if (doomed !== path) {
    try {
      await rename(path, doomed)
    } catch (error) {
      if (isMissing(error)) return
      throw error
    }
    await syncFolder(dirname(path))
  }
  const handle = await open(doomed, 'r+')
  try {
    const { size } = await handle.stat()
    await handle.write(new Uint8Array(size), 0, size, 0)
    await handle.sync()
  } finally {
    await handle.close()
  }
  await rm(doomed, { force: true })
}

/** Erases what processes that ended in the middle of a write or an erasure left in a folder. */
export async function eraseTemporaries(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    const owner = TEMPORARY.exec(name)?.[1]
    if (owner !== undefined && livingPid(owner) === null) await eraseFile(join(folder, name))
  }
}
