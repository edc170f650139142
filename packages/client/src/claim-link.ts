import { fromBase32, toBase32 } from '@hausrecht/crypto/bytes'
import { parseHouseholdId } from '@hausrecht/crypto/ids'
import { ClientError } from './errors.ts'
import { type Invite, readTrust, trustFields } from './invite.ts'

/** What opens a household to its first browser, or to another one: an invite with a secret code that is good once. */
export type ClaimLink = Invite & { readonly code: Uint8Array }

export const CLAIM_CODE_BYTES = 16
/** Longer texts are nobody's link. */
export const CLAIM_LINK_MAX = 4096

const FIELDS = /^#claim=([a-z2-7]{26})\.([a-z2-7]{26})\.(\d{1,3})((?:&w=[^&]+)*)$/
const BARE = /^[a-z2-7]{26}\./
const LOOPBACK = new Set(['127.0.0.1', '[::1]'])

/**
 * Where the app of a vault is. Passkeys belong to a name and browsers take a loopback address for none, so loopback is `localhost`.
 * @param vault address of the vault, without a path
 */
export function appAddress(vault: string): string {
  const url = new URL(vault)
  if (LOOPBACK.has(url.hostname)) url.hostname = 'localhost'
  return `${url.origin}/`
}

/** `<app>#claim=<code>.<household>.<quorum>&w=<witness key>…`: in the fragment, which browsers send to nobody. */
export function formatClaimLink({ code, household, vault, witnesses, quorum }: ClaimLink): string {
  const fields = [toBase32(code), household, quorum].join('.')
  return `${appAddress(vault)}#claim=${fields}${trustFields(witnesses)}`
}

/**
 * @param page address of the page it was typed into, for a link without its beginning
 * @throws ClientError bad_argument
 */
export function parseClaimLink(text: string, page?: string): ClaimLink {
  const typed = text.trim()
  try {
    if (typed.length > CLAIM_LINK_MAX) throw new ClientError('bad_argument', 'link')
    const url = new URL(BARE.test(typed) ? `#claim=${typed}` : typed, page)
    const [, code = '', household = '', quorum = '', trust = ''] = FIELDS.exec(url.hash) ?? []
    const plain = /^https?:$/.test(url.protocol) && url.username === '' && url.password === ''
    if (!plain || code === '' || url.pathname !== '/' || url.search !== '')
      throw new ClientError('bad_argument', 'link')
    return {
      code: fromBase32(code),
      household: parseHouseholdId(household),
      vault: url.origin,
      ...readTrust(new URLSearchParams(`q=${quorum}${trust}`)),
    }
  } catch (error) {
    throw new ClientError('bad_argument', 'link', { cause: error })
  }
}
