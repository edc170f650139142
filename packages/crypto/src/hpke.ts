import { Aes256Gcm, CipherSuite, HkdfSha256 } from '@hpke/core'
import { XWing } from '@hpke/hybridkem-x-wing'
import { CryptoError } from './errors.ts'
import { randomBytes } from './random.ts'
import { Secret } from './secret.ts'

/** HPKE base mode (RFC 9180) with X-Wing (KEM 0x647a: ML-KEM-768 and X25519), HKDF-SHA256, AES-256-GCM. */
export const KEM_PUBLIC_KEY_BYTES = 1216
export const KEM_PRIVATE_KEY_BYTES = 32
export const KEM_ENC_BYTES = 1120

const suite = new CipherSuite({ kem: new XWing(), kdf: new HkdfSha256(), aead: new Aes256Gcm() })
const buffer = (bytes: Uint8Array): ArrayBuffer => new Uint8Array(bytes).buffer

/** A key pair for one use; the private half is the 32-byte X-Wing seed. */
export type KemKeyPair = { readonly publicKey: Uint8Array; readonly privateKey: Secret }

export async function kemKeyPair(seed: Uint8Array = randomBytes(KEM_PRIVATE_KEY_BYTES)): Promise<KemKeyPair> {
  const { publicKey } = await suite.kem.deriveKeyPair(buffer(seed)).catch(() => {
    throw new CryptoError('bad_length', 'KEM seed')
  })
  return { publicKey: new Uint8Array(await suite.kem.serializePublicKey(publicKey)), privateKey: Secret.from(seed) }
}

/** Seals to a public key. @throws CryptoError bad_key */
export async function hpkeSeal(
  publicKey: Uint8Array,
  info: Uint8Array,
  plaintext: Uint8Array,
): Promise<{ readonly enc: Uint8Array; readonly ciphertext: Uint8Array }> {
  if (publicKey.length !== KEM_PUBLIC_KEY_BYTES) throw new CryptoError('bad_key', 'KEM key')
  const recipientPublicKey = await suite.kem.deserializePublicKey(buffer(publicKey)).catch(() => {
    throw new CryptoError('bad_key', 'KEM key')
  })
  const { enc, ct } = await suite.seal({ recipientPublicKey, info: buffer(info) }, buffer(plaintext)).catch(() => {
    throw new CryptoError('bad_key', 'KEM key')
  })
  return { enc: new Uint8Array(enc), ciphertext: new Uint8Array(ct) }
}

/** @throws CryptoError bad_packet when it is not for this key or was changed */
export async function hpkeOpen(
  privateKey: Secret,
  info: Uint8Array,
  enc: Uint8Array,
  ciphertext: Uint8Array,
): Promise<Uint8Array> {
  const pair = await privateKey.use(seed => suite.kem.deriveKeyPair(buffer(seed)))
  try {
    const plain = await suite.open({ recipientKey: pair, enc: buffer(enc), info: buffer(info) }, buffer(ciphertext))
    return new Uint8Array(plain)
  } catch {
    throw new CryptoError('bad_packet', 'not for this key')
  }
}
