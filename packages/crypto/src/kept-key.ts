import { CryptoError } from './errors.ts'
import { PUBLIC_KEY_BYTES } from './signature.ts'
import type { SigningKey } from './signing-key.ts'

/**
 * A signing key whose private half WebCrypto keeps: it signs, and nobody can read it, this program not excepted. A browser stores the
 * `CryptoKey` itself (IndexedDB clones it without showing its bytes).
 */
export type KeptKey = { readonly publicKey: Uint8Array<ArrayBuffer>; readonly privateKey: CryptoKey }

/** A new Ed25519 key (RFC 8032), not extractable. */
export async function generateKeptKey(): Promise<KeptKey> {
  const pair = await globalThis.crypto.subtle.generateKey({ name: 'Ed25519' }, false, ['sign', 'verify'])
  if (!('privateKey' in pair)) throw new CryptoError('bad_key', 'no key pair')
  const publicKey = new Uint8Array(await globalThis.crypto.subtle.exportKey('raw', pair.publicKey))
  return { publicKey, privateKey: pair.privateKey }
}

/** @throws CryptoError bad_key for one whose private half could be read */
export function keptSigner({ publicKey, privateKey }: KeptKey): SigningKey {
  if (privateKey.extractable || publicKey.length !== PUBLIC_KEY_BYTES) throw new CryptoError('bad_key', 'kept key')
  return {
    publicKey: publicKey.slice(),
    sign: async message =>
      new Uint8Array(await globalThis.crypto.subtle.sign('Ed25519', privateKey, new Uint8Array(message))),
  }
}
