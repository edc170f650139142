import type { CborValue } from '@hausrecht/crypto/cbor'
import { open } from '@hausrecht/crypto/cobblestone'
import { CryptoError } from '@hausrecht/crypto/errors'
import type { HouseholdId, ObjectId, StreamId } from '@hausrecht/crypto/ids'
import { objectKey } from '@hausrecht/keytree/object-key'
import { SegmentError } from '@hausrecht/media/errors'
import { checkObject, type SegmentHeader } from '@hausrecht/media/segment/header'
import { KINDS, type Kind } from '@hausrecht/media/segment/kinds'
import { decodeDetails, decodePayload, type Payload } from '@hausrecht/media/segment/payload'
import { ClientError } from './errors.ts'
import type { LeafKeys } from './seal.ts'

/** What was asked for. An object whose header says anything else is refused before a key is touched. */
export type Asked = {
  readonly household: HouseholdId
  readonly stream: StreamId
  readonly generation: number
  readonly leaf: number
  readonly object: ObjectId
  readonly kind: Kind
}

export type Opened = { readonly header: SegmentHeader; readonly payload: Payload }

/**
 * Opens a segment that somebody untrusted handed over.
 * @throws ClientError damaged_header | object_mismatch (which field) | key_deleted | key_missing | damaged_commitment |
 *   damaged_chunk (which) | damaged_payload
 */
export async function openSegment(asked: Asked, keys: LeafKeys, bytes: Uint8Array): Promise<Opened> {
  const { header, plaintext } = await openObject(asked, keys, bytes)
  return { header, payload: inside(() => decodePayload(header.kind, plaintext)) }
}

/** Opens the sealed part of a chain entry (kind 4). @throws as `openSegment` */
export async function openDetails(
  asked: Omit<Asked, 'kind' | 'object' | 'leaf' | 'generation'>,
  keys: LeafKeys,
  bytes: Uint8Array,
): Promise<ReadonlyMap<number | string, CborValue>> {
  const { generation, leaf, object } = readHeader(bytes).header
  const { plaintext } = await openObject({ ...asked, generation, leaf, object, kind: KINDS.payload }, keys, bytes)
  return inside(() => decodeDetails(plaintext))
}

async function openObject(
  asked: Asked,
  keys: LeafKeys,
  bytes: Uint8Array,
): Promise<{ header: SegmentHeader; plaintext: Uint8Array }> {
  const { header, context } = readHeader(bytes)
  for (const field of ['household', 'stream', 'generation', 'leaf', 'object', 'kind'] as const) {
    if (header[field] !== asked[field]) throw new ClientError('object_mismatch', field)
  }
  using leafKey = keys.leafKey(asked, asked.leaf)
  using key = objectKey(leafKey, asked.kind, asked.object)
  try {
    return { header, plaintext: await open(key, context, bytes.subarray(context.length)) }
  } catch (error) {
    throw explain(error)
  }
}

function readHeader(bytes: Uint8Array): ReturnType<typeof checkObject> {
  try {
    return checkObject(bytes)
  } catch (error) {
    throw explain(error)
  }
}

/** What is wrong with an object, in this package's words; other errors stay as they are. */
export function explain(error: unknown): unknown {
  if (error instanceof SegmentError) return new ClientError('damaged_header', error.message, { cause: error })
  if (!(error instanceof CryptoError)) return error
  switch (error.code) {
    case 'bad_commitment':
      return new ClientError('damaged_commitment', undefined, { cause: error })
    case 'bad_chunk':
      return new ClientError('damaged_chunk', /chunk \d+$/.exec(error.message)?.[0], { cause: error })
    case 'truncated':
      return new ClientError('damaged_header', 'length', { cause: error })
    default:
      return error
  }
}

function inside<T>(read: () => T): T {
  try {
    return read()
  } catch (error) {
    if (error instanceof SegmentError) throw new ClientError('damaged_payload', error.message, { cause: error })
    throw error
  }
}
