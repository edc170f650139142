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

/** What is made, in hex, or that its size is refused; any other error passes through. */
const orRefused = (make: () => Uint8Array): string => {
  try {
    return toHex(make())
  } catch (error) {
    if (error instanceof RangeError) return 'refused'
    throw error
  }
}

describe('Wycheproof', () => {
  test('Ed25519: our rule, Node and WebCrypto judge every case as they should', async () => {
    let [count, judgements] = [0, 0]
    for (const group of load('ed25519')) {
      const publicKey = hex((group.publicKey as { pk: string }).pk)
      for (const { tcId, msg, sig, result } of group.tests) {
        const signature = hex(sig)
        const valid = result === 'valid'
        expect(await verify(publicKey, hex(msg), signature), `tcId ${tcId}`).toBe(valid)
        // What our rule refuses for its form alone is never handed to either side.
        const sides = isAcceptableKey(publicKey) && signature.length === 64 ? [nodeSignature, webSignature] : []
        const judged = await Promise.all(sides.map(side => side.verifyRaw(publicKey, hex(msg), signature)))
        expect(judged, `tcId ${tcId}`).toEqual(sides.map(() => valid))
        judgements += judged.length
        count++
      }
    }
    expect(count).toBe(151)
    expect(judgements).toBeGreaterThan(250)
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
        const ours = orRefused(() => hkdfExpand256(hkdfExtract256(hex(salt), hex(ikm)), hex(info), Number(size)))
        expect(ours, `tcId ${tcId}`).toBe(result === 'invalid' ? 'refused' : okm)
        const possible = result === 'invalid' ? [] : [Number(size)]
        const theirs = possible.map(length => toHex(nobleHkdf(nobleSha256, hex(ikm), hex(salt), hex(info), length)))
        expect(theirs, `tcId ${tcId}`).toEqual(possible.map(() => okm))
      }
    }
    expect(count).toBe(86)
  })

  test('AES-256-GCM: WebCrypto (packets) and Node (segments)', async () => {
    let count = 0
    for (const group of load('aes_gcm').filter(({ keySize, tagSize }) => keySize === 256 && tagSize === 128)) {
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
        const exact = Number(group.ivSize) === 96 || result === 'invalid'
        expect(exact ? [expected] : [expected, null], `web ${tcId}`).toContain(web)
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
    const keys: { readonly tcId: unknown; readonly made: string; readonly ek: string }[] = []
    let count = 0
    for (const group of load('mlkem_768')) {
      // Cases for encapsulation alone have no seed.
      for (const { tcId, seed, ek, c, K, result } of group.tests.filter(one => String(one.seed ?? '').length === 128)) {
        const [publicKey, privateKey] = await kem.deriveKeyPair(hex(seed))
        if (typeof ek === 'string' && result === 'valid') keys.push({ tcId, made: toHex(publicKey), ek })
        const shared = await kem.decap(hex(c), privateKey).then(toHex, () => null)
        expect(shared === K, `tcId ${tcId}`).toBe(result === 'valid')
        count++
      }
    }
    expect(count).toBeGreaterThan(100)
    expect(keys.length).toBeGreaterThan(10)
    expect(keys.filter(({ made, ek }) => made !== ek)).toEqual([])
  })

  test('X25519: every valid case', async () => {
    let count = 0
    for (const group of load('x25519')) {
      const valid = group.tests.filter(({ result }) => result === 'valid')
      for (const { tcId, public: point, private: scalar, shared } of valid) {
        expect(toHex(x25519.getSharedSecret(hex(scalar), hex(point))), `tcId ${tcId}`).toBe(shared)
        count++
      }
    }
    expect(count).toBeGreaterThan(200)
  })
})
