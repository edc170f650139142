import type { Span } from '../engine/api.ts'
import type { Calendar } from './ticks.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR
const LABELS_MOST = 500

const formats = new Map<string, Intl.NumberFormat>()
const written = new Map<string, readonly string[]>()

function amount(language: string, unit: string, value: number): string {
  const key = `${language} ${unit}`
  let format = formats.get(key)
  if (format === undefined) {
    format = new Intl.NumberFormat(language, { style: 'unit', unit, unitDisplay: 'short', maximumFractionDigits: 0 })
    formats.set(key, format)
  }
  return format.format(value)
}

/** "24 min", "3 hr 5 min": short, for where there is little room. */
export function lasting(language: string, ms: number): string {
  if (ms < MINUTE) return amount(language, 'second', Math.max(1, Math.round(ms / 1000)))
  if (ms < HOUR - MINUTE / 2) return amount(language, 'minute', Math.round(ms / MINUTE))
  if (ms < DAY - HOUR / 2) {
    const minutes = Math.round(ms / MINUTE)
    const hours = amount(language, 'hour', Math.floor(minutes / 60))
    return minutes % 60 === 0 ? hours : `${hours} ${amount(language, 'minute', minutes % 60)}`
  }
  return amount(language, 'day', Math.max(1, Math.round(ms / DAY)))
}

/** What is written on a stretch without recording, the longest first. */
export function labelsOf(
  span: Span,
  words: {
    readonly calendar: Pick<Calendar, 'language'>
    readonly erased: string
    readonly reason: (code: string) => string
  },
): readonly string[] {
  if (span.type === 'recorded') return []
  const { language } = words.calendar
  const what = span.type === 'gap' ? words.reason(span.reason) : words.erased
  const key = `${language} ${span.to - span.from} ${what}`
  let labels = written.get(key)
  if (labels === undefined) {
    if (written.size >= LABELS_MOST) written.clear()
    const long = lasting(language, span.to - span.from)
    labels = [`${what}, ${long}`, what, long]
    written.set(key, labels)
  }
  return labels
}
