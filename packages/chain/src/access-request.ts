import { equal, toBase64, utf8 } from '@hausrecht/crypto/bytes'
import { decode, encode } from '@hausrecht/crypto/cbor'
import { sha256 } from '@hausrecht/crypto/hash'
import { deviceIdOf, type HouseholdId } from '@hausrecht/crypto/ids'
import { verify } from '@hausrecht/crypto/signature'
import type { Access } from './access.ts'
import { ChainError } from './errors.ts'
import { LIMITS } from './types.ts'

/** A reader's signed HTTP request, as an access entry keeps it. */
export type SignedRequest = {
  /** What was signed: the signature base of RFC 9421 §2.5. */
  readonly base: string
  readonly signature: Uint8Array
  readonly body: Uint8Array
}

/** CBOR [base, signature, body]. docs/formats/chain.md §Access */
export const encodeSignedRequest = ({ base, signature, body }: SignedRequest): Uint8Array =>
  encode([base, signature, body])

/** @throws ChainError bad_access */
export function decodeSignedRequest(bytes: Uint8Array): SignedRequest {
  let value: unknown
  try {
    value = decode(bytes, LIMITS.entryBytes)
  } catch {
    throw new ChainError('bad_access', 'request')
  }
  const [base, signature, body, ...rest]: unknown[] = Array.isArray(value) ? value : []
  const whole = typeof base === 'string' && signature instanceof Uint8Array && body instanceof Uint8Array
  if (!whole || rest.length > 0) throw new ChainError('bad_access', 'request')
  return { base, signature, body }
}

/**
 * Checks that the reader itself asked for exactly this: the vault can log an access that nobody asked for only by a request that
 * the reader's key signed. `publicKey` is the reader's, from the chain.
 * @throws ChainError bad_access | bad_signature
 */
export async function verifyAccessRequest(
  access: Access,
  household: HouseholdId,
  publicKey: Uint8Array,
): Promise<void> {
  const { base, signature, body } = decodeSignedRequest(access.request)
  if (deviceIdOf(publicKey) !== access.reader) throw new ChainError('bad_signature', 'not the reader’s key')
  if (!(await verify(publicKey, utf8(base), signature))) throw new ChainError('bad_signature', 'request')
  const signed = new Set(base.split('\n'))
  const expected = [
    '"@method": POST',
    `"@path": /v1/households/${household}/access`,
    `"content-digest": sha-256=:${toBase64(sha256(body))}:`,
  ]
  if (!expected.every(line => signed.has(line))) throw new ChainError('bad_access', 'another request')
  const { stream, lo, hi, purpose } = access
  if (!equal(canonical(body), canonical({ stream, lo, hi, purpose })))
    throw new ChainError('bad_access', 'another range')
}

/** JSON of the four fields, whatever the order and spaces they came in. */
function canonical(asked: unknown): Uint8Array {
  const value: unknown = asked instanceof Uint8Array ? parse(asked) : asked
  if (typeof value !== 'object' || value === null) throw new ChainError('bad_access', 'request')
  return utf8(JSON.stringify(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))))
}

function parse(body: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body))
  } catch {
    throw new ChainError('bad_access', 'request')
  }
}
