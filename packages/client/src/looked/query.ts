import type { Access } from '@hausrecht/chain/access'
import type { DeviceId, StreamId } from '@hausrecht/crypto/ids'
import { spanOf } from './span.ts'

/** What is looked for among the accesses of a household. All of it has to be true of an access. */
export type LookedQuery = {
  /** Words of names of devices and cameras, or of their ids; each has to be found. Nothing asks for no name. */
  readonly text: string
  /** Null is every device. */
  readonly readers: ReadonlySet<DeviceId> | null
  /** Null is every stream. */
  readonly streams: ReadonlySet<StreamId> | null
  /** From this moment on, ms; null is the beginning. */
  readonly from: number | null
  /** Before this moment, ms; null is the end. */
  readonly to: number | null
  /** What the two moments are about: when somebody looked, or when it was recorded. */
  readonly about: 'looked' | 'recorded'
}

export const EVERYTHING: LookedQuery = {
  text: '',
  readers: null,
  streams: null,
  from: null,
  to: null,
  about: 'looked',
}

/** Characters of a search that are used; the rest is left out. */
export const LOOKED_TEXT_MOST = 200

/** Names by id of device or stream; what has none here is missing. */
export type NamesById = ReadonlyMap<string, string>

/** `unnamed`: it might be what was looked for, but the name of its device or camera is not known here. */
export type Verdict = 'match' | 'other' | 'unnamed'

/** Without what nobody sees: a name with an invisible sign in it must not hide from a search for it. */
const folded = (text: string): string =>
  text
    .normalize('NFKC')
    .replaceAll(/\p{Default_Ignorable_Code_Point}/gu, '')
    .toLocaleLowerCase()

const inRange = ({ about, from, to }: LookedQuery, access: Access): boolean => {
  // What only touches the range belongs to it.
  const span = about === 'looked' ? { from: access.time, to: access.time + 1 } : spanOf(access)
  return (to === null || span.from < to) && (from === null || span.to > from)
}

/** Whether an access is what is looked for. */
export function matcher(query: LookedQuery, names: NamesById): (access: Access) => Verdict {
  const wanted = folded(query.text.slice(0, LOOKED_TEXT_MOST)).split(/\s+/).filter(Boolean)
  const texts = new Map<string, string>()
  const textOf = (id: string): string => {
    const known = texts.get(id) ?? folded(`${names.get(id) ?? ''} ${id}`)
    texts.set(id, known)
    return known
  }
  return access => {
    const { reader, stream } = access
    const asked = (query.readers?.has(reader) ?? true) && (query.streams?.has(stream) ?? true) && inRange(query, access)
    if (!asked) return 'other'
    if (wanted.every(word => textOf(reader).includes(word) || textOf(stream).includes(word))) return 'match'
    return names.has(reader) && names.has(stream) ? 'other' : 'unnamed'
  }
}
