import { describe, expect, test } from 'vitest'
import { parseTime } from './parse.ts'

const local = (...parts: [number, number, number, number?, number?, number?, number?]): number => {
  const [year, month, day, hour = 0, minute = 0, second = 0, ms = 0] = parts
  return new Date(year, month - 1, day, hour, minute, second, ms).getTime()
}
const now = local(2026, 11, 23, 14, 30) // a Monday

describe('the beginning of a range', () => {
  test.each([
    ['10:00', local(2026, 11, 23, 10)],
    ['9:05:07', local(2026, 11, 23, 9, 5, 7)],
    ['10:00:00.250', local(2026, 11, 23, 10, 0, 0, 250)],
    ['18:30', local(2026, 11, 22, 18, 30)],
    ['yesterday 18:30', local(2026, 11, 22, 18, 30)],
    ['Gestern 18:30', local(2026, 11, 22, 18, 30)],
    ['yesterday', local(2026, 11, 22)],
    ['vorgestern', local(2026, 11, 21)],
    ['heute', local(2026, 11, 23)],
    ['saturday 9:00', local(2026, 11, 21, 9)],
    ['Samstag 9:00', local(2026, 11, 21, 9)],
    ['montag', local(2026, 11, 23)],
    ['2026-11-20', local(2026, 11, 20)],
    ['2026-11-20 10:00', local(2026, 11, 20, 10)],
    ['2026-11-20T10:00:30', local(2026, 11, 20, 10, 0, 30)],
    ['20.11.2026 10:00', local(2026, 11, 20, 10)],
    ['20.11. 10:00', local(2026, 11, 20, 10)],
    ['2026-11-23T10:00:00Z', Date.UTC(2026, 10, 23, 10)],
    ['2026-11-23T10:00+02:00', Date.UTC(2026, 10, 23, 8)],
    ['-10m', now - 600_000],
    ['-1h 30min', now - 5_400_000],
    ['-1,5h', now - 5_400_000],
    ['-2d', now - 172_800_000],
    ['now', now],
    ['jetzt', now],
  ])('%s', (text, expected) => {
    expect(parseTime(text, now, 'from')).toBe(expected)
  })

  test.each([
    '',
    'soon',
    '25:00',
    '10:61',
    '24:01',
    '2026-02-31',
    '-10 parsecs',
    '10',
    'yesterday tomorrow',
    '2026-11-23T',
    '31.02.2026',
  ])('"%s" means nothing', text => {
    expect(parseTime(text, now, 'from')).toBeUndefined()
  })
})

describe('the end of a range', () => {
  const from = local(2026, 11, 22, 23, 30)
  test.each([
    ['23:45', local(2026, 11, 22, 23, 45)],
    ['00:15', local(2026, 11, 23, 0, 15)],
    ['23:30', local(2026, 11, 23, 23, 30)],
    ['+5m', from + 300_000],
    ['-5m', now - 300_000],
    ['yesterday', local(2026, 11, 23)],
    ['2026-11-23', local(2026, 11, 24)],
    ['24:00', local(2026, 11, 23)],
  ])('%s', (text, expected) => {
    expect(parseTime(text, now, 'to', from)).toBe(expected)
  })
})
