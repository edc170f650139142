import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

/** After so many sealed bytes the young generation is collected. */
export const COLLECT_EVERY_BYTES = 16 * 1024 * 1024

/**
 * Sealing leaves a buffer of 16 KiB behind for each chunk. They die at once, but the collector sees only their small wrappers and
 * lets 64 MiB of them gather. Asking for a minor collection, about a millisecond, now and then, keeps the process small.
 * See docs/decisions/0073.
 */
export function makeCollector(collect: () => void = minorCollection()): (bytes: number) => void {
  let since = 0
  return bytes => {
    since += bytes
    if (since < COLLECT_EVERY_BYTES) return
    since = 0
    collect()
  }
}

function minorCollection(): () => void {
  setFlagsFromString('--expose-gc')
  const gc: unknown = runInNewContext('gc')
  return typeof gc === 'function' ? () => gc({ type: 'minor', execution: 'sync' }) : () => {}
}
