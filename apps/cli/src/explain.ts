import { ClientError, type ClientErrorCode } from '@hausrecht/client/errors'
import { VaultError } from '@hausrecht/client/vault-error'
import type { ErrorCode, ErrorParams } from './error-params.ts'
import { words as errorWords } from './error-words.ts'
import { CliError } from './errors.ts'
import { explainIo } from './io-errors.ts'
import { words as refusalWords } from './refusal-words.ts'

/** An error of ours whose reason is worded in each language. */
const inBoth = <C extends ErrorCode>(code: C, en: ErrorParams[C], de: ErrorParams[C], cause: unknown): CliError =>
  new CliError(code, { en: errorWords.en[code](en), de: errorWords.de[code](de) }, { cause })

const LOG_ALARMS: ReadonlySet<ClientErrorCode> = new Set([
  'bad_checkpoint',
  'not_cosigned',
  'log_rolled_back',
  'log_forked',
  'log_mismatch',
  'bad_log_entry',
  'entry_lost',
  'access_not_logged',
])
const DAMAGE: ReadonlySet<ClientErrorCode> = new Set([
  'home_damaged',
  'payload_mismatch',
  'object_mismatch',
  'damaged_header',
  'damaged_commitment',
  'damaged_chunk',
  'damaged_payload',
])

function explainClient(error: ClientError, dataDir: string): CliError {
  const { code } = error
  const detail = error.detail === undefined ? '' : ` (${error.detail})`
  const [en, de] = [refusalWords.en.client[code] + detail, refusalWords.de.client[code] + detail]
  if (code === 'home_missing') return CliError.of('not_set_up', { path: dataDir }, { cause: error })
  if (code === 'not_member') return CliError.of('still_pending', { path: dataDir }, { cause: error })
  if (LOG_ALARMS.has(code)) return inBoth('log_alarm', { what: en }, { what: de }, error)
  if (DAMAGE.has(code)) return inBoth('damaged', { what: `${en}.` }, { what: `${de}.` }, error)
  if (code.startsWith('join_')) return inBoth('join_failed', { reason: en }, { reason: de }, error)
  if (code === 'removed' || code.startsWith('key_')) return inBoth('not_allowed', { reason: en }, { reason: de }, error)
  if (code.startsWith('cell_')) return inBoth('cell', { what: `${en}.` }, { what: `${de}.` }, error)
  return inBoth('unexpected', { what: en }, { what: de }, error)
}

function explainVault(error: VaultError, vaultUrl: string): CliError {
  const [en, de] = [refusalWords.en.vault[error.code], refusalWords.de.vault[error.code]]
  const reason = typeof error.info.reason === 'string' ? ` (${error.info.reason})` : ''
  switch (error.code) {
    case 'unreachable':
    case 'timeout':
      return CliError.of('vault_unreachable', { url: vaultUrl }, { cause: error })
    case 'signature_expired':
      return CliError.of('clock_off', {}, { cause: error })
    case 'storage_full':
    case 'quota_exceeded':
      return inBoth('vault_full', { reason: en }, { reason: de }, error)
    case 'unknown_device':
    case 'removed_device':
    case 'not_allowed':
    case 'entry_rejected':
      return inBoth('not_allowed', { reason: en + reason }, { reason: de + reason }, error)
    default:
      return inBoth('vault_refused', { reason: `${en}, ${error.code}` }, { reason: `${de}, ${error.code}` }, error)
  }
}

/** Turns anything that was thrown into words for a person. */
export function explain(error: unknown, dataDir: string, vaultUrl = ''): CliError {
  if (error instanceof CliError) return error
  if (error instanceof ClientError) return explainClient(error, dataDir)
  if (error instanceof VaultError) return explainVault(error, vaultUrl)
  return explainIo(error, dataDir)
}
