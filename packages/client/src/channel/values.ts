import { type CborValue, decode, encode } from '@hausrecht/crypto/cbor'
import { ClientError } from '../errors.ts'
import type { ChannelList, ChannelMap, ChannelValue } from './messages.ts'

/** Longest message of a channel, in bytes, before it is sealed. */
export const MESSAGE_MAX_BYTES = 900 * 1024

/** Deterministic CBOR of a value. */
export function encodeValue(value: ChannelValue): Uint8Array {
  const bytes = encode(toCbor(value))
  if (bytes.length > MESSAGE_MAX_BYTES) throw new ClientError('bad_argument', `a message of ${bytes.length} bytes`)
  return bytes
}

/** @throws ClientError bad_channel for what is not the deterministic encoding of a value with text keys */
export function decodeValue(bytes: Uint8Array): ChannelValue {
  try {
    return fromCbor(decode(bytes, MESSAGE_MAX_BYTES))
  } catch (error) {
    throw error instanceof ClientError ? error : new ClientError('bad_channel', 'message', { cause: error })
  }
}

export const isMap = (value: ChannelValue | undefined): value is ChannelMap =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Uint8Array)

const isList = (value: ChannelValue): value is ChannelList => Array.isArray(value)

function toCbor(value: ChannelValue): CborValue {
  if (isList(value)) return value.map(toCbor)
  if (isMap(value)) return new Map(Object.entries(value).map(([name, item]) => [name, toCbor(item)]))
  return value
}

function fromCbor(value: CborValue): ChannelValue {
  if (value instanceof Map) {
    const fields = Array.from(value, ([name, item]): [string, ChannelValue] => {
      if (typeof name !== 'string') throw new ClientError('bad_channel', 'a key that is no text')
      return [name, fromCbor(item)]
    })
    // Without a prototype: a key of another device must never name one of ours.
    return Object.assign(Object.create(null), Object.fromEntries(fields))
  }
  if (Array.isArray(value)) return value.map((item: CborValue) => fromCbor(item))
  if (value instanceof Uint8Array || value === null || typeof value !== 'object') return value
  throw new ClientError('bad_channel', 'value')
}
