/** How a point in time may be written, on the command line, in local time. */
export type Edge = 'from' | 'to'

const MINUTE = 60_000
const UNIT_MS: Readonly<Record<string, number>> = {
  s: 1000,
  sec: 1000,
  m: MINUTE,
  min: MINUTE,
  h: 60 * MINUTE,
  d: 24 * 60 * MINUTE,
  t: 24 * 60 * MINUTE,
}
const DAYS_BACK: Readonly<Record<string, number>> = { today: 0, heute: 0, yesterday: 1, gestern: 1, vorgestern: 2 }
const WEEKDAYS: readonly (readonly string[])[] = [
  ['sunday', 'sonntag'],
  ['monday', 'montag'],
  ['tuesday', 'dienstag'],
  ['wednesday', 'mittwoch'],
  ['thursday', 'donnerstag'],
  ['friday', 'freitag'],
  ['saturday', 'samstag'],
]
const CLOCK = /^(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,3}))?)?$/

type Day = Readonly<{ year: number; month: number; day: number }>
type ClockTime = Readonly<{ hour: number; minute: number; second: number; ms: number }>
const MIDNIGHT: ClockTime = { hour: 0, minute: 0, second: 0, ms: 0 }

const dayOf = (time: number, back = 0): Day => {
  const date = new Date(time)
  date.setDate(date.getDate() - back)
  return { year: date.getFullYear(), month: date.getMonth(), day: date.getDate() }
}

/** A calendar day and clock time that exist; the 31st of February does not. */
const at = ({ year, month, day }: Day, { hour, minute, second, ms }: ClockTime): number | undefined => {
  if (hour > 24 || minute > 59 || second > 59 || (hour === 24 && minute + second + ms > 0)) return undefined
  if (new Date(year, month, day).getDate() !== day) return undefined
  return new Date(year, month, day, hour, minute, second, ms).getTime()
}

const clockOf = (text: string): ClockTime | undefined => {
  const found = CLOCK.exec(text)
  if (found === null) return undefined
  const [, hour, minute, second = '0', fraction = '0'] = found
  return { hour: Number(hour), minute: Number(minute), second: Number(second), ms: Number(fraction.padEnd(3, '0')) }
}

const namedDay = (word: string, now: number): Day | undefined => {
  const back = DAYS_BACK[word]
  if (back !== undefined) return dayOf(now, back)
  const weekday = WEEKDAYS.findIndex(names => names.includes(word))
  if (weekday >= 0) return dayOf(now, (new Date(now).getDay() - weekday + 7) % 7)
  const iso = /^(\d{4})-(\d{2})-(\d{2})$/.exec(word)
  if (iso !== null) return { year: Number(iso[1]), month: Number(iso[2]) - 1, day: Number(iso[3]) }
  const german = /^(\d{1,2})\.(\d{1,2})\.(\d{4})?$/.exec(word)
  if (german === null) return undefined
  return {
    year: Number(german[3] ?? new Date(now).getFullYear()),
    month: Number(german[2]) - 1,
    day: Number(german[1]),
  }
}

const relative = (text: string): number | undefined => {
  const found = /^([+-])((?:\d+(?:[.,]\d+)?\s*[a-z]+\s*)+)$/.exec(text)
  if (found === null) return undefined
  let sum = 0
  for (const [, amount, unit] of (found[2] ?? '').matchAll(/(\d+(?:[.,]\d+)?)\s*([a-z]+)/g)) {
    const ms = UNIT_MS[unit ?? '']
    if (ms === undefined) return undefined
    sum += Number(amount?.replace(',', '.')) * ms
  }
  return found[1] === '-' ? -sum : sum
}

const bareClock = (clock: ClockTime, now: number, edge: Edge, from: number | undefined): number | undefined => {
  if (edge === 'from' || from === undefined) {
    const today = at(dayOf(now), clock)
    return today === undefined || today <= now ? today : at(dayOf(now, 1), clock)
  }
  const same = at(dayOf(from), clock)
  return same === undefined || same > from ? same : at(dayOf(from, -1), clock)
}

/**
 * The moment (ms) that a text means, or undefined when it means none. Written as `10:00`, `yesterday 18:30`,
 * `monday 9:00`, `2026-11-23`, `2026-11-23 10:00`, `23.11. 10:00`, `-10m`, `now`, ISO 8601 with zone; in German too.
 * A bare clock time is the last such moment; as the end of a range it is the first one after `from`, and `+5m` counts
 * from there. A day without a clock time is its beginning, or its end when it ends a range.
 */
export function parseTime(text: string, now: number, edge: Edge, from?: number): number | undefined {
  const clean = text.trim().toLowerCase().replace(/\s+/g, ' ')
  if (clean === 'now' || clean === 'jetzt') return now
  const shift = relative(clean)
  if (shift !== undefined) return (clean.startsWith('+') ? (from ?? now) : now) + shift
  const clock = clockOf(clean)
  if (clock !== undefined) return bareClock(clock, now, edge, from)
  const [dayText = '', clockText, ...rest] = clean.split(/[ t](?=\d)|, ?/)
  const day = namedDay(dayText.trim(), now)
  if (day !== undefined && rest.length === 0) {
    if (clockText === undefined) return at(day, edge === 'to' ? { ...MIDNIGHT, hour: 24 } : MIDNIGHT)
    const dayClock = clockOf(clockText)
    if (dayClock !== undefined) return at(day, dayClock)
  }
  const zoned = /^\d{4}-\d{2}-\d{2}t\d{2}:\d{2}(:\d{2}([.]\d+)?)?(z|[+-]\d{2}:?\d{2})$/.test(clean)
    ? Date.parse(clean)
    : Number.NaN
  return Number.isNaN(zoned) ? undefined : zoned
}
