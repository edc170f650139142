const two = (n: number): string => String(n).padStart(2, '0')

/** A moment as `<input type="date">` takes it, in the zone of this browser. */
export function dateInput(at: number): string {
  const date = new Date(at)
  return `${String(date.getFullYear()).padStart(4, '0')}-${two(date.getMonth() + 1)}-${two(date.getDate())}`
}

/** A moment as `<input type="time" step="1">` takes it. */
export function timeInput(at: number): string {
  const date = new Date(at)
  return `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`
}

export const momentInput = (at: number): string => `${dateInput(at)}T${timeInput(at)}`

/**
 * The moment that such inputs say, ms; null when it is none. A time that a clock change left out becomes the one an hour later, as
 * clocks do; of a time that comes twice it is the first.
 */
export function momentOf(date: string, time: string): number | null {
  const match = /^(\d{4})-(\d\d)-(\d\d)$/.exec(date)
  const parts = /^(\d\d):(\d\d)(?::(\d\d))?/.exec(time)
  if (match === null || parts === null) return null
  const [year, month, day] = [Number(match[1]), Number(match[2]), Number(match[3])]
  const made = new Date(year, month - 1, day, Number(parts[1]), Number(parts[2]), Number(parts[3] ?? 0))
  const valid = made.getFullYear() === year && made.getMonth() === month - 1 && made.getDate() === day
  return valid && Number(parts[1]) < 24 && Number(parts[2]) < 60 ? made.getTime() : null
}
