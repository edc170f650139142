import { expect, test } from 'vitest'
import { generateKeptKey, keptSigner } from './kept-key.ts'
import { isAcceptableKey, verify } from './signature.ts'

test('a kept key signs, and its private half cannot be read', async () => {
  const kept = await generateKeptKey()
  const signer = keptSigner(kept)
  const message = new TextEncoder().encode('who am I')
  expect(isAcceptableKey(signer.publicKey)).toBe(true)
  expect(await verify(signer.publicKey, message, await signer.sign(message))).toBe(true)
  await expect(crypto.subtle.exportKey('pkcs8', kept.privateKey)).rejects.toThrow()
  await expect(crypto.subtle.exportKey('jwk', kept.privateKey)).rejects.toThrow()
})

test('a key that could be read is refused', async () => {
  const pair = await crypto.subtle.generateKey({ name: 'Ed25519' }, true, ['sign', 'verify'])
  if (!('privateKey' in pair)) throw new Error('no pair')
  const publicKey = new Uint8Array(await crypto.subtle.exportKey('raw', pair.publicKey))
  expect(() => keptSigner({ publicKey, privateKey: pair.privateKey })).toThrow('kept key')
})
