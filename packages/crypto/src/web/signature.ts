import { concat, fromHex } from '../bytes.ts'
import type { SigningKey } from '../signing-key.ts'

const PKCS8 = fromHex('302e020100300506032b657004220420')

/** WebCrypto wants plain ArrayBuffer views. */
const plain = (bytes: Uint8Array): Uint8Array<ArrayBuffer> => new Uint8Array(bytes)

export async function importSigner(seed: Uint8Array, publicKey: Uint8Array): Promise<SigningKey> {
  const der = plain(concat(PKCS8, seed))
  const key = await crypto.subtle.importKey('pkcs8', der, 'Ed25519', false, ['sign'])
  der.fill(0)
  seed.fill(0)
  return {
    publicKey,
    sign: async message => new Uint8Array(await crypto.subtle.sign('Ed25519', key, plain(message))),
  }
}

export async function verifyRaw(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): Promise<boolean> {
  const key = await crypto.subtle.importKey('raw', plain(publicKey), 'Ed25519', false, ['verify'])
  return crypto.subtle.verify('Ed25519', key, plain(signature), plain(message))
}
