/** Everything the spool can refuse or report. */
export const SPOOL_ERRORS = {
  spool_closed: 'the spool is closed',
  record_too_large: 'the sealed object is larger than a spool record may be',
  bad_record: 'the bytes are not a spool record',
} as const

export type SpoolErrorCode = keyof typeof SPOOL_ERRORS

export class SpoolError extends Error {
  readonly code: SpoolErrorCode

  constructor(code: SpoolErrorCode, detail?: string) {
    super(detail === undefined ? SPOOL_ERRORS[code] : `${SPOOL_ERRORS[code]}: ${detail}`)
    this.name = 'SpoolError'
    this.code = code
  }
}
