import { readFileSync } from 'node:fs'

/** When a process began, in ticks since the machine did (proc(5), field 22); empty where the system does not tell. */
function beganAt(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1')
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return fields[0] === 'Z' ? 'ended' : (fields[19] ?? '')
  } catch {
    return ''
  }
}

/** Names this process for good: a pid alone may be given away again. */
export const ownName: string = `${process.pid}-${beganAt(process.pid)}`

/** The pid inside a process's name if that very process still lives, else null. */
export function livingPid(name: string): number | null {
  const [digits, began] = name.split('-')
  const pid = Number(digits)
  if (!Number.isInteger(pid) || pid <= 0) return null
  try {
    process.kill(pid, 0)
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EPERM')) return null
  }
  const now = beganAt(pid)
  return began === '' || now === '' || now === began ? pid : null
}
