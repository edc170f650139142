import { parseHouseholdId } from '@hausrecht/crypto/ids'
import { parseVkey } from '@hausrecht/tlog/note'
import { ClientError } from './errors.ts'
import type { HomeFacts } from './home.ts'

/** What a new device has to know to ask: where, whom, and whose cosignatures to demand. Nothing in it is secret. */
export type Invite = Pick<HomeFacts, 'household' | 'vault' | 'witnesses' | 'quorum'>

/** So many are more than anybody runs. */
export const WITNESSES_MAX = 32

export const trustFields = (witnesses: readonly string[]): string =>
  witnesses.map(vkey => `&w=${encodeURIComponent(vkey)}`).join('')

/** Reads `q` and `w`. @throws ClientError bad_argument; TlogError of a malformed key */
export function readTrust(fields: URLSearchParams): Pick<Invite, 'witnesses' | 'quorum'> {
  const witnesses = fields.getAll('w')
  for (const vkey of witnesses) parseVkey(vkey)
  const quorum = Number(fields.get('q') ?? 0)
  const fits = quorum <= witnesses.length && quorum >= Math.min(1, witnesses.length)
  if (!Number.isInteger(quorum) || !fits || witnesses.length > WITNESSES_MAX)
    throw new ClientError('bad_argument', 'witnesses')
  return { witnesses, quorum }
}

/** `<vault>/join/<household>#q=<quorum>&w=<witness key>…` */
export function formatInvite({ household, vault, witnesses, quorum }: Invite): string {
  return `${vault}/join/${household}${witnesses.length === 0 ? '' : `#q=${quorum}${trustFields(witnesses)}`}`
}

/** @throws ClientError bad_argument */
export function parseInvite(text: string): Invite {
  try {
    const url = new URL(text.trim())
    const [, word, id, ...rest] = url.pathname.split('/')
    if (
      !/^https?:$/.test(url.protocol) ||
      word !== 'join' ||
      rest.length > 0 ||
      url.search !== '' ||
      url.username !== ''
    )
      throw new ClientError('bad_argument', 'invite')
    const trust = readTrust(new URLSearchParams(url.hash.slice(1)))
    return { household: parseHouseholdId(id ?? ''), vault: url.origin, ...trust }
  } catch (error) {
    throw new ClientError('bad_argument', 'invite', { cause: error })
  }
}
