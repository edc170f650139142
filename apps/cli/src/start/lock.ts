import { closeSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs'
import { CliError } from '../errors.ts'
import { explainIo } from '../io-errors.ts'
import { beganAt, isAlive } from './process.ts'

type Owner = Readonly<{ pid: number; began: string }>

const ownerOf = (path: string): Owner | undefined => {
  try {
    const parsed: unknown = JSON.parse(readFileSync(path, 'utf8'))
    if (typeof parsed !== 'object' || parsed === null || !('pid' in parsed) || !('began' in parsed)) return undefined
    return { pid: Number(parsed.pid), began: String(parsed.began) }
  } catch {
    return undefined
  }
}

/** Who runs on this lock now, or undefined. */
export function lockedBy(path: string): number | undefined {
  const owner = ownerOf(path)
  return owner !== undefined && isAlive(owner.pid, owner.began) ? owner.pid : undefined
}

/**
 * Takes the lock of a folder for this process. A lock whose process is gone (kill -9, power cut) is taken over.
 * @throws CliError already_running, read_only, disk_full
 */
export function takeLock(path: string, folder: string): () => void {
  for (let attempt = 0; attempt < 2; attempt++) {
    try {
      const handle = openSync(path, 'wx', 0o600)
      writeSync(handle, JSON.stringify({ pid: process.pid, began: beganAt(process.pid) ?? '' }))
      closeSync(handle)
      return () => rmSync(path, { force: true })
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw explainIo(error, folder)
      const pid = lockedBy(path)
      if (pid !== undefined) throw CliError.of('already_running', { path: folder, pid })
      rmSync(path, { force: true })
    }
  }
  throw CliError.of('already_running', { path: folder, pid: lockedBy(path) ?? 0 })
}
