import type { Position } from '@hausrecht/chain/receipt'
import { type CborValue, decode, encode } from '@hausrecht/crypto/cbor'
import { ID_BYTES, idBytes, streamIdFrom } from '@hausrecht/crypto/ids'
import { ClientError } from './errors.ts'
import type { Store } from './store.ts'

const FILE = 'receipts/cover'
/** Of a list that is read: four million positions. */
const MAX_BYTES = 128 * 1024 * 1024

/** Keeps where the nodes stood that the receipt about to be signed binds its author to: the log has only a hash of it. No secret. */
export const keepCover = (store: Store, positions: readonly Position[]): Promise<void> =>
  store.write(
    FILE,
    encode(
      positions.map(({ stream, generation, depth, prefix }): CborValue => [idBytes(stream), generation, depth, prefix]),
    ),
  )

/** What `keepCover` kept last; null when nothing was. It may be of a receipt that was never accepted: compare its root. */
export async function keptCover(store: Store): Promise<readonly Position[] | null> {
  const bytes = await store.read(FILE)
  if (bytes === null) return null
  const value = decode(bytes, MAX_BYTES)
  if (!Array.isArray(value)) throw new ClientError('home_damaged', 'cover')
  return value.map((item: CborValue): Position => {
    const [stream, generation, depth, prefix] = Array.isArray(item) ? item : []
    if (!(stream instanceof Uint8Array) || stream.length !== ID_BYTES) throw new ClientError('home_damaged', 'cover')
    if (typeof generation !== 'number' || typeof depth !== 'number' || typeof prefix !== 'number')
      throw new ClientError('home_damaged', 'cover')
    return { stream: streamIdFrom(stream), generation, depth, prefix }
  })
}
