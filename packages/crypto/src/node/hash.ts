import { createHash, createHmac, hash } from 'node:crypto'

export function sha256(parts: readonly Uint8Array[]): Uint8Array {
  const [only] = parts
  if (parts.length === 1 && only) return new Uint8Array(hash('sha256', only, 'buffer'))
  const digest = createHash('sha256')
  for (const part of parts) digest.update(part)
  return new Uint8Array(digest.digest())
}

export function hmac(name: 'sha256' | 'sha512', key: Uint8Array, parts: readonly Uint8Array[]): Uint8Array {
  const mac = createHmac(name, key)
  for (const part of parts) mac.update(part)
  return new Uint8Array(mac.digest())
}
