import type { CliError } from './errors.ts'
import { explainIo } from './io-errors.ts'

/** Turns anything that was thrown into words for a person. */
export function explain(error: unknown, dataDir: string): CliError {
  return explainIo(error, dataDir)
}
