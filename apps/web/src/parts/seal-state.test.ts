import type { DeviceId, HouseholdId } from '@hausrecht/crypto/ids'
import { describe, expect, test } from 'vitest'
import type { HouseholdView } from '../engine/api.ts'
import { AWAY_MS, sealState } from './seal-state.ts'

const NOW = 1_000_000
const household = (over: Partial<HouseholdView>): HouseholdView => ({
  id: 'h' as HouseholdId,
  name: 'Home',
  self: 'd' as DeviceId,
  admin: true,
  devices: [],
  pending: [],
  cameras: [],
  hub: { id: null, state: 'here', since: 0, keys: 'held' },
  vault: { state: 'here', since: 0 },
  log: { size: 1, witnesses: [], checkedAt: NOW },
  alarms: [],
  ...over,
})
const away = { id: null, state: 'away', since: NOW - AWAY_MS - 1, keys: 'waiting' } as const
const kinds = (over: Partial<HouseholdView>) => {
  const { tone, waiting } = sealState(household(over), NOW)
  return [tone, waiting.map(item => item.type)]
}

describe('sealState', () => {
  test('is green when nothing waits', () => expect(kinds({})).toEqual(['good', []]))

  test('turns amber for a device that asks', () => {
    const pending = [{ id: 'n' as DeviceId, createdAt: 0, expiresAt: NOW, busy: false }]
    expect(kinds({ pending })).toEqual(['wait', ['pending']])
  })

  test('calls the hub away once it is more than a reconnect, and blames the vault when that is what is missing', () => {
    expect(kinds({ hub: { ...away, since: NOW - AWAY_MS } })).toEqual(['good', []])
    expect(kinds({ hub: away })).toEqual(['wait', ['hub']])
    expect(kinds({ hub: away, vault: { state: 'away', since: away.since } })).toEqual(['wait', ['vault']])
  })

  test('says that keys are on their way', () => {
    expect(kinds({ hub: { ...away, state: 'here' } })).toEqual(['wait', ['keys']])
  })

  test('names a witness that did not sign the newest log, and none before the log was read', () => {
    const witnesses = [{ name: 'w', cosignedAt: null, own: false }]
    expect(kinds({ log: { size: 1, witnesses, checkedAt: NOW } })).toEqual(['wait', ['witness']])
    expect(kinds({ log: { size: 1, witnesses, checkedAt: null } })).toEqual(['good', []])
  })

  test('is red for an alarm, whatever else waits', () => {
    expect(kinds({ hub: away, alarms: [{ code: 'log_forked', detail: null, at: 0 }] })).toEqual([
      'alarm',
      ['alarm', 'hub'],
    ])
  })
})
