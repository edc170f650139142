import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { explainIo } from '../io-errors.ts'

/** With less room than this nothing useful can be started, in bytes. */
const PROBE_BYTES = 1_000_000

/** Makes the data folder and checks that it can be written to. @throws CliError read_only, disk_full */
export function prepareFolder(dataDir: string): void {
  const probe = join(dataDir, '.room')
  try {
    mkdirSync(dataDir, { recursive: true, mode: 0o700 })
    writeFileSync(probe, new Uint8Array(PROBE_BYTES), { mode: 0o600, flush: true })
  } catch (error) {
    throw explainIo(error, dataDir)
  } finally {
    try {
      rmSync(probe, { force: true })
    } catch {
      // The folder is read-only: that was said already.
    }
  }
}
