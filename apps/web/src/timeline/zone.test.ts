import { pairs } from '@hausrecht/testkit/pairs'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { knownZone, zoneOf } from './zone.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR
const ZONES = [
  'Europe/Berlin',
  'America/New_York',
  'Asia/Kolkata',
  'Australia/Lord_Howe',
  'Africa/Cairo',
  'Pacific/Apia',
  'America/St_Johns',
  'America/Havana',
  'Asia/Kathmandu',
  'UTC',
]
const moments = fc.integer({ min: Date.UTC(2010, 0), max: Date.UTC(2035, 0) })

/** The calendar's own word, without anything of ours. */
const dateIn = (zone: string, at: number): string =>
  new Intl.DateTimeFormat('en-CA', { timeZone: zone, year: 'numeric', month: '2-digit', day: '2-digit' }).format(at)

describe('a zone', () => {
  test('has stretches of one offset that make up the whole', () => {
    fc.assert(
      fc.property(fc.constantFrom(...ZONES), moments, fc.integer({ min: 1, max: 400 * DAY }), (name, from, ms) => {
        const stretches = zoneOf(name).stretches(from, from + ms)
        expect(stretches[0]?.from).toBe(from)
        expect(stretches.at(-1)?.to).toBe(from + ms)
        for (const [before, stretch] of pairs(stretches)) {
          expect(stretch.from).toBe(before.to)
          expect(stretch.offset).not.toBe(before.offset)
        }
      }),
      { numRuns: 40 },
    )
  })

  test('begins a day exactly where the date changes', () => {
    fc.assert(
      fc.property(fc.constantFrom(...ZONES), moments, (name, from) => {
        const starts = zoneOf(name).dayStarts(from, from + 20 * DAY)
        expect(starts.length).toBeGreaterThanOrEqual(19)
        for (const at of starts) expect(dateIn(name, at - 1)).not.toBe(dateIn(name, at))
        for (const [at, end] of pairs(starts)) expect(dateIn(name, end - 1)).toBe(dateIn(name, at))
      }),
      { numRuns: 40 },
    )
  })

  test('has days of 23 and of 25 hours', () => {
    const berlin = zoneOf('Europe/Berlin')
    const spring = berlin.dayAt(Date.UTC(2026, 2, 29, 12))
    const autumn = berlin.dayAt(Date.UTC(2026, 9, 25, 12))
    expect(spring).toEqual({ from: Date.UTC(2026, 2, 28, 23), to: Date.UTC(2026, 2, 29, 22) })
    expect((spring.to - spring.from) / HOUR).toBe(23)
    expect((autumn.to - autumn.from) / HOUR).toBe(25)
    expect(berlin.offsetAt(Date.UTC(2026, 9, 25, 0, 59))).toBe(2 * HOUR)
    expect(berlin.offsetAt(Date.UTC(2026, 9, 25, 1))).toBe(HOUR)
  })

  test('knows clocks that change by half an hour, and days that begin at one', () => {
    const howe = zoneOf('Australia/Lord_Howe')
    const day = howe.dayAt(Date.UTC(2026, 9, 4, 6))
    expect((day.to - day.from) / HOUR).toBe(23.5)
    // Cairo goes from 24:00 to 01:00.
    const cairo = zoneOf('Africa/Cairo').dayAt(Date.UTC(2026, 3, 24, 12))
    expect(cairo.from).toBe(Date.UTC(2026, 3, 23, 22))
    expect((cairo.to - cairo.from) / HOUR).toBe(23)
  })

  test('knows a day that never was', () => {
    const starts = zoneOf('Pacific/Apia').dayStarts(Date.UTC(2011, 11, 29), Date.UTC(2012, 0, 2))
    expect(starts.map(at => dateIn('Pacific/Apia', at))).toEqual([
      '2011-12-29',
      '2011-12-31',
      '2012-01-01',
      '2012-01-02',
    ])
  })

  test('that the browser does not know is UTC', () => {
    expect(knownZone('Mars/Olympus')).toBe('UTC')
    expect(zoneOf('Mars/Olympus').offsetAt(0)).toBe(0)
    expect(knownZone('Europe/Berlin')).toBe('Europe/Berlin')
  })
})
