import { pairs } from '@hausrecht/testkit/pairs'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { formatted, periodsBetween, STEPS, stepFor, TICKS_MOST, ticksBetween } from './ticks.ts'
import { zoneOf } from './zone.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR
const berlin = { zone: 'Europe/Berlin', language: 'de', today: 'Heute', yesterday: 'Gestern' }
const london = { zone: 'Europe/London', language: 'en', today: 'Today', yesterday: 'Yesterday' }
const step = (ms: number) => {
  const found = STEPS.find(one => one.ms === ms)
  if (found === undefined) throw new Error(`no step of ${ms}`)
  return found
}
const labels = (from: number, to: number, ms: number, calendar = berlin) =>
  ticksBetween(from, to, step(ms), calendar).flatMap(tick => tick.label ?? [])

describe('ticks', () => {
  test('have room for their labels, at any zoom', () => {
    fc.assert(
      fc.property(fc.double({ min: 15, max: 90 * DAY, noNaN: true }), msPerPixel => {
        const chosen = stepFor(msPerPixel, 72)
        const finer = STEPS.slice(0, STEPS.indexOf(chosen))
        expect(finer.filter(({ ms }) => ms / msPerPixel >= 72)).toEqual([])
        // Beyond the coarsest step nothing has room.
        const beyond = msPerPixel >= (28 * DAY) / 72
        expect(beyond || chosen.ms / msPerPixel >= 72).toBe(true)
      }),
    )
  })

  test('lie in order, not too close, on whole times of the wall clock', () => {
    const zones = ['Europe/Berlin', 'Australia/Lord_Howe', 'Asia/Kathmandu', 'America/New_York', 'Africa/Cairo']
    fc.assert(
      fc.property(
        fc.constantFrom(...zones),
        fc.constantFrom(...STEPS),
        fc.integer({ min: Date.UTC(2024, 0), max: Date.UTC(2028, 0) }),
        (zone, chosen, from) => {
          const to = from + Math.min(95 * DAY, 300 * chosen.ms)
          const ticks = ticksBetween(from, to, chosen, { ...berlin, zone })
          expect(ticks.length).toBeGreaterThan(0)
          expect(ticks.length).toBeLessThanOrEqual(TICKS_MOST)
          const fine = chosen.ms / chosen.parts
          // Months are not all of one length: of steps longer than a day only the order is known.
          const grid = chosen.ms <= DAY ? fine : 1
          for (const { at } of ticks) {
            expect(at).toBeGreaterThanOrEqual(from)
            expect(at).toBeLessThan(to)
            expect((at + zoneOf(zone).offsetAt(at)) % grid).toBe(0)
          }
          for (const [before, after] of pairs(ticks)) expect(after.at - before.at).toBeGreaterThanOrEqual(fine / 2)
        },
      ),
      { numRuns: 50 },
    )
  })

  test('show three where two would be, on a day of 23 hours', () => {
    const from = Date.UTC(2026, 2, 28, 23)
    expect(labels(from, from + 5 * HOUR, HOUR)).toEqual(['00:00', '01:00', '03:00', '04:00', '05:00'])
    expect(labels(from, from + 23 * HOUR, 6 * HOUR)).toEqual(['00:00', '06:00', '12:00', '18:00'])
  })

  test('show two twice, on a day of 25 hours', () => {
    const from = Date.UTC(2026, 9, 24, 22)
    expect(labels(from, from + 5 * HOUR, HOUR)).toEqual(['00:00', '01:00', '02:00', '02:00', '03:00'])
    expect(labels(from, from + 25 * HOUR, 6 * HOUR)).toEqual(['00:00', '06:00', '12:00', '18:00'])
    const day = ticksBetween(from, from + 2 * DAY, step(DAY), berlin).filter(tick => tick.label !== null)
    expect(day.map(tick => tick.at - from)).toEqual([0, 25 * HOUR])
  })

  test('from a day on mark the beginnings of days, and weeks their Mondays', () => {
    const from = Date.UTC(2026, 10, 1)
    expect(labels(from, from + 30 * DAY, 7 * DAY)).toEqual(['2. Nov.', '9. Nov.', '16. Nov.', '23. Nov.', '30. Nov.'])
    expect(labels(from, from + 21 * DAY, 7 * DAY, london)).toEqual(['2 Nov', '9 Nov', '16 Nov'])
    expect(ticksBetween(from, from + 14 * DAY, step(7 * DAY), london)).toHaveLength(14)
  })

  test('show seconds only where they are needed', () => {
    const from = Date.UTC(2026, 10, 23, 17, 42)
    expect(labels(from, from + 21_000, 10_000)).toEqual(['18:42:00', '18:42:10', '18:42:20'])
    expect(labels(from, from + 2 * MINUTE, MINUTE)).toEqual(['18:42', '18:43'])
  })
})

describe('days', () => {
  const now = Date.UTC(2026, 9, 25, 17)

  test('are named as people name them, in both languages', () => {
    const names = (calendar: typeof berlin) =>
      periodsBetween(now - 2 * DAY, now, 'day', now, calendar).map(day => day.label)
    expect(names(london)).toEqual(['Fri 23 Oct', 'Yesterday, Sat 24 Oct', 'Today, Sun 25 Oct'])
    expect(names(berlin)).toEqual(['Fr., 23. Okt.', 'Gestern, Sa., 24. Okt.', 'Heute, So., 25. Okt.'])
  })

  test('flow into each other without a hole, also where clocks change', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: Date.UTC(2020, 0), max: Date.UTC(2030, 0) }),
        fc.integer({ min: 1, max: 90 * DAY }),
        fc.constantFrom('day' as const, 'month' as const),
        (from, ms, period) => {
          const days = periodsBetween(from, from + ms, period, now, berlin)
          expect(days[0]?.at).toBeLessThanOrEqual(from)
          expect(days.at(-1)?.to).toBeGreaterThanOrEqual(from + ms)
          for (const [before, after] of pairs(days)) expect(after.at).toBe(before.to)
        },
      ),
      { numRuns: 30 },
    )
  })

  test('become months from afar', () => {
    const months = periodsBetween(Date.UTC(2026, 8, 20), Date.UTC(2026, 10, 3), 'month', now, london)
    expect(months.map(month => month.label)).toEqual(['September 2026', 'October 2026', 'November 2026'])
  })
})

test('a moment is spoken in full', () => {
  const at = Date.UTC(2026, 10, 23, 17, 42, 7)
  expect(formatted(london, 'spoken', at)).toBe('Monday 23 November at 17:42:07')
  expect(formatted(berlin, 'spoken', at)).toBe('Montag, 23. November um 18:42:07')
})
