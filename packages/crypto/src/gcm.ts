import { CryptoError } from './errors.ts'
import type { Secret } from './secret.ts'

/** AES-256-GCM (NIST SP 800-38D) in one shot, 12-byte nonce, tag behind the ciphertext. A key is used for one message only. */
const plain = (bytes: Uint8Array): Uint8Array<ArrayBuffer> => new Uint8Array(bytes)

const importKey = (key: Secret, usage: 'encrypt' | 'decrypt'): Promise<CryptoKey> =>
  key.use(bytes => globalThis.crypto.subtle.importKey('raw', plain(bytes), 'AES-GCM', false, [usage]))

export async function gcmSeal(
  key: Secret,
  nonce: Uint8Array,
  plaintext: Uint8Array,
  aad: Uint8Array,
): Promise<Uint8Array> {
  const params = { name: 'AES-GCM', iv: plain(nonce), additionalData: plain(aad) }
  return new Uint8Array(
    await globalThis.crypto.subtle.encrypt(params, await importKey(key, 'encrypt'), plain(plaintext)),
  )
}

/** @throws CryptoError bad_chunk */
export async function gcmOpen(
  key: Secret,
  nonce: Uint8Array,
  sealed: Uint8Array,
  aad: Uint8Array,
): Promise<Uint8Array> {
  const params = { name: 'AES-GCM', iv: plain(nonce), additionalData: plain(aad) }
  try {
    return new Uint8Array(
      await globalThis.crypto.subtle.decrypt(params, await importKey(key, 'decrypt'), plain(sealed)),
    )
  } catch {
    throw new CryptoError('bad_chunk')
  }
}
