import { mkdir, open, readdir, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { toHex } from '@hausrecht/crypto/bytes'
import { randomBytes } from '@hausrecht/crypto/random'

const FILE_MODE = 0o600
const FOLDER_MODE = 0o700
const TEMPORARY = '.new-'

/** A folder for one user, there for good when this returns. */
export async function makeFolder(path: string): Promise<void> {
  await mkdir(path, { recursive: true, mode: FOLDER_MODE })
  await syncFolder(dirname(path))
}

/**
 * Writes a file as a whole or not at all: whatever happens, the old or the new content is there, and when this returns it is the
 * new one, after a power cut too (temporary file, fsync, rename, fsync of the folder).
 */
export async function writeDurably(path: string, content: string | Uint8Array): Promise<void> {
  const folder = dirname(path)
  const temporary = join(folder, `${TEMPORARY}${toHex(randomBytes(8))}`)
  try {
    const file = await open(temporary, 'wx', FILE_MODE)
    try {
      await file.writeFile(content)
      await file.sync()
    } finally {
      await file.close()
    }
    await rename(temporary, path)
  } catch (error) {
    await rm(temporary, { force: true })
    throw error
  }
  await syncFolder(folder)
}

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

/** Removes what a killed process left half written. Only for the one process that owns the folder. */
export async function removeLeftovers(folder: string): Promise<void> {
  for (const name of await readdir(folder))
    if (name.startsWith(TEMPORARY)) await rm(join(folder, name), { force: true })
}
