import { zoneOf } from './zone.ts'

const SECOND = 1000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

export type Step = { readonly ms: number; readonly parts: number }

const LONGEST: Step = { ms: 28 * DAY, parts: 4 }

/** Distances of marks, ms of the wall clock, each with how many parts the unlabelled marks cut it into. */
export const STEPS: readonly Step[] = [
  { ms: SECOND, parts: 2 },
  { ms: 2 * SECOND, parts: 2 },
  { ms: 5 * SECOND, parts: 5 },
  { ms: 10 * SECOND, parts: 5 },
  { ms: 30 * SECOND, parts: 3 },
  { ms: MINUTE, parts: 6 },
  { ms: 2 * MINUTE, parts: 4 },
  { ms: 5 * MINUTE, parts: 5 },
  { ms: 10 * MINUTE, parts: 5 },
  { ms: 15 * MINUTE, parts: 3 },
  { ms: 30 * MINUTE, parts: 3 },
  { ms: HOUR, parts: 4 },
  { ms: 2 * HOUR, parts: 4 },
  { ms: 3 * HOUR, parts: 3 },
  { ms: 6 * HOUR, parts: 6 },
  { ms: 12 * HOUR, parts: 4 },
  { ms: DAY, parts: 4 },
  { ms: 2 * DAY, parts: 2 },
  { ms: 7 * DAY, parts: 7 },
  { ms: 14 * DAY, parts: 2 },
  LONGEST,
]

/** Ticks of one answer at most; more are not to be told apart on any screen. */
export const TICKS_MOST = 4000

export type Tick = {
  readonly at: number
  /** Null for the small marks between. */
  readonly label: string | null
}

export type DayLabel = { readonly at: number; readonly to: number; readonly label: string }

/** Words and manners of the labels. */
export type Calendar = {
  readonly zone: string
  /** BCP 47. */
  readonly language: string
  readonly today: string
  readonly yesterday: string
}

/** The finest step whose labels are at least `room` pixels apart. */
export function stepFor(msPerPixel: number, room: number): Step {
  return STEPS.find(step => step.ms / msPerPixel >= room) ?? LONGEST
}

/**
 * Marks in [from, to). Under a day they stand at whole times of the wall clock, so that a day of 23 hours lacks one and a day of 25 has
 * one more; from a day on at the beginnings of days.
 */
export function ticksBetween(from: number, to: number, step: Step, calendar: Calendar): readonly Tick[] {
  if (step.ms > DAY) return dayTicks(from, to, step, calendar)
  const out: Tick[] = []
  const fine = step.ms / step.parts
  for (const moment of marks(from, to, fine, calendar.zone)) {
    if (out.length === TICKS_MOST) break
    const major = moment.wall % step.ms === 0
    out.push({ at: moment.at, label: major ? labelOf(moment.at, step, calendar) : null })
  }
  return out
}

/** Moments at which the wall clock shows a multiple of `every`. None closer than half of it, which a clock set back would make. */
function* marks(from: number, to: number, every: number, zone: string): Generator<{ at: number; wall: number }> {
  let last = Number.NEGATIVE_INFINITY
  for (const { from: start, to: end, offset } of zoneOf(zone).stretches(from - DAY, to)) {
    const first = Math.ceil((Math.max(start, from - 2 * every) + offset) / every) * every
    for (let wall = first; wall - offset < end; wall += every) {
      const at = wall - offset
      if (at - last < every / 2) continue
      last = at
      if (at >= from) yield { at, wall }
    }
  }
}

function dayTicks(from: number, to: number, step: Step, calendar: Calendar): readonly Tick[] {
  const zone = zoneOf(calendar.zone)
  const every = step.ms / DAY
  const fine = every / step.parts
  return zone.dayStarts(from, to).flatMap((at): Tick[] => {
    // Counted from a Monday, so that weeks begin with one.
    const day = Math.floor((at + zone.offsetAt(at)) / DAY) + 3
    if (day % fine !== 0) return []
    return [{ at, label: day % every === 0 ? labelOf(at, step, calendar) : null }]
  })
}

const labelOf = (at: number, step: Step, calendar: Calendar): string =>
  step.ms < MINUTE
    ? formatted(calendar, 'seconds', at)
    : step.ms < DAY
      ? formatted(calendar, 'clock', at)
      : formatted(calendar, 'date', at)

/** Calendar days or months that reach into [from, to), each with its name. */
export function periodsBetween(
  from: number,
  to: number,
  period: 'day' | 'month',
  now: number,
  calendar: Calendar,
): readonly DayLabel[] {
  const zone = zoneOf(calendar.zone)
  const reach = period === 'day' ? 3 * DAY : 33 * DAY
  const days = zone.dayStarts(from - reach, to + reach)
  const starts = period === 'day' ? days : days.filter(at => monthDay(at, zone.offsetAt(at)) === 1)
  const today = zone.dayAt(now)
  const yesterday = zone.dayAt(today.from - 1)
  return starts.flatMap((at, i): DayLabel[] => {
    const end = starts[i + 1]
    if (end === undefined || end <= from || at >= to) return []
    const label = formatted(calendar, period, at)
    if (period === 'day' && at === today.from) return [{ at, to: end, label: `${calendar.today}, ${label}` }]
    if (period === 'day' && at === yesterday.from) return [{ at, to: end, label: `${calendar.yesterday}, ${label}` }]
    return [{ at, to: end, label }]
  })
}

const monthDay = (at: number, offset: number): number => new Date(at + offset).getUTCDate()

type Form = keyof typeof FORMS
const FORMS = {
  seconds: { hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' },
  clock: { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' },
  date: { day: 'numeric', month: 'short' },
  day: { weekday: 'short', day: 'numeric', month: 'short' },
  month: { month: 'long', year: 'numeric' },
  spoken: {
    weekday: 'long',
    day: 'numeric',
    month: 'long',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    hourCycle: 'h23',
  },
} as const satisfies Readonly<Record<string, Intl.DateTimeFormatOptions>>

const formats = new Map<string, Intl.DateTimeFormat>()

/** A moment as the household's clock shows it and its language writes it. */
export function formatted(calendar: Pick<Calendar, 'zone' | 'language'>, form: Form, at: number): string {
  const key = `${calendar.language} ${calendar.zone} ${form}`
  let format = formats.get(key)
  if (format === undefined) {
    const language = calendar.language === 'en' ? 'en-GB' : calendar.language
    format = new Intl.DateTimeFormat(language, { ...FORMS[form], timeZone: zoneOf(calendar.zone).name })
    formats.set(key, format)
  }
  return format.format(at)
}
