import { ed25519 } from '@noble/curves/ed25519.js'
import { importSigner, verifyRaw } from '#signature'
import { toHex } from './bytes.ts'
import { CryptoError } from './errors.ts'
import { randomBytes } from './random.ts'
import type { Secret } from './secret.ts'
import { Secret as SecretBytes } from './secret.ts'
import type { SigningKey } from './signing-key.ts'

export const PUBLIC_KEY_BYTES = 32
export const SIGNATURE_BYTES = 64

export type { SigningKey }

/** A signing key from its 32-byte seed (a `Secret`, or whatever else lends its bytes); the seed stays the caller's. */
export function signingKeyFromSeed(seed: Pick<Secret, 'use'>): Promise<SigningKey> {
  return seed.use(bytes => {
    if (bytes.length !== 32) throw new CryptoError('bad_length', 'seed')
    return importSigner(bytes.slice(), ed25519.getPublicKey(bytes))
  })
}

/** A new key and the seed to store it by. */
export async function generateSigningKey(): Promise<{ key: SigningKey; seed: Secret }> {
  const seed = SecretBytes.from(randomBytes(32))
  return { key: await signingKeyFromSeed(seed), seed }
}

const accepted = new Map<string, boolean>()
const ACCEPTED_CACHE = 4096

/**
 * A key that everybody judges alike: 32 bytes, canonical, in the prime-order subgroup (so not of small order).
 * Verifiers disagree on other keys, and a chain must not depend on who checks it.
 */
export function isAcceptableKey(publicKey: Uint8Array): boolean {
  if (publicKey.length !== PUBLIC_KEY_BYTES) return false
  const name = toHex(publicKey)
  const known = accepted.get(name)
  if (known !== undefined) return known
  let result = false
  try {
    const point = ed25519.Point.fromBytes(publicKey, false)
    result = !point.is0() && point.isTorsionFree() && toHex(point.toBytes()) === name
  } catch {
    result = false
  }
  if (accepted.size >= ACCEPTED_CACHE) accepted.clear()
  accepted.set(name, result)
  return result
}

/** Cofactorless Ed25519 verification (RFC 8032 §5.1.7) of a 64-byte signature by an acceptable key; false otherwise. */
export async function verify(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): Promise<boolean> {
  if (signature.length !== SIGNATURE_BYTES || !isAcceptableKey(publicKey)) return false
  return verifyRaw(publicKey, message, signature)
}
