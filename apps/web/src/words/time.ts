import type { Words } from './en.ts'
import { count } from './say.ts'

/** Dates and times as people of a language write them, in the zone of this browser. All times are ms since 1970. */
const formats = new Map<string, Intl.DateTimeFormat>()

function format(language: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = language + JSON.stringify(options)
  let made = formats.get(key)
  if (made === undefined) {
    made = new Intl.DateTimeFormat(language === 'en' ? 'en-GB' : language, options)
    formats.set(key, made)
  }
  return made
}

export const clock = (language: string, at: number): string =>
  format(language, { hour: '2-digit', minute: '2-digit' }).format(at)

export const clockSeconds = (language: string, at: number): string =>
  format(language, { hour: '2-digit', minute: '2-digit', second: '2-digit' }).format(at)

/** "Monday 23 November" */
export const dayName = (language: string, at: number): string =>
  format(language, { weekday: 'long', day: 'numeric', month: 'long' }).format(at)

/** "23 Nov 2026" */
export const date = (language: string, at: number): string =>
  format(language, { day: 'numeric', month: 'short', year: 'numeric' }).format(at)

const midnight = (at: number): number => new Date(at).setHours(0, 0, 0, 0)

/** Whole days between the calendar days of two moments; a day with 23 or 25 hours is one day. */
export const daysBetween = (earlier: number, later: number): number =>
  Math.round((midnight(later) - midnight(earlier)) / 86_400_000)

/** "Today", "Yesterday", a weekday within the week, else the date. */
export function day(words: Words, language: string, at: number, now: number): string {
  const days = daysBetween(at, now)
  if (days === 0) return words.time.today
  if (days === 1) return words.time.yesterday
  if (days > 1 && days < 7) return format(language, { weekday: 'long' }).format(at)
  return date(language, at)
}

/** The clock today, with the day before it on other days. */
export const moment = (words: Words, language: string, at: number, now: number): string =>
  daysBetween(at, now) === 0 ? clock(language, at) : `${day(words, language, at, now)}, ${clock(language, at)}`

/** The clock today, else only the day: for what is not needed to the minute. */
export const when = (words: Words, language: string, at: number, now: number): string =>
  daysBetween(at, now) === 0 ? clock(language, at) : day(words, language, at, now)

/** "14:02–14:31", with days where they differ from today. */
export function range(words: Words, language: string, from: number, to: number, now: number): string {
  const end = daysBetween(from, to) === 0 ? clock(language, to) : moment(words, language, to, now)
  return `${moment(words, language, from, now)}–${end}`
}

const SECOND = 1000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

/** "24 minutes", in the largest unit that says enough. */
export function duration(words: Words, language: string, ms: number): string {
  const { time } = words
  if (ms < MINUTE) return count(language, time.seconds, Math.max(0, Math.round(ms / SECOND)))
  if (ms < HOUR) return count(language, time.minutes, Math.round(ms / MINUTE))
  if (ms < DAY) {
    const minutes = Math.round((ms % HOUR) / MINUTE)
    const hours = count(language, time.hours, Math.floor(ms / HOUR))
    return minutes === 0 || minutes === 60
      ? count(language, time.hours, Math.round(ms / HOUR))
      : `${hours} ${count(language, time.minutes, minutes)}`
  }
  return count(language, time.days, Math.round(ms / DAY))
}

/** "5 minutes ago"; under a minute in seconds, so that "sealed 2 s ago" can be watched. */
export function ago(language: string, at: number, now: number): string {
  const ms = Math.max(1000, now - at)
  const relative = new Intl.RelativeTimeFormat(language, { numeric: 'always', style: 'narrow' })
  if (ms < MINUTE) return relative.format(-Math.round(ms / SECOND), 'second')
  if (ms < HOUR) return relative.format(-Math.round(ms / MINUTE), 'minute')
  if (ms < DAY) return relative.format(-Math.round(ms / HOUR), 'hour')
  return relative.format(-Math.round(ms / DAY), 'day')
}

const UNITS = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte'] as const

/** "1.2 GB" */
export function bytes(language: string, n: number): string {
  let value = n
  let unit = 0
  while (value >= 1000 && unit < UNITS.length - 1) {
    value /= 1000
    unit += 1
  }
  return new Intl.NumberFormat(language, {
    style: 'unit',
    unit: UNITS[unit] ?? 'byte',
    maximumFractionDigits: value < 10 && unit > 0 ? 1 : 0,
  }).format(value)
}

export const number = (language: string, n: number): string => new Intl.NumberFormat(language).format(n)
