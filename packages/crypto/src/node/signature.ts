import { createPrivateKey, createPublicKey, type KeyObject, sign, verify } from 'node:crypto'
import { concat, fromHex, toHex } from '../bytes.ts'
import type { SigningKey } from '../signing-key.ts'

const PKCS8 = fromHex('302e020100300506032b657004220420')
const SPKI = fromHex('302a300506032b6570032100')

export function importSigner(seed: Uint8Array, publicKey: Uint8Array): Promise<SigningKey> {
  const der = concat(PKCS8, seed)
  const key = createPrivateKey({ key: Buffer.from(der.buffer), format: 'der', type: 'pkcs8' })
  der.fill(0)
  seed.fill(0)
  return Promise.resolve({ publicKey, sign: message => Promise.resolve(new Uint8Array(sign(null, message, key))) })
}

/** Imported keys: the same few devices sign everything, and importing costs a third of verifying. */
const keys = new Map<string, KeyObject>()
const KEYS_MAX = 4096

function imported(publicKey: Uint8Array): KeyObject {
  const name = toHex(publicKey)
  const known = keys.get(name)
  if (known) return known
  const key = createPublicKey({ key: Buffer.from(concat(SPKI, publicKey)), format: 'der', type: 'spki' })
  if (keys.size >= KEYS_MAX) keys.clear()
  keys.set(name, key)
  return key
}

export function verifyRaw(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): Promise<boolean> {
  return Promise.resolve(verify(null, message, imported(publicKey), signature))
}
