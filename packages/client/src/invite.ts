import { parseHouseholdId } from '@hausrecht/crypto/ids'
import { parseVkey } from '@hausrecht/tlog/note'
import { ClientError } from './errors.ts'
import type { HomeFacts } from './home.ts'

/** What a new device has to know to ask: where, whom, and whose cosignatures to demand. Nothing in it is secret. */
export type Invite = Pick<HomeFacts, 'household' | 'vault' | 'witnesses' | 'quorum'>

/** `<vault>/join/<household>#q=<quorum>&w=<witness key>…` */
export function formatInvite({ household, vault, witnesses, quorum }: Invite): string {
  const fields = witnesses.map(vkey => `&w=${encodeURIComponent(vkey)}`)
  return `${vault}/join/${household}${witnesses.length === 0 ? '' : `#q=${quorum}${fields.join('')}`}`
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
    const fields = new URLSearchParams(url.hash.slice(1))
    const witnesses = fields.getAll('w')
    for (const vkey of witnesses) parseVkey(vkey)
    const quorum = Number(fields.get('q') ?? 0)
    if (!Number.isInteger(quorum) || quorum > witnesses.length || quorum < Math.min(1, witnesses.length))
      throw new ClientError('bad_argument', 'invite')
    return { household: parseHouseholdId(id ?? ''), vault: url.origin, witnesses, quorum }
  } catch (error) {
    throw new ClientError('bad_argument', 'invite', { cause: error })
  }
}
