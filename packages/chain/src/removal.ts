import { concat, utf8 } from '@hausrecht/crypto/bytes'
import { type CborValue, decode, encode } from '@hausrecht/crypto/cbor'
import { CryptoError } from '@hausrecht/crypto/errors'
import { ID_BYTES, idBytes, type OrderId, orderIdFrom } from '@hausrecht/crypto/ids'
import { type SigningKey, verify } from '@hausrecht/crypto/signature'
import { ChainError } from './errors.ts'
import { Fields } from './fields.ts'
import type { HouseholdState } from './state.ts'
import { LIMITS } from './types.ts'

const VERSION = 1
const TYPE = 'removal'
const SIGNED = utf8('hh/removal/1\0')

/**
 * What the vault says of an order's bytes: so many objects were removed, and none was found when it looked for them again. Signed by it,
 * so that it can be held to it; no proof that it kept no copy. docs/formats/chain.md §Removal
 */
export type RemovalFields = {
  readonly time: number
  readonly order: OrderId
  readonly objects: number
  /** Of the sealed objects, together. */
  readonly bytes: number
  /** SHA-256 over what was removed: of each object, by id, its id as 26 characters and the SHA-256 of its sealed bytes. */
  readonly root: Uint8Array
}
export type Removal = RemovalFields & { readonly signature: Uint8Array; readonly encoded: Uint8Array }

function removalMap({ time, order, objects, bytes, root }: RemovalFields): Map<number, CborValue> {
  const fields = new Map<string, CborValue>([
    ['order', idBytes(order)],
    ['objects', objects],
    ['bytes', bytes],
    ['root', root],
  ])
  return new Map<number, CborValue>([
    [1, VERSION],
    [2, TYPE],
    [4, time],
    [7, fields],
  ])
}

export async function signRemoval(removal: RemovalFields, vaultKey: SigningKey): Promise<Removal> {
  const map = removalMap(removal)
  map.set(9, await vaultKey.sign(concat(SIGNED, encode(map))))
  return decodeRemoval(encode(map))
}

/** The removal keeps a copy of the bytes. @throws ChainError bad_removal */
export function decodeRemoval(bytes: Uint8Array): Removal {
  const encoded = new Uint8Array(bytes)
  try {
    const outer = new Fields(decode(encoded, LIMITS.entryBytes))
    if (outer.number(1) !== VERSION || outer.text(2, 32) !== TYPE) throw new ChainError('bad_removal')
    const time = outer.number(4)
    const inner = new Fields(outer.raw(7))
    const signature = outer.bytes(9, 64)
    const removal = {
      time,
      order: orderIdFrom(inner.bytes('order', ID_BYTES)),
      objects: inner.number('objects'),
      bytes: inner.number('bytes'),
      root: inner.bytes('root', 32),
      signature,
      encoded,
    }
    inner.end()
    outer.end()
    return removal
  } catch (error) {
    if (error instanceof CryptoError || error instanceof ChainError) throw new ChainError('bad_removal', error.message)
    throw error
  }
}

/** @throws ChainError bad_signature */
export async function verifyRemoval(removal: Removal, vaultKey: Uint8Array): Promise<void> {
  if (!(await verify(vaultKey, concat(SIGNED, encode(removalMap(removal))), removal.signature)))
    throw new ChainError('bad_signature')
}

/**
 * A vault says it once of an order that was given. `said`: the orders it has said it of.
 * @throws ChainError bad_removal
 */
export function checkRemoval(state: HouseholdState, said: { has(order: OrderId): boolean }, { order }: Removal): void {
  if (!state.orderIds.has(order)) throw new ChainError('bad_removal', 'no such order')
  if (said.has(order)) throw new ChainError('bad_removal', 'said before')
}
