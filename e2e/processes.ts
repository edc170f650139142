import { readdirSync, readFileSync } from 'node:fs'
import { until } from '@hausrecht/testkit/until'

export type Part = 'hub' | 'vault' | 'witness' | 'sample-camera'

const read = (path: string): string => {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}

/** Processes that a process started, as the system sees them. */
export const childrenOf = (pid: number | undefined): readonly number[] =>
  readdirSync('/proc')
    .filter(name => /^[0-9]+$/.test(name))
    .filter(name => Number(/^PPid:\s*([0-9]+)/m.exec(read(`/proc/${name}/status`))?.[1]) === pid)
    .map(Number)

/** Whether a process runs; one that ended and was not asked for yet does not. */
export const isAlive = (pid: number): boolean => /^State:\s+[^ZX]/m.test(read(`/proc/${pid}/status`))

/** The process that runs one part of a started product: a child of its supervisor with the part's name on its command line. */
export const partPid = (supervisor: number | undefined, part: Part): number | undefined =>
  childrenOf(supervisor).find(pid => isAlive(pid) && read(`/proc/${pid}/cmdline`).split('\0').includes(part))

/** Waits until a part runs, in another process than `not`. */
export const waitForPart = (supervisor: number | undefined, part: Part, not?: number): Promise<number> =>
  until(
    () => {
      const pid = partPid(supervisor, part)
      return pid === not ? null : pid
    },
    { what: `the ${part} runs`, timeoutMs: 60_000 },
  )
