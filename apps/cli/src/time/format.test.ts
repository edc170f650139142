import { describe, expect, test } from 'vitest'
import { bitrate, bytes, duration, moment, span } from './format.ts'

describe('figures', () => {
  test.each([
    [0, '0 B'],
    [999, '999 B'],
    [1000, '1.0 kB'],
    [99_900, '99.9 kB'],
    [312_400_000, '312 MB'],
    [999_600_000, '1.0 GB'],
    [20e9, '20.0 GB'],
  ])('%d bytes', (size, text) => {
    expect(bytes(size, 'en')).toBe(text)
  })

  test('German has a comma', () => {
    expect([bytes(1234, 'de'), bitrate(1_250_000, 'de'), bitrate(640_000, 'de')]).toEqual([
      '1,2 kB',
      '1,3 Mbit/s',
      '640 kbit/s',
    ])
  })

  test.each([
    [400, '0 s'],
    [2000, '2 s'],
    [60_000, '1 min'],
    [200_000, '3 min 20 s'],
    [59 * 60_000 + 59_600, '1 h'],
    [72 * 60_000, '1 h 12 min'],
    [98 * 3_600_000, '4 d 2 h'],
  ])('%d ms', (ms, text) => {
    expect(duration(ms, 'en')).toBe(text)
  })
})

describe('moments', () => {
  const now = new Date(2026, 10, 23, 14, 30).getTime()
  test('are as short as they stay clear', () => {
    expect(moment(new Date(2026, 10, 23, 10, 2, 6).getTime(), now, 'en')).toBe('10:02:06')
    expect(moment(new Date(2026, 10, 22, 18, 30).getTime(), now, 'de')).toBe('gestern 18:30:00')
    expect(moment(new Date(2026, 10, 20, 18, 30).getTime(), now, 'en')).toBe('20 Nov 2026, 18:30:00')
  })

  test('a span says its day once', () => {
    const from = new Date(2026, 10, 22, 18, 30).getTime()
    expect(span(from, from + 60_000, now, 'en')).toBe('yesterday 18:30:00 – 18:31:00')
  })
})
