import type { Alarm, HouseholdView, PendingView, WitnessView } from '../engine/api.ts'

/** A hub that only changes its connection is not called away, ms. */
export const AWAY_MS = 4000

/** Something that waits for somebody or something, in the order of what matters most. */
export type Waiting =
  | { readonly type: 'alarm'; readonly alarm: Alarm }
  | { readonly type: 'pending'; readonly devices: readonly PendingView[] }
  | { readonly type: 'vault'; readonly since: number }
  | { readonly type: 'hub'; readonly since: number }
  | { readonly type: 'keys' }
  | { readonly type: 'witness'; readonly witness: WitnessView }

export type SealState = { readonly tone: 'good' | 'wait' | 'alarm'; readonly waiting: readonly Waiting[] }

/** A witness is silent when it has not signed the newest log that was looked at; a log that does not grow needs no new signature. */
export const isSilent = (witness: WitnessView, checkedAt: number | null): boolean =>
  checkedAt !== null && witness.cosignedAt === null

/** What the seal says: green when all is as it should be, amber when something waits, red when something is wrong. */
export function sealState(household: HouseholdView, now: number): SealState {
  const waiting: Waiting[] = household.alarms.map(alarm => ({ type: 'alarm', alarm }))
  if (household.pending.length > 0) waiting.push({ type: 'pending', devices: household.pending })
  if (household.vault.state === 'away' && now - household.vault.since > AWAY_MS) {
    waiting.push({ type: 'vault', since: household.vault.since })
  } else if (household.hub.state === 'away' && now - household.hub.since > AWAY_MS) {
    waiting.push({ type: 'hub', since: household.hub.since })
  } else if (household.hub.keys === 'waiting' && household.hub.state === 'here') {
    if (now - household.hub.since > AWAY_MS) waiting.push({ type: 'keys' })
  }
  for (const witness of household.log.witnesses) {
    if (isSilent(witness, household.log.checkedAt)) waiting.push({ type: 'witness', witness })
  }
  const tone = household.alarms.length > 0 ? 'alarm' : waiting.length > 0 ? 'wait' : 'good'
  return { tone, waiting }
}
