import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { toHex } from '@hausrecht/crypto/bytes'
import { randomBytes } from '@hausrecht/crypto/random'
import { ClientError } from '../errors.ts'
import { FILE_MODE, FOLDER_MODE } from './durable.ts'
import { livingPid, ownName } from './process.ts'

/** How long `waitForLock` waits for others before it gives up, in ms. */
export const LOCK_WAIT_MS = 20_000
const POLL_MIN_MS = 4
const POLL_MAX_MS = 64

/** The process that holds a lock now; null when nobody does, or when it ended without letting go (kill -9, power cut). */
export function lockOwner(path: string): number | null {
  try {
    return livingPid(readFileSync(path, 'latin1'))
  } catch {
    return null
  }
}

function tryLink(path: string): boolean {
  const mine = `${path}.${toHex(randomBytes(8))}`
  writeFileSync(mine, ownName, { mode: FILE_MODE, flag: 'wx' })
  try {
    linkSync(mine, path)
    return true
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false
    throw error
  } finally {
    rmSync(mine, { force: true })
  }
}

/**
 * Takes a lock or returns null when a living process has it. A lock left by a dead process is taken over; only the holder of a
 * second lock may remove it, after looking again, so that nobody removes a lock that was just taken.
 */
export function tryLock(path: string): (() => void) | null {
  mkdirSync(dirname(path), { recursive: true, mode: FOLDER_MODE })
  const release = (): void => rmSync(path, { force: true })
  if (tryLink(path)) return release
  if (lockOwner(path) !== null) return null
  const guard = `${path}.takeover`
  if (!tryLink(guard)) {
    if (lockOwner(guard) === null) rmSync(guard, { force: true })
    return null
  }
  try {
    if (lockOwner(path) !== null) return null
    rmSync(path, { force: true })
    return tryLink(path) ? release : null
  } finally {
    rmSync(guard, { force: true })
  }
}

/** Takes a lock for as long as this process lives. @throws ClientError home_locked with the pid of the holder */
export function takeLock(path: string): () => void {
  for (let attempt = 0; attempt < 3; attempt++) {
    const release = tryLock(path)
    if (release !== null) return release
    const owner = lockOwner(path)
    if (owner !== null) throw new ClientError('home_locked', `process ${owner}`)
  }
  throw new ClientError('home_locked')
}

/** Takes a lock that others hold for moments only. @throws ClientError home_locked after `LOCK_WAIT_MS` */
export async function waitForLock(path: string, waitMs: number = LOCK_WAIT_MS): Promise<() => void> {
  const end = performance.now() + waitMs
  for (let pause = POLL_MIN_MS; ; pause = Math.min(pause * 2, POLL_MAX_MS)) {
    const release = tryLock(path)
    if (release !== null) return release
    if (performance.now() >= end) throw new ClientError('home_locked', `process ${lockOwner(path) ?? 'unknown'}`)
    await new Promise(resolve => setTimeout(resolve, pause))
  }
}
