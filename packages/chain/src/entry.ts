import { concat, utf8 } from '@hausrecht/crypto/bytes'
import { type CborValue, decode, encode } from '@hausrecht/crypto/cbor'
import { CryptoError } from '@hausrecht/crypto/errors'
import { sha256 } from '@hausrecht/crypto/hash'
import { type DeviceId, deviceIdFrom, deviceIdOf, ID_BYTES, idBytes } from '@hausrecht/crypto/ids'
import { type SigningKey, verify } from '@hausrecht/crypto/signature'
import { ChainError } from './errors.ts'
import { Fields } from './fields.ts'
import { decodeStatement, encodeStatement } from './statement.ts'
import { COMMUTATIVE, LIMITS, type Statement } from './types.ts'

const VERSION = 1
const SIGNED = utf8('hh/entry/1\0')
/** What the first entry follows. */
export const NO_PREVIOUS: Uint8Array = new Uint8Array(32)

/** A control entry before it is signed. Times are milliseconds by the author's clock. docs/formats/chain.md §Entries */
export type Draft = {
  /** Place in the chain; for a commutative statement place among its author's commutative ones. Both count from 0. */
  readonly sequence: number
  readonly time: number
  readonly actor: DeviceId
  /** Hash of the entry before: the chain's head, or the author's last commutative one. */
  readonly previous: Uint8Array
  readonly statement: Statement
  /** Commitment to a sealed payload (a name, say), or null. */
  readonly commitment: Uint8Array | null
}
export type Entry = Draft & { readonly signature: Uint8Array; readonly bytes: Uint8Array; readonly hash: Uint8Array }

declare const verified: unique symbol
/** An entry whose author's signature was checked: only these can be applied. */
export type VerifiedEntry = Entry & { readonly [verified]: true }

export const isCommutative = (statement: Statement): boolean => COMMUTATIVE.has(statement.type)

function draftMap(draft: Draft): Map<number, CborValue> {
  const map = new Map<number, CborValue>([
    [1, VERSION],
    [2, draft.statement.type],
    [3, draft.sequence],
    [4, draft.time],
    [5, idBytes(draft.actor)],
    [6, draft.previous],
    [7, encodeStatement(draft.statement)],
  ])
  if (draft.commitment) map.set(8, draft.commitment)
  return map
}

const message = (map: Map<number, CborValue>): Uint8Array => concat(SIGNED, encode(map))

/** SHA-256 of an entry's bytes: what the next one names as previous. */
export const entryHash = (bytes: Uint8Array): Uint8Array => sha256(bytes)

/** Signs a draft. The result still goes through `verifyEntry` like anybody's. */
export async function signEntry(draft: Draft, key: SigningKey): Promise<Entry> {
  if (deviceIdOf(key.publicKey) !== draft.actor) throw new ChainError('bad_signature', 'not the author’s key')
  const map = draftMap(draft)
  const signature = await key.sign(message(map))
  map.set(9, signature)
  return decodeEntry(encode(map))
}

/** The entry keeps a copy of the bytes. @throws ChainError bad_entry | entry_too_large */
export function decodeEntry(encoded: Uint8Array): Entry {
  if (encoded.length > LIMITS.entryBytes) throw new ChainError('entry_too_large')
  const bytes = new Uint8Array(encoded)
  let value: CborValue
  try {
    value = decode(bytes, LIMITS.entryBytes)
  } catch (error) {
    if (error instanceof CryptoError) throw new ChainError('bad_entry', error.message)
    throw error
  }
  const fields = new Fields(value)
  if (fields.number(1) !== VERSION) throw new ChainError('bad_entry', 'version')
  const type = fields.text(2, 32)
  const entry = {
    sequence: fields.number(3),
    time: fields.number(4),
    actor: deviceIdFrom(fields.bytes(5, ID_BYTES)),
    previous: fields.bytes(6, 32),
    statement: decodeStatement(type, fields.raw(7)),
    commitment: fields.optional(8, f => f.bytes(8, 32)),
    signature: fields.bytes(9, 64),
    bytes,
    hash: entryHash(bytes),
  }
  fields.end()
  return entry
}

/**
 * Checks that `publicKey` is the author's and signed the entry.
 * @throws ChainError bad_signature
 */
export async function verifyEntryBy(entry: Entry, publicKey: Uint8Array): Promise<VerifiedEntry> {
  // The bytes are what has a hash and a place in the log, so they are what is read, whatever the object says.
  const read = decodeEntry(entry.bytes)
  if (deviceIdOf(publicKey) !== read.actor) throw new ChainError('bad_signature', 'not the author’s key')
  if (!(await verify(publicKey, message(draftMap(read)), read.signature))) throw new ChainError('bad_signature')
  return read as VerifiedEntry
}

/** SHA-256(0x02 ‖ nonce ‖ payload): the log holds this, the payload itself is sealed and can be forgotten. */
export const payloadCommitment = (nonce: Uint8Array, payload: Uint8Array): Uint8Array =>
  sha256(Uint8Array.of(2), nonce, payload)
