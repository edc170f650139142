import { fromBase32, toBase32, utf8 } from './bytes.ts'
import { CryptoError } from './errors.ts'
import { sha256 } from './hash.ts'
import { randomBytes } from './random.ts'

/** An identifier: 16 bytes, written as 26 characters of lowercase base32. The brand keeps kinds apart at compile time. */
type Id<Kind extends string> = string & { readonly __id: Kind }
export type HouseholdId = Id<'household'>
export type DeviceId = Id<'device'>
export type StreamId = Id<'stream'>
export type ObjectId = Id<'object'>
export type PacketId = Id<'packet'>
export type OrderId = Id<'order'>
export type AnyId = HouseholdId | DeviceId | StreamId | ObjectId | PacketId | OrderId

export const ID_BYTES = 16

function make<T extends AnyId>(bytes: Uint8Array): T {
  if (bytes.length !== ID_BYTES) throw new CryptoError('bad_id')
  return toBase32(bytes) as T
}

function parse<T extends AnyId>(text: string): T {
  if (text.length !== 26) throw new CryptoError('bad_id')
  try {
    if (fromBase32(text).length === ID_BYTES) return text as T
  } catch {
    // falls through: one error for everything that is not an id
  }
  throw new CryptoError('bad_id')
}

/** The 16 bytes of an id. */
export const idBytes = (id: AnyId): Uint8Array => fromBase32(id)

export const householdIdFrom = (bytes: Uint8Array): HouseholdId => make(bytes)
export const deviceIdFrom = (bytes: Uint8Array): DeviceId => make(bytes)
export const streamIdFrom = (bytes: Uint8Array): StreamId => make(bytes)
export const objectIdFrom = (bytes: Uint8Array): ObjectId => make(bytes)
export const orderIdFrom = (bytes: Uint8Array): OrderId => make(bytes)

/** Text from outside → id. @throws CryptoError bad_id */
export const parseHouseholdId = (text: string): HouseholdId => parse(text)
export const parseDeviceId = (text: string): DeviceId => parse(text)
export const parseStreamId = (text: string): StreamId => parse(text)
export const parseObjectId = (text: string): ObjectId => parse(text)
export const parsePacketId = (text: string): PacketId => parse(text)
export const parseOrderId = (text: string): OrderId => parse(text)

export const newStreamId = (): StreamId => make(randomBytes(ID_BYTES))
export const newObjectId = (): ObjectId => make(randomBytes(ID_BYTES))
export const newPacketId = (): PacketId => make(randomBytes(ID_BYTES))
export const newOrderId = (): OrderId => make(randomBytes(ID_BYTES))

/** A device is its key: the first 16 bytes of SHA-256("hh/dev/1" ‖ public key). */
export const deviceIdOf = (publicKey: Uint8Array): DeviceId =>
  make(sha256(utf8('hh/dev/1'), publicKey).subarray(0, ID_BYTES))

/** A household is its founder's key and a nonce: the first 16 bytes of SHA-256("hh/household/1" ‖ nonce ‖ public key). */
export const householdIdOf = (founderPublicKey: Uint8Array, nonce: Uint8Array): HouseholdId =>
  make(sha256(utf8('hh/household/1'), nonce, founderPublicKey).subarray(0, ID_BYTES))
