import type { ErrorCode } from '@hausrecht/contract/errors'

/** What can go wrong on the way, besides the codes of the contract. */
export const WAY_ERRORS = {
  unreachable: 'The vault cannot be reached.',
  timeout: 'The vault did not answer in time.',
  bad_answer: 'The vault answered something that is not in the contract.',
} as const
export type VaultErrorCode = ErrorCode | keyof typeof WAY_ERRORS

/** The vault refused, or was not reached. `code` is from the contract's registry or `WAY_ERRORS`. */
export class VaultError extends Error {
  override readonly name = 'VaultError'
  readonly code: VaultErrorCode
  /** HTTP status; 0 when there was no answer. */
  readonly status: number
  readonly info: Readonly<Record<string, string | number>>
  /** When to come back, ms from now, if the vault said so. */
  readonly retryAfterMs: number | null
  /** False when the request cannot have had an effect. */
  readonly sent: boolean

  constructor(
    code: VaultErrorCode,
    message: string,
    more: {
      readonly status?: number
      readonly info?: Readonly<Record<string, string | number>>
      readonly retryAfterMs?: number | null
      readonly sent?: boolean
      readonly cause?: unknown
    } = {},
  ) {
    super(message, { cause: more.cause })
    this.code = code
    this.status = more.status ?? 0
    this.info = more.info ?? {}
    this.retryAfterMs = more.retryAfterMs ?? null
    this.sent = more.sent ?? true
  }
}
