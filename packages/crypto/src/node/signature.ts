import { createPrivateKey, createPublicKey, sign, verify } from 'node:crypto'
import { concat, fromHex } from '../bytes.ts'
import type { SigningKey } from '../signature.ts'

const PKCS8 = fromHex('302e020100300506032b657004220420')
const SPKI = fromHex('302a300506032b6570032100')

export function importSigner(seed: Uint8Array, publicKey: Uint8Array): Promise<SigningKey> {
  const der = concat(PKCS8, seed)
  const key = createPrivateKey({ key: Buffer.from(der.buffer), format: 'der', type: 'pkcs8' })
  der.fill(0)
  seed.fill(0)
  return Promise.resolve({ publicKey, sign: message => Promise.resolve(new Uint8Array(sign(null, message, key))) })
}

export function verifyRaw(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): Promise<boolean> {
  const key = createPublicKey({ key: Buffer.from(concat(SPKI, publicKey)), format: 'der', type: 'spki' })
  return Promise.resolve(verify(null, message, key, signature))
}
