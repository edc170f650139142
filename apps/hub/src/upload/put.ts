import type { VaultClient } from '@hausrecht/client/vault-client'
import { VaultError } from '@hausrecht/client/vault-error'
import type { Put, PutResult } from './uploader.ts'

/** Refusals that no repetition changes: the object itself is at fault, or another stands in its place. */
const FOR_GOOD: ReadonlySet<string> = new Set([
  'object_differs',
  'bad_segment',
  'bad_id',
  'too_large',
  'unsupported_media_type',
])

/** Uploads through the vault's client; repetition is the uploader's work. */
export function putTo(vault: Pick<VaultClient, 'putObject'>): Put {
  return async ({ meta, blob }, signal): Promise<PutResult> => {
    try {
      await vault.putObject(meta.objectId, blob, { signal, attempts: 1 })
      return { type: 'stored' }
    } catch (error) {
      if (!(error instanceof VaultError)) throw error
      const { code, retryAfterMs } = error
      if (code === 'deleted_range') return { type: 'deleted' }
      if (FOR_GOOD.has(code)) return { type: 'refused', code }
      return { type: 'later', code, ...(retryAfterMs === null ? {} : { retryAfterMs }) }
    }
  }
}
