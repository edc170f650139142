import { createCipheriv, createDecipheriv, createSecretKey } from 'node:crypto'
import { CHUNK_BYTES, chunkNonce, type MessageKeys, SEALED_CHUNK_BYTES, TAG_BYTES } from '../chunk-format.ts'
import { CryptoError } from '../errors.ts'

const GCM = 'aes-256-gcm'

/** Seals every chunk of `plain` into `out`, the last one short (maybe empty). */
export function sealChunks(keys: MessageKeys, plain: Uint8Array, out: Uint8Array): Promise<void> {
  const key = createSecretKey(keys.key)
  const nonce = new Uint8Array(12)
  for (let index = 0, from = 0, to = 0; from <= plain.length; index++, from += CHUNK_BYTES) {
    const cipher = createCipheriv(GCM, key, chunkNonce(keys.nonce, index, nonce))
    const body = cipher.update(plain.subarray(from, from + CHUNK_BYTES))
    cipher.final()
    out.set(body, to)
    out.set(cipher.getAuthTag(), to + body.length)
    to += body.length + TAG_BYTES
  }
  return Promise.resolve()
}

/** Opens chunks that begin with number `first`. */
export function openChunks(keys: MessageKeys, sealed: Uint8Array, first: number, out: Uint8Array): Promise<void> {
  const key = createSecretKey(keys.key)
  const nonce = new Uint8Array(12)
  for (let index = first, from = 0, to = 0; from < sealed.length; index++, from += SEALED_CHUNK_BYTES) {
    const end = Math.min(sealed.length, from + SEALED_CHUNK_BYTES)
    const decipher = createDecipheriv(GCM, key, chunkNonce(keys.nonce, index, nonce), { authTagLength: TAG_BYTES })
    decipher.setAuthTag(sealed.subarray(end - TAG_BYTES, end))
    const body = decipher.update(sealed.subarray(from, end - TAG_BYTES))
    try {
      decipher.final()
    } catch {
      return Promise.reject(new CryptoError('bad_chunk', `chunk ${index}`))
    }
    out.set(body, to)
    to += body.length
  }
  return Promise.resolve()
}
