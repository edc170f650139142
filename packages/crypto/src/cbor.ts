import { decode as cborDecode, encode as cborEncode, rfc8949EncodeOptions } from 'cborg'
import { equal } from './bytes.ts'
import { CryptoError } from './errors.ts'

export type CborValue =
  | number
  | bigint
  | string
  | boolean
  | null
  | Uint8Array
  | readonly CborValue[]
  | ReadonlyMap<number | string, CborValue>

export const CBOR_MAX_BYTES = 1 << 20
export const CBOR_MAX_DEPTH = 16

/** Deterministic CBOR (RFC 8949 §4.2.1): shortest forms, sorted keys, definite lengths; no floats are used by us. */
export function encode(value: CborValue): Uint8Array {
  // A copy: cborg hands out views of a pool, some of them as Buffer, whose `slice` does not copy.
  return new Uint8Array(cborEncode(value, rfc8949EncodeOptions))
}

/**
 * Decodes and then encodes again: bytes that are not exactly their own deterministic encoding are refused,
 * so that one value has one encoding and one hash. Maps come back as `Map`; their keys are numbers or texts.
 * @throws CryptoError bad_cbor | cbor_limit
 */
export function decode(bytes: Uint8Array, maxBytes: number = CBOR_MAX_BYTES): CborValue {
  if (bytes.length > maxBytes) throw new CryptoError('cbor_limit', `${bytes.length} bytes`)
  let value: unknown
  try {
    value = cborDecode(bytes, { strict: true, useMaps: true, rejectDuplicateMapKeys: true, allowUndefined: false })
  } catch (error) {
    if (error instanceof RangeError) throw new CryptoError('cbor_limit', 'depth')
    throw new CryptoError('bad_cbor')
  }
  checkShape(value, 0)
  if (!equal(encode(value), bytes)) throw new CryptoError('bad_cbor', 'not in its deterministic form')
  return value
}

const SCALARS: readonly string[] = ['number', 'bigint', 'string', 'boolean']

/** The decoder reads more than we have a use for: keys of any type, some of which cannot be sorted, and breaks that end nothing. */
function checkShape(value: unknown, depth: number): asserts value is CborValue {
  if (depth > CBOR_MAX_DEPTH) throw new CryptoError('cbor_limit', 'depth')
  if (value === null || value instanceof Uint8Array || SCALARS.includes(typeof value)) return
  if (Array.isArray(value)) for (const item of value) checkShape(item, depth + 1)
  else if (value instanceof Map)
    for (const [key, item] of value) {
      if (typeof key !== 'number' && typeof key !== 'string') throw new CryptoError('bad_cbor', 'a key of another type')
      checkShape(item, depth + 1)
    }
  else throw new CryptoError('bad_cbor', 'a value of another type')
}
