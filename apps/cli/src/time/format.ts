import type { Language } from '../language.ts'

const LOCALE: Readonly<Record<Language, string>> = { en: 'en-GB', de: 'de-DE' }
const SECOND = 1000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

/** A number as people of that language write it. */
export const number = (value: number, language: Language, digits = 0): string =>
  value.toLocaleString(LOCALE[language], { minimumFractionDigits: digits, maximumFractionDigits: digits })

/** A size in bytes, in decimal units as disks are sold. */
export function bytes(size: number, language: Language): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB']
  let value = size
  let unit = 0
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000
    unit++
  }
  return `${number(value, language, unit === 0 || value >= 99.95 ? 0 : 1)} ${units[unit]}`
}

/** A bit rate, from bits per second. */
export function bitrate(bitsPerSecond: number, language: Language): string {
  if (bitsPerSecond < 999_500) return `${number(bitsPerSecond / 1000, language)} kbit/s`
  return `${number(bitsPerSecond / 1_000_000, language, 1)} Mbit/s`
}

/** A span of time in ms, in its two largest units: `2 s`, `3 min 20 s`, `1 h 12 min`, `4 d 2 h`. */
export function duration(ms: number, language: Language): string {
  const day = language === 'de' ? 'T' : 'd'
  const rounded = Math.max(0, Math.round(ms / SECOND) * SECOND)
  const parts: [number, string, number, string] =
    rounded < HOUR ? [MINUTE, 'min', SECOND, 's'] : rounded < DAY ? [HOUR, 'h', MINUTE, 'min'] : [DAY, day, HOUR, 'h']
  const [large, largeName, small, smallName] = parts
  const many = Math.floor(rounded / large)
  const rest = Math.floor((rounded % large) / small)
  if (many === 0) return `${rest} ${smallName}`
  return rest === 0 ? `${many} ${largeName}` : `${many} ${largeName} ${rest} ${smallName}`
}

const sameDay = (a: Date, b: Date): boolean => a.toDateString() === b.toDateString()

/** A moment in local time, as short as it stays clear from `now`: `10:02:06`, `yesterday 18:30:00`, `20 Nov 2026, 18:30:00`. */
export function moment(time: number, now: number, language: Language): string {
  const at = new Date(time)
  const clock = at.toLocaleTimeString(LOCALE[language], { hour: '2-digit', minute: '2-digit', second: '2-digit' })
  const yesterday = new Date(now)
  yesterday.setDate(yesterday.getDate() - 1)
  if (sameDay(at, new Date(now))) return clock
  if (sameDay(at, yesterday)) return `${language === 'de' ? 'gestern' : 'yesterday'} ${clock}`
  const day = at.toLocaleDateString(LOCALE[language], { day: 'numeric', month: 'short', year: 'numeric' })
  return `${day}, ${clock}`
}

/** A span between two moments; the day is said once when it is the same. */
export function span(from: number, to: number, now: number, language: Language): string {
  const end = sameDay(new Date(from), new Date(to))
    ? new Date(to).toLocaleTimeString(LOCALE[language], { hour: '2-digit', minute: '2-digit', second: '2-digit' })
    : moment(to, now, language)
  return `${moment(from, now, language)} – ${end}`
}
