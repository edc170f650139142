import type { AccessView } from '../engine/api.ts'

export type AccessDay = { readonly day: number; readonly rows: readonly AccessRow[] }

/** Neighbouring reads of one device of one camera, told as one. */
export type AccessRow = {
  readonly index: number
  readonly at: number
  readonly reader: AccessView['reader']
  readonly stream: AccessView['stream']
  readonly from: number
  readonly to: number
  readonly purpose: string
  readonly proven: boolean
  readonly live: boolean
  readonly count: number
}

/** Reads so close to each other are one look, ms: a player asks for the next stretch again and again. */
export const ONE_LOOK_MS = 5 * 60_000

/** Whoever looks at the newest that was recorded asks up to now, and a little beyond: clocks differ, and keys open two seconds each. */
const LIVE_AHEAD_MS = 30_000

/** Whoever may read well beyond the moment of asking watches what is yet to come. */
export const isLive = (access: AccessView): boolean => access.to > access.at + LIVE_AHEAD_MS

const midnight = (at: number): number => new Date(at).setHours(0, 0, 0, 0)

/**
 * @param accesses newest first
 * @param same the camera that a stream belongs to, so that sound and picture are one look
 */
export function looks(
  accesses: readonly AccessView[],
  same: (stream: AccessView['stream']) => AccessView['stream'],
): readonly AccessRow[] {
  const rows: AccessRow[] = []
  for (const access of accesses) {
    const { index, at, reader, from, to, purpose, proven } = access
    const row = {
      index,
      at,
      reader,
      stream: same(access.stream),
      from,
      to,
      purpose,
      proven,
      live: isLive(access),
      count: 1,
    }
    const place = rows.findIndex(
      other =>
        other.reader === row.reader &&
        other.stream === row.stream &&
        other.purpose === row.purpose &&
        other.live === row.live &&
        other.at - row.at < ONE_LOOK_MS * other.count,
    )
    const other = rows[place]
    if (other === undefined || rows.length - place > 12) rows.push(row)
    else
      rows[place] = {
        ...other,
        from: Math.min(other.from, row.from),
        to: Math.max(other.to, row.to),
        proven: other.proven && row.proven,
        count: other.count + 1,
      }
  }
  return rows
}

/** Rows by the day of this browser's calendar, newest first. */
export function byDay(rows: readonly AccessRow[]): readonly AccessDay[] {
  const days: { day: number; rows: AccessRow[] }[] = []
  for (const row of rows) {
    const day = midnight(row.at)
    const last = days.at(-1)
    if (last?.day === day) last.rows.push(row)
    else days.push({ day, rows: [row] })
  }
  return days
}
