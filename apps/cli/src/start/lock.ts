import { lockOwner, takeLock as take } from '@hausrecht/client/node/lock'
import { CliError } from '../errors.ts'
import { explainIo } from '../io-errors.ts'

/** The process that runs on this lock now, or undefined. */
export const lockedBy = (path: string): number | undefined => lockOwner(path) ?? undefined

/**
 * Takes the lock of a data folder for as long as this process lives. One left by a killed process is taken over.
 * @throws CliError already_running, read_only, disk_full
 */
export function takeLock(path: string, folder: string): () => void {
  try {
    return take(path)
  } catch (error) {
    const pid = lockedBy(path)
    throw pid === undefined
      ? explainIo(error, folder)
      : CliError.of('already_running', { path: folder, pid }, { cause: error })
  }
}
