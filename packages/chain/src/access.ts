import { concat, utf8 } from '@hausrecht/crypto/bytes'
import { type CborValue, decode, encode } from '@hausrecht/crypto/cbor'
import { CryptoError } from '@hausrecht/crypto/errors'
import { type DeviceId, deviceIdFrom, ID_BYTES, idBytes, type StreamId, streamIdFrom } from '@hausrecht/crypto/ids'
import { type SigningKey, verify } from '@hausrecht/crypto/signature'
import { ChainError } from './errors.ts'
import { Fields } from './fields.ts'
import { LIMITS } from './types.ts'

const VERSION = 1
const TYPE = 'access'
const SIGNED = utf8('hh/access/1\0')
const MAX_LEAF = 0xffff_ffff

export const PURPOSES = ['own', 'guest', 'link', 'grant'] as const
export type Purpose = (typeof PURPOSES)[number]

/** Who reads what, and why: signed by the vault, in the log before anything is served. docs/formats/chain.md §Access */
export type AccessFields = {
  readonly time: number
  readonly reader: DeviceId
  readonly stream: StreamId
  readonly lo: number
  readonly hi: number
  readonly purpose: Purpose
  /** SHA-256 of the token that opens the door; the token itself is never in the log. */
  readonly tokenHash: Uint8Array
  readonly expires: number
  /** The reader's signed request, as bytes: proof that the vault did not invent the reader. */
  readonly request: Uint8Array
}
export type Access = AccessFields & { readonly signature: Uint8Array; readonly bytes: Uint8Array }

function accessMap(access: AccessFields): Map<number, CborValue> {
  const fields = new Map<string, CborValue>([
    ['stream', idBytes(access.stream)],
    ['lo', access.lo],
    ['hi', access.hi],
    ['purpose', access.purpose],
    ['tokenHash', access.tokenHash],
    ['expires', access.expires],
    ['request', access.request],
  ])
  return new Map<number, CborValue>([
    [1, VERSION],
    [2, TYPE],
    [4, access.time],
    [5, idBytes(access.reader)],
    [7, fields],
  ])
}

export async function signAccess(access: AccessFields, vaultKey: SigningKey): Promise<Access> {
  const map = accessMap(access)
  map.set(9, await vaultKey.sign(concat(SIGNED, encode(map))))
  return decodeAccess(encode(map))
}

/** The access keeps a copy of the bytes. @throws ChainError bad_access */
export function decodeAccess(encoded: Uint8Array): Access {
  const bytes = new Uint8Array(encoded)
  try {
    const outer = new Fields(decode(bytes, LIMITS.entryBytes))
    if (outer.number(1) !== VERSION || outer.text(2, 32) !== TYPE) throw new ChainError('bad_access')
    const time = outer.number(4)
    const reader = deviceIdFrom(outer.bytes(5, ID_BYTES))
    const inner = new Fields(outer.raw(7))
    const signature = outer.bytes(9, 64)
    const access = {
      time,
      reader,
      stream: streamIdFrom(inner.bytes('stream', ID_BYTES)),
      lo: inner.number('lo', MAX_LEAF),
      hi: inner.number('hi', MAX_LEAF),
      purpose: inner.oneOf('purpose', PURPOSES),
      tokenHash: inner.bytes('tokenHash', 32),
      expires: inner.number('expires'),
      request: inner.bytes('request'),
      signature,
      bytes,
    }
    inner.end()
    outer.end()
    if (access.lo > access.hi) throw new ChainError('bad_access', 'range')
    return access
  } catch (error) {
    if (error instanceof CryptoError || error instanceof ChainError) throw new ChainError('bad_access', error.message)
    throw error
  }
}

/** @throws ChainError bad_signature */
export async function verifyAccess(access: Access, vaultKey: Uint8Array): Promise<void> {
  if (!(await verify(vaultKey, concat(SIGNED, encode(accessMap(access))), access.signature)))
    throw new ChainError('bad_signature')
}
