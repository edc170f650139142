import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { toHex } from '@hausrecht/crypto/bytes'
import { randomBytes } from '@hausrecht/crypto/random'
import { WitnessError } from './errors.ts'

/** A process by its id and, where the system tells it, when it started: ids are used again, after a reboot at the latest. */
function nameOf(pid: number): string | null {
  try {
    process.kill(pid, 0)
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EPERM')) return null
  }
  try {
    // proc(5): the command in brackets may hold spaces; the start time is the 20th field after it.
    const fields = readFileSync(`/proc/${pid}/stat`, 'latin1').split(') ').at(-1)?.split(' ')
    return fields?.[0] === 'Z' ? null : `${pid} ${fields?.[19] ?? ''}`
  } catch {
    return `${pid} `
  }
}

const lives = (name: string): boolean => name !== '' && nameOf(Number.parseInt(name, 10)) === name

function read(path: string): string {
  try {
    return readFileSync(path, 'latin1')
  } catch {
    return ''
  }
}

/**
 * Takes a folder for this process: two witnesses on one state could each cosign what the other did not see. A lock left by a
 * killed process is taken over.
 * @throws WitnessError folder_in_use
 */
export function takeFolder(folder: string): () => void {
  const path = join(folder, 'lock')
  const own = join(folder, `.lock-${toHex(randomBytes(8))}`)
  writeFileSync(own, nameOf(process.pid) ?? `${process.pid} `, { mode: 0o600, flag: 'wx' })
  const take = (): boolean => {
    try {
      linkSync(own, path)
      return true
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false
      throw error
    }
  }
  try {
    if (take() || (clearStale(path, `${own}.stale`) && take())) return () => rmSync(path, { force: true })
    throw new WitnessError('folder_in_use', `${folder}, process ${read(path)}`.trim())
  } finally {
    rmSync(own, { force: true })
  }
}

/** Moves a dead lock away. What was moved is looked at again: somebody may have taken the folder in between. */
function clearStale(path: string, aside: string): boolean {
  if (lives(read(path))) return false
  try {
    renameSync(path, aside)
  } catch {
    return true
  }
  const moved = read(aside)
  if (lives(moved)) renameSync(aside, path)
  else rmSync(aside, { force: true })
  return !lives(moved)
}
