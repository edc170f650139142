import type { DeviceId, StreamId } from '@hausrecht/crypto/ids'
import { describe, expect, test } from 'vitest'
import type { AccessView } from '../engine/api.ts'
import { byDay, looks, ONE_LOOK_MS } from './access.ts'

const [MARIA, JONAS] = ['maria' as DeviceId, 'jonas' as DeviceId]
const [DOOR, SOUND] = ['door' as StreamId, 'sound' as StreamId]
const AT = new Date(2026, 10, 23, 18, 0).getTime()
const access = (over: Partial<AccessView>): AccessView => ({
  index: 1,
  at: AT,
  reader: MARIA,
  stream: DOOR,
  from: AT - 600_000,
  to: AT - 300_000,
  purpose: 'own',
  proven: true,
  ...over,
})
const same = (stream: StreamId): StreamId => (stream === SOUND ? DOOR : stream)

describe('looks', () => {
  test('takes picture and sound of one look together', () => {
    expect(looks([access({}), access({ stream: SOUND, at: AT - 20 })], same)).toMatchObject([
      { stream: DOOR, count: 2 },
    ])
  })

  test('stretches over all that was read, and is only proven when all of it is', () => {
    const rows = looks([access({}), access({ at: AT - 60_000, from: AT - 900_000, proven: false })], same)
    expect(rows).toMatchObject([{ from: AT - 900_000, to: AT - 300_000, proven: false }])
  })

  test('keeps devices apart, live from past, and looks that are far from each other', () => {
    expect(looks([access({}), access({ reader: JONAS })], same)).toHaveLength(2)
    expect(looks([access({}), access({ from: AT, to: AT + 600_000 })], same).map(row => row.live)).toEqual([
      false,
      true,
    ])
    expect(looks([access({}), access({ at: AT - ONE_LOOK_MS })], same)).toHaveLength(2)
  })
})

test('byDay follows the calendar, not 24 hours', () => {
  const late = new Date(2026, 10, 23, 0, 5).getTime()
  const rows = looks([access({ at: late }), access({ at: late - 10 * 60_000 })], same)
  expect(byDay(rows).map(day => day.rows.length)).toEqual([1, 1])
})
