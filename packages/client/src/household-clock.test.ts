import fc from 'fast-check'
import { expect, test } from 'vitest'
import { laterAnchor } from './chain.ts'
import { AHEAD_MOST_MS, householdNow } from './household-clock.ts'

const DAY = 86_400_000
const NOW = 1_795_000_000_000
const at = (
  { witnessedAt, asksWitnesses = true }: { witnessedAt: number | null; asksWitnesses?: boolean },
  own: number,
  ran = 0,
) =>
  householdNow({ chain: { asksWitnesses, anchor: laterAnchor(null, witnessedAt, 0) }, clock: { now: () => own } }, ran)

test('it is what witnesses signed, and goes on while nobody answers', () => {
  expect(at({ witnessedAt: NOW }, NOW)).toBe(NOW)
  expect(at({ witnessedAt: NOW }, NOW + 3 * DAY, 3 * DAY)).toBe(NOW + 3 * DAY)
})

test('a device’s own clock that is set forward ends nothing', () => {
  expect(at({ witnessedAt: NOW }, NOW + 1000 * DAY, 60_000)).toBe(NOW + 60_000)
})

test('a witness that is years ahead ends nothing by more than a day', () => {
  fc.assert(
    fc.property(fc.nat(10_000 * DAY), fc.nat(10_000 * DAY), (ahead, ran) => {
      expect(at({ witnessedAt: NOW + ahead }, NOW, ran)).toBeLessThanOrEqual(NOW + AHEAD_MOST_MS)
    }),
  )
})

test('before any witness was heard nothing ends; without witnesses there is only the device’s clock', () => {
  expect(at({ witnessedAt: null }, NOW)).toBe(0)
  expect(at({ witnessedAt: null, asksWitnesses: false }, NOW)).toBe(NOW)
})

test('a clock that seems to run backwards does not', () => {
  expect(at({ witnessedAt: NOW }, NOW, -5000)).toBe(NOW)
})

test('older signatures that are let out slowly hold nothing back; newer ones count at once', () => {
  const first = laterAnchor(null, NOW, 0)
  expect(laterAnchor(first, NOW + 1000, 60_000)).toEqual(first)
  expect(laterAnchor(first, null, 60_000)).toEqual(first)
  expect(laterAnchor(first, NOW + 61_000, 60_000)).toEqual({ at: NOW + 61_000, ran: 60_000 })
})
