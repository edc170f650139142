import { TlogError } from './errors.ts'
import { formatVkey, type NoteKey } from './note.ts'
import type { Policy, Quorum } from './policy.ts'

/** So many of these witnesses, whichever: what a device can ask for. */
export type Threshold = { readonly witnesses: readonly NoteKey[]; readonly quorum: number }

/** A policy file for one log and `quorum` of its witnesses (c2sp.org/tlog-policy). */
export function formatPolicy(log: NoteKey, { witnesses, quorum }: Threshold): string {
  const names = witnesses.map((_, i) => `witness-${i + 1}`)
  return [
    `log ${formatVkey(log)}`,
    ...witnesses.map((key, i) => `witness ${names[i]} ${formatVkey(key)}`),
    ...(quorum > 0 ? [`group enough ${quorum} ${names.join(' ')}`, 'quorum enough'] : ['quorum none']),
    '',
  ].join('\n')
}

/** The policy that asks for so many of these witnesses, and names no log. */
export const policyOf = ({ witnesses, quorum }: Threshold): Policy => ({
  logs: [],
  witnesses: witnesses.map(key => ({ name: key.name, key, url: null })),
  quorum:
    quorum === 0
      ? { type: 'none' }
      : { type: 'group', threshold: quorum, members: witnesses.map((key): Quorum => ({ type: 'witness', key })) },
})

/**
 * A policy as a number of witnesses. Groups of groups say more than a number can.
 * @throws TlogError bad_policy
 */
export function thresholdOf({ quorum }: Policy): Threshold {
  if (quorum.type === 'none') return { witnesses: [], quorum: 0 }
  if (quorum.type === 'witness') return { witnesses: [quorum.key], quorum: 1 }
  const witnesses = quorum.members.map(member => {
    if (member.type !== 'witness') throw new TlogError('bad_policy', 'the quorum must be one group of witnesses here')
    return member.key
  })
  return { witnesses, quorum: quorum.threshold }
}
