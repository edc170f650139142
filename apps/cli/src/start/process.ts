import { readFileSync } from 'node:fs'

/** When a process began, in ticks since the machine did (proc(5), field 22): a pid alone may have been given away again. */
export function beganAt(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1')
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19]
  } catch {
    return undefined
  }
}

/** Whether a process with this pid runs; with `began`, whether it is still the same one. */
export function isAlive(pid: number, began?: string): boolean {
  try {
    process.kill(pid, 0)
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EPERM')) return false
  }
  const now = beganAt(pid)
  return began === undefined || now === undefined || now === began
}
