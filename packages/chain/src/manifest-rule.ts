import { no, type Rule, withDevice, yes } from './applied.ts'
import { hasRole } from './rights.ts'

/** Whether the list behind it is the vault's own is for the vault to compare; here only who may say it, and in which order. */
export const manifest: Rule<'manifest'> = (state, { hour }, entry, author) => {
  if (!hasRole(state, entry.actor, 'recorder')) return no('not_allowed')
  if (hour <= author.manifested) return no('bad_hour')
  return yes(withDevice(state, entry.actor, { manifested: hour }))
}
