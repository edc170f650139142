import { ERRORS, type ErrorCode, type Problem, problem } from '@hausrecht/contract/errors'

/** A refusal that goes to the caller as a problem document; codes are the contract's. */
export class VaultRefusal extends Error {
  readonly code: ErrorCode
  readonly info: Problem['info']
  readonly retryAfter: number | null

  constructor(code: ErrorCode, options: { detail?: string; info?: Problem['info']; retryAfter?: number } = {}) {
    super(options.detail ?? ERRORS[code][1])
    this.name = 'VaultRefusal'
    this.code = code
    this.info = options.info
    this.retryAfter = options.retryAfter ?? null
  }

  toProblem(): Problem {
    const detail = this.message === ERRORS[this.code][1] ? undefined : this.message
    return problem(this.code, detail, this.info)
  }
}

/** Why a vault does not start; the message says what to do. */
export class StartError extends Error {
  readonly code: 'port_taken' | 'folder' | 'database' | 'blobs' | 'app' | 'tls' | 'origin'
  constructor(code: StartError['code'], message: string) {
    super(message)
    this.name = 'StartError'
    this.code = code
  }
}

export const errnoOf = (error: unknown): string | null =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : null

/** No space left, or over a quota of the file system. */
export const isDiskFull = (error: unknown): boolean => ['ENOSPC', 'EDQUOT', '53100'].includes(errnoOf(error) ?? '')
