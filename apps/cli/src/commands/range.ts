import type { Context } from '../context.ts'
import { CliError } from '../errors.ts'
import { moment } from '../time/format.ts'
import { parseTime } from '../time/parse.ts'

export type Range = Readonly<{ from: number; to: number }>
/** The range to work on, and the end that was asked for, which may be still to come. */
export type AskedRange = Range & Readonly<{ askedTo: number }>

/**
 * The range that a person wrote, ms; an end that is still to come becomes now.
 * @throws CliError bad_time, bad_range, in_the_future
 */
export function readRangeArgs({ clock, language }: Context, fromText: string, toText: string): AskedRange {
  const now = clock.now()
  const from = parseTime(fromText, now, 'from')
  if (from === undefined) throw CliError.of('bad_time', { text: fromText })
  const to = parseTime(toText, now, 'to', from)
  if (to === undefined) throw CliError.of('bad_time', { text: toText })
  if (to <= from) throw CliError.of('bad_range', { from: moment(from, now, language), to: moment(to, now, language) })
  if (from >= now) throw CliError.of('in_the_future', { from: moment(from, now, language) })
  return { from, to: Math.min(to, now), askedTo: to }
}

/** The same range so that it means the same tomorrow. */
export const absolute = ({ from, to }: Range): readonly [string, string] => [
  new Date(from).toISOString(),
  new Date(to).toISOString(),
]
