import { expect, test } from 'vitest'
import { Alarms, PATIENCE_MS } from './alarms.ts'

test('what a vault did once stays said; a state of the log ends with it', () => {
  const alarms = new Alarms()
  alarms.raise('log_stale', 'log_stale', null, 1)
  alarms.raise('access_not_logged', 'access_not_logged', 'range', 2)
  alarms.settle('log_stale')
  alarms.settle('not_cosigned')
  expect(alarms.list(3)).toEqual([{ code: 'access_not_logged', detail: 'range', at: 2 }])
})

test('the same again keeps the moment it was noticed first', () => {
  const alarms = new Alarms()
  alarms.raise('live', 'live_changed', null, 1)
  alarms.raise('live', 'live_changed', null, 9)
  expect(alarms.list(9)).toEqual([{ code: 'live_changed', detail: null, at: 1 }])
})

test('a witness may be slow, but not for ever', () => {
  const alarms = new Alarms()
  alarms.raise('not_cosigned', 'not_cosigned', null, 0)
  expect(alarms.list(PATIENCE_MS)).toEqual([])
  alarms.raise('not_cosigned', 'not_cosigned', null, PATIENCE_MS)
  expect(alarms.list(PATIENCE_MS + 1)).toHaveLength(1)
})
