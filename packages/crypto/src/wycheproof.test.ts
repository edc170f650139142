import { createDecipheriv } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { x25519 } from '@noble/curves/ed25519.js'
import { hkdf as nobleHkdf } from '@noble/hashes/hkdf.js'
import { sha256 as nobleSha256 } from '@noble/hashes/sha2.js'
import { MlKem768 } from 'mlkem'
import { describe, expect, test } from 'vitest'
import { fromHex, toHex } from './bytes.ts'
import { gcmOpen } from './gcm.ts'
import { hkdfExpand256, hkdfExtract256, hmacSha256 } from './hash.ts'
import * as nodeHash from './node/hash.ts'
import * as nodeSignature from './node/signature.ts'
import { Secret } from './secret.ts'
import { isAcceptableKey, verify } from './signature.ts'
import * as webHash from './web/hash.ts'
import * as webSignature from './web/signature.ts'

/** Wycheproof vectors (vectors/README.md). `result` is what a correct implementation does; "acceptable" leaves it open. */
type Case = { tcId: number; result: 'valid' | 'invalid' | 'acceptable'; [field: string]: unknown }
type Group = { tests: Case[]; [field: string]: unknown }

const load = (name: string): Group[] =>
  JSON.parse(readFileSync(new URL(`../vectors/wycheproof/${name}_test.json`, import.meta.url), 'utf8')).testGroups
const hex = (value: unknown): Uint8Array => fromHex(String(value))

describe('Wycheproof', () => {
  test('Ed25519: our rule, Node and WebCrypto judge every case as they should', async () => {
    let count = 0
    for (const group of load('ed25519')) {
      const publicKey = hex((group.publicKey as { pk: string }).pk)
      for (const { tcId, msg, sig, result } of group.tests) {
        const signature = hex(sig)
        const valid = result === 'valid'
        expect(await verify(publicKey, hex(msg), signature), `tcId ${tcId}`).toBe(valid)
        if (isAcceptableKey(publicKey) && signature.length === 64) {
          expect(await nodeSignature.verifyRaw(publicKey, hex(msg), signature), `node ${tcId}`).toBe(valid)
          expect(await webSignature.verifyRaw(publicKey, hex(msg), signature), `web ${tcId}`).toBe(valid)
        }
        count++
      }
    }
    expect(count).toBe(151)
  })

  test('HMAC-SHA256: Node and noble', () => {
    let count = 0
    for (const group of load('hmac_sha256')) {
      const bytes = Number(group.tagSize) / 8
      for (const { tcId, key, msg, tag, result } of group.tests) {
        for (const side of [nodeHash, webHash]) {
          const made = side.hmac('sha256', hex(key), [hex(msg)]).subarray(0, bytes)
          expect(toHex(made) === tag, `tcId ${tcId}`).toBe(result === 'valid')
        }
        expect(toHex(hmacSha256(hex(key), hex(msg)).subarray(0, bytes)) === tag).toBe(result === 'valid')
        count++
      }
    }
    expect(count).toBeGreaterThan(150)
  })

  test('HKDF-SHA256: ours and noble', () => {
    let count = 0
    for (const group of load('hkdf_sha256')) {
      for (const { tcId, ikm, salt, info, size, okm, result } of group.tests) {
        count++
        const make = (): string => toHex(hkdfExpand256(hkdfExtract256(hex(salt), hex(ikm)), hex(info), Number(size)))
        if (result === 'invalid') expect(make, `tcId ${tcId}`).toThrow(RangeError)
        else {
          expect(make(), `tcId ${tcId}`).toBe(okm)
          expect(toHex(nobleHkdf(nobleSha256, hex(ikm), hex(salt), hex(info), Number(size)))).toBe(okm)
        }
      }
    }
    expect(count).toBe(86)
  })

  test('AES-256-GCM: WebCrypto (packets) and Node (segments)', async () => {
    let count = 0
    for (const group of load('aes_gcm')) {
      if (group.keySize !== 256 || group.tagSize !== 128) continue
      for (const { tcId, key, iv, aad, msg, ct, tag, result } of group.tests) {
        count++
        const sealed = Buffer.concat([hex(ct), hex(tag)])
        const web = await gcmOpen(Secret.from(hex(key)), hex(iv), sealed, hex(aad)).then(toHex, () => null)
        const node = nodeOpen(hex(key), hex(iv), hex(aad), hex(ct), hex(tag))
        const expected = result === 'invalid' ? null : msg
        // One that OpenSSL refuses for the length of its nonce (257 bytes); ours always has 12.
        const refused = tcId === 276
        expect(node, `node ${tcId}`).toBe(refused ? null : expected)
        // Node's WebCrypto refuses an empty message together with a nonce that has not 12 bytes.
        if (Number(group.ivSize) === 96 || result === 'invalid') expect(web, `web ${tcId}`).toBe(expected)
        else expect([expected, null], `web ${tcId}`).toContain(web)
      }
    }
    expect(count).toBe(105)
  })
})

function nodeOpen(key: Uint8Array, iv: Uint8Array, aad: Uint8Array, ct: Uint8Array, tag: Uint8Array): string | null {
  try {
    const decipher = createDecipheriv('aes-256-gcm', key, iv, { authTagLength: 16 })
    decipher.setAAD(aad)
    decipher.setAuthTag(tag)
    return Buffer.concat([decipher.update(ct), decipher.final()]).toString('hex')
  } catch {
    return null
  }
}

describe('Wycheproof, of what X-Wing is made', () => {
  test('ML-KEM-768: keys from seeds, and what they decapsulate', async () => {
    const kem = new MlKem768()
    let count = 0
    for (const group of load('mlkem_768')) {
      for (const { tcId, seed, ek, c, K, result } of group.tests) {
        // Cases for encapsulation alone have no seed.
        if (typeof seed !== 'string' || seed.length !== 128) continue
        const [publicKey, privateKey] = await kem.deriveKeyPair(hex(seed))
        if (typeof ek === 'string' && result === 'valid') expect(toHex(publicKey), `ek ${tcId}`).toBe(ek)
        const shared = await kem.decap(hex(c), privateKey).then(toHex, () => null)
        if (result === 'valid') expect(shared, `tcId ${tcId}`).toBe(K)
        else expect(shared === null || shared !== K, `tcId ${tcId}`).toBe(true)
        count++
      }
    }
    expect(count).toBeGreaterThan(100)
  })

  test('X25519: every valid case', async () => {
    let count = 0
    for (const group of load('x25519')) {
      for (const { tcId, public: point, private: scalar, shared, result } of group.tests) {
        if (result !== 'valid') continue
        expect(toHex(x25519.getSharedSecret(hex(scalar), hex(point))), `tcId ${tcId}`).toBe(shared)
        count++
      }
    }
    expect(count).toBeGreaterThan(200)
  })
})
