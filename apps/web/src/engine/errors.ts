import { ChannelRefusal } from '@hausrecht/client/channel/messages'
import { ClientError } from '@hausrecht/client/errors'
import { VaultError } from '@hausrecht/client/vault-error'

/** Codes of the engine's own; all others come from the registries of client, contract and hub as they are. */
export const ENGINE_ERRORS = {
  hub_away: 'The hub cannot be reached, and it has what this needs.',
  no_keys: 'This browser has no keys yet: the hub gives them when it is here.',
  not_ready: 'This browser does not belong to a household, or not yet.',
  not_found: 'There is no such thing.',
  nothing_there: 'Nothing of that time could be put into a file.',
  cancelled: 'It was cancelled.',
  internal: 'Something went wrong that should not.',
} as const

/** What every promise of the engine rejects with. It crosses from the worker to the page as plain fields. */
export class EngineError extends Error {
  override readonly name = 'EngineError'
  readonly code: string
  readonly detail: string | null
  constructor(code: string, detail: string | null = null, options?: ErrorOptions) {
    super(detail === null ? code : `${code}: ${detail}`, options)
    this.code = code
    this.detail = detail
  }
}

/** Whatever went wrong, by its code. */
export function toEngineError(error: unknown): EngineError {
  if (error instanceof EngineError) return error
  if (error instanceof ClientError) return new EngineError(error.code, error.detail ?? null, { cause: error })
  if (error instanceof ChannelRefusal) return new EngineError(error.code, error.detail, { cause: error })
  if (error instanceof VaultError) return new EngineError(error.code, null, { cause: error })
  if (error instanceof DOMException && error.name === 'AbortError') return new EngineError('cancelled')
  if (error instanceof Error && 'code' in error && typeof error.code === 'string')
    return new EngineError(error.code, error.message, { cause: error })
  return new EngineError('internal', error instanceof Error ? error.message : String(error), { cause: error })
}
