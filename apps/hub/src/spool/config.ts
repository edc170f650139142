import * as limits from './limits.ts'

export type SpoolLimits = {
  readonly fileBytes: number
  readonly maxBytes: number
  readonly maxAgeMs: number
  readonly ageParts: number
  readonly commitDelayMs: number
  readonly pendingBytes: number
  readonly retryMs: number
}

export const SPOOL_DEFAULTS: SpoolLimits = {
  fileBytes: limits.SPOOL_FILE_BYTES,
  maxBytes: limits.SPOOL_MAX_BYTES,
  maxAgeMs: limits.SPOOL_MAX_DAYS * 86_400_000,
  ageParts: limits.SPOOL_AGE_PARTS,
  commitDelayMs: limits.SPOOL_COMMIT_DELAY_MS,
  pendingBytes: limits.SPOOL_PENDING_BYTES,
  retryMs: limits.SPOOL_RETRY_MS,
}
