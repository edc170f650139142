import { createHash, createHmac, hash } from 'node:crypto'

export function sha256(parts: readonly Uint8Array[]): Uint8Array {
  const [only] = parts
  if (parts.length === 1 && only) return new Uint8Array(hash('sha256', only, 'buffer'))
  const digest = createHash('sha256')
  for (const part of parts) digest.update(part)
  return new Uint8Array(digest.digest())
}

const BLOCK = { sha256: 64, sha512: 128 } as const
const DIGEST = { sha256: 32, sha512: 64 } as const
/** Longer messages are worth the making of an Hmac object. */
const SHORT = 512
const INNER = 0x36
const OUTER = 0x5c

/** Where short messages are put together; zero in between, since keys are in it. */
const scratch = new Uint8Array(BLOCK.sha512 + SHORT)

/**
 * RFC 2104. Short ones are made of two one-shot hashes: H(K ⊕ opad ‖ H(K ⊕ ipad ‖ m)). Making an Hmac object takes several times as
 * long as the hashing, and a key tree makes millions of them when much is deleted.
 */
export function hmac(name: 'sha256' | 'sha512', key: Uint8Array, parts: readonly Uint8Array[]): Uint8Array {
  const block = BLOCK[name]
  let length = 0
  for (const part of parts) length += part.length
  if (key.length > block || length > SHORT) {
    const mac = createHmac(name, key)
    for (const part of parts) mac.update(part)
    return new Uint8Array(mac.digest())
  }
  pad(key, block, INNER)
  let at = block
  for (const part of parts) {
    scratch.set(part, at)
    at += part.length
  }
  const inner = hash(name, scratch.subarray(0, at), 'buffer')
  pad(key, block, OUTER)
  scratch.set(inner, block)
  const outer = hash(name, scratch.subarray(0, block + DIGEST[name]), 'buffer')
  scratch.fill(0, 0, Math.max(at, block + DIGEST[name]))
  return new Uint8Array(outer)
}

function pad(key: Uint8Array, block: number, byte: number): void {
  scratch.fill(byte, key.length, block)
  for (let i = 0; i < key.length; i++) scratch[i] = (key[i] ?? 0) ^ byte
}
