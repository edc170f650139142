import { sha256 as digest256, hmac } from '#hash'
import { utf8 } from './bytes.ts'

/** SHA-256 (FIPS 180-4) over the parts joined; 32 bytes. */
export const sha256 = (...parts: readonly Uint8Array[]): Uint8Array => digest256(parts)

/** HMAC-SHA256 (RFC 2104) over the parts joined; 32 bytes. */
export const hmacSha256 = (key: Uint8Array, ...parts: readonly Uint8Array[]): Uint8Array => hmac('sha256', key, parts)

/** HMAC-SHA512 (RFC 2104) over the parts joined; 64 bytes. */
export const hmacSha512 = (key: Uint8Array, ...parts: readonly Uint8Array[]): Uint8Array => hmac('sha512', key, parts)

/** HKDF-Extract with SHA-256 (RFC 5869 §2.2). */
export const hkdfExtract256 = (salt: Uint8Array, ikm: Uint8Array): Uint8Array => hmacSha256(salt, ikm)

/** HKDF-Expand with SHA-256 (RFC 5869 §2.3); `length` is 1…8160 bytes. */
export function hkdfExpand256(prk: Uint8Array, info: Uint8Array | string, length: number): Uint8Array {
  if (!Number.isInteger(length) || length < 1 || length > 255 * 32) throw new RangeError('HKDF length')
  const label = typeof info === 'string' ? utf8(info) : info
  const out = new Uint8Array(length)
  let block: Uint8Array = new Uint8Array(0)
  for (let i = 1, at = 0; at < length; i++, at += 32) {
    block = hmacSha256(prk, block, label, Uint8Array.of(i))
    out.set(block.subarray(0, Math.min(32, length - at)), at)
  }
  return out
}
