import { assert, integer, property } from 'fast-check'
import { describe, expect, test } from 'vitest'
import { chosenLanguage } from './choose.ts'
import { de } from './de.ts'
import { en } from './en.ts'
import { dateInput, momentOf, timeInput } from './local-time.ts'
import { count, say } from './say.ts'
import { bytes, day, daysBetween, duration, range } from './time.ts'

const at = (hour: number, minute = 0, date = 23): number => new Date(2026, 10, date, hour, minute).getTime()

describe('time in words', () => {
  test('names days as people do', () => {
    const now = at(18)
    const days = [now, at(18, 0, 22), at(9, 0, 19), at(9, 0, 2)]
    expect(days.map(one => day(en, 'en', one, now))).toEqual(['Today', 'Yesterday', 'Thursday', '2 Nov 2026'])
    expect(days.map(one => day(de, 'de', one, now))).toEqual(['Heute', 'Gestern', 'Donnerstag', '2. Nov. 2026'])
  })

  test('says a range without repeating its day', () => {
    expect(range(en, 'en', at(14, 2), at(14, 31), at(18))).toBe('14:02–14:31')
    expect(range(en, 'en', at(23, 50, 22), at(0, 10), at(18))).toBe('Yesterday, 23:50–00:10')
  })

  test('chooses the unit of a duration, also around full hours', () => {
    const [minute, hour] = [60_000, 3_600_000]
    expect(
      [1000, 24 * minute, hour, 90 * minute, 2 * hour - 1000, 50 * hour].map(ms => duration(en, 'en', ms)),
    ).toEqual(['1 second', '24 minutes', '1 hour', '1 hour 30 minutes', '2 hours', '2 days'])
  })

  test('counts calendar days over a change of the clock', () => {
    expect(daysBetween(new Date(2026, 2, 28, 23).getTime(), new Date(2026, 2, 29, 1).getTime())).toBe(1)
    expect(daysBetween(new Date(2026, 9, 24, 12).getTime(), new Date(2026, 9, 26, 12).getTime())).toBe(2)
  })

  test('writes sizes in the language', () => {
    expect([bytes('en', 999), bytes('en', 212_400_000_000), bytes('de', 1_234_000)]).toEqual([
      '999 byte',
      '212 GB',
      '1,2 MB',
    ])
  })
})

describe('inputs of a moment', () => {
  test('give back the second that was put in', () => {
    assert(
      property(integer({ min: at(0, 0, 1), max: at(23, 0, 28) }), ms => {
        expect(momentOf(dateInput(ms), timeInput(ms))).toBe(Math.floor(ms / 1000) * 1000)
      }),
    )
  })

  test('refuse what is no moment', () => {
    expect([momentOf('', '10:00'), momentOf('2026-02-30', '10:00'), momentOf('2026-11-23', '25:00')]).toEqual([
      null,
      null,
      null,
    ])
  })
})

describe('words', () => {
  test('leave a place without a value to be seen', () => {
    expect(say('{a} and {b}', { a: 1 })).toBe('1 and {b}')
  })

  test('choose the form for the number', () => {
    const text = { one: '{n} camera', other: '{n} cameras' }
    expect([1, 0, 1234].map(n => count('en', text, n))).toEqual(['1 camera', '0 cameras', '1,234 cameras'])
  })

  test('come in the language that was chosen, or the first one spoken', () => {
    expect(chosenLanguage('de', ['en'])).toBe('de')
    expect(chosenLanguage('auto', ['fr-FR', 'de-AT', 'en'])).toBe('de')
    expect(chosenLanguage('auto', ['fr'])).toBe('en')
  })
})
