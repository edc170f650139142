import { createCipheriv, createDecipheriv, createSecretKey } from 'node:crypto'
import { open, seal } from '../packages/crypto/src/cobblestone.ts'
import { randomBytes } from '../packages/crypto/src/random.ts'
import { Secret } from '../packages/crypto/src/secret.ts'
import { atLeast, interleaved, median, report } from './lib.ts'

/**
 * Seal and open of 1 MiB with Cobblestone-256 in Node, against the bare AES-256-GCM of node:crypto in one piece.
 * What bounds it: 65 ciphers instead of one (about 2.5 µs each to make, 2 µs for final and tag), a copy of each chunk into the
 * result, and 1 MiB of fresh memory; the AES itself is the same.
 */
const SIZE = 1 << 20
const BATCH = 20
const ROUNDS = 41
const GOAL = 0.5

const key = Secret.from(randomBytes(32))
const context = randomBytes(120)
const plain = randomBytes(SIZE)
const sealed = await seal(key, context, plain)
const rawKey = createSecretKey(randomBytes(32))
const nonce = randomBytes(12)
const cipher = createCipheriv('aes-256-gcm', rawKey, nonce)
const rawSealed = Buffer.concat([cipher.update(plain), cipher.final()])
const tag = cipher.getAuthTag()

async function perSecond(work: () => unknown): Promise<number> {
  const began = performance.now()
  for (let i = 0; i < BATCH; i++) await work()
  return (BATCH * SIZE) / 1e6 / ((performance.now() - began) / 1000)
}

const speeds = await interleaved(ROUNDS, {
  seal: () => perSecond(() => seal(key, context, plain)),
  rawSeal: () =>
    perSecond(() => {
      const raw = createCipheriv('aes-256-gcm', rawKey, nonce)
      raw.update(plain)
      raw.final()
      return raw.getAuthTag()
    }),
  open: () => perSecond(() => open(key, context, sealed)),
  rawOpen: () =>
    perSecond(() => {
      const raw = createDecipheriv('aes-256-gcm', rawKey, nonce)
      raw.setAuthTag(tag)
      raw.update(rawSealed)
      return raw.final()
    }),
})
report('seal', {
  seal: atLeast(median(speeds.seal), median(speeds.rawSeal), GOAL, 'MB/s'),
  open: atLeast(median(speeds.open), median(speeds.rawOpen), GOAL, 'MB/s'),
})
