import { type CborValue, decode, encode } from '@hausrecht/crypto/cbor'
import { type Frontier, frontierNodes, HASH_BYTES, rootOf } from '@hausrecht/tlog/tree'
import { ClientError } from './errors.ts'

/** How far this device has checked the log: every leaf before `size`, against this signed checkpoint. */
export type LogView = {
  readonly size: number
  readonly frontier: Frontier
  /** The signed note that was checked last; empty when nothing was. */
  readonly note: string
  /** When each witness cosigned it, ms, by the witness's clock. */
  readonly cosigned: ReadonlyMap<string, number>
}

export const EMPTY_VIEW: LogView = { size: 0, frontier: [], note: '', cosigned: new Map() }

export const viewRoot = (view: LogView): Uint8Array => rootOf(view.frontier)

/** CBOR: [size, [hash…], note, {witness → ms}] */
export const encodeView = (view: LogView): Uint8Array => encode([view.size, view.frontier, view.note, view.cosigned])

/** @throws ClientError home_damaged */
export function decodeView(bytes: Uint8Array): LogView {
  const damaged = (): ClientError => new ClientError('home_damaged', 'log view')
  let value: CborValue
  try {
    value = decode(bytes)
  } catch {
    throw damaged()
  }
  if (!Array.isArray(value) || value.length !== 4) throw damaged()
  const [size, frontier, note, times] = value
  if (typeof size !== 'number' || typeof note !== 'string' || !Array.isArray(frontier) || !(times instanceof Map))
    throw damaged()
  const hashes = frontier.filter(
    (hash: CborValue): hash is Uint8Array => hash instanceof Uint8Array && hash.length === HASH_BYTES,
  )
  if (hashes.length !== frontier.length || hashes.length !== frontierNodes(size).length) throw damaged()
  const cosigned = new Map<string, number>()
  for (const [name, time] of times) {
    if (typeof name !== 'string' || typeof time !== 'number') throw damaged()
    cosigned.set(name, time)
  }
  return { size, frontier: hashes, note, cosigned }
}
