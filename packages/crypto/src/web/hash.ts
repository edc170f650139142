import { hmac as nobleHmac } from '@noble/hashes/hmac.js'
import { sha256 as nobleSha256, sha512 } from '@noble/hashes/sha2.js'

export function sha256(parts: readonly Uint8Array[]): Uint8Array {
  const digest = nobleSha256.create()
  for (const part of parts) digest.update(part)
  return digest.digest()
}

export function hmac(name: 'sha256' | 'sha512', key: Uint8Array, parts: readonly Uint8Array[]): Uint8Array {
  const mac = nobleHmac.create(name === 'sha256' ? nobleSha256 : sha512, key)
  for (const part of parts) mac.update(part)
  return mac.digest()
}
