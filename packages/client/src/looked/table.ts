import type { Purpose } from '@hausrecht/chain/access'
import type { LoggedAccess } from '../chain-state.ts'
import type { NamesById } from './query.ts'
import { spanOf } from './span.ts'

/** An access as it is exported, the same everywhere. Times as ISO 8601 in UTC. */
export type LookedRow = {
  /** When it was granted, by the vault's clock. */
  readonly time: string
  readonly deviceId: string
  /** Its name, or nothing where no name is readable. */
  readonly device: string
  readonly streamId: string
  readonly stream: string
  /** What could be read: recorded from … */
  readonly from: string
  /** … to; not included. */
  readonly to: string
  readonly purpose: Purpose
  /** The place of its entry in the log, for `hausrecht log proof` and `verify log`. */
  readonly logIndex: number
}

export const LOOKED_COLUMNS = [
  ...(['time', 'deviceId', 'device', 'streamId', 'stream', 'from', 'to', 'purpose', 'logIndex'] as const),
] satisfies readonly (keyof LookedRow)[]

const iso = (at: number): string => new Date(at).toISOString()

export function lookedRow({ access, index }: LoggedAccess, names: NamesById): LookedRow {
  const { from, to } = spanOf(access)
  return {
    time: iso(access.time),
    deviceId: access.reader,
    device: names.get(access.reader) ?? '',
    streamId: access.stream,
    stream: names.get(access.stream) ?? '',
    from: iso(from),
    to: iso(to),
    purpose: access.purpose,
    logIndex: index,
  }
}

/** What makes a spreadsheet take a text for a formula when a cell begins with it; the wide forms too. */
const AT_BEGINNING = /^(?:[\t\r\n]|[\s"']*[=+\-@＝＋－＠])/u
/** A spreadsheet that separates by another sign than the comma begins a cell in the middle of a text. */
const BEHIND_SEPARATOR = /([;,|\t\r\n][\s"']*)(?=[=+\-@＝＋－＠])/gu

/** A name that somebody chose, so that no spreadsheet runs it: an apostrophe stands before what would begin a formula. */
function guarded(name: string): string {
  const inside = name.replaceAll(BEHIND_SEPARATOR, "$1'")
  return AT_BEGINNING.test(inside) ? `'${inside}` : inside
}

/** RFC 4180 §2: with quotes where it has to have them, and those inside doubled. */
const field = (text: string): string => (/[",\r\n;\t]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text)

const line = (fields: readonly string[]): string => `${fields.map(field).join(',')}\r\n`

export const csvHead = (): string => line(LOOKED_COLUMNS)

/** Rows as RFC 4180 lines in the order of LOOKED_COLUMNS. Only names come from people, and only they are guarded. */
export const csvRows = (rows: readonly LookedRow[]): string =>
  rows
    .map(row => {
      const named: LookedRow = { ...row, device: guarded(row.device), stream: guarded(row.stream) }
      return line(LOOKED_COLUMNS.map(column => String(named[column])))
    })
    .join('')
