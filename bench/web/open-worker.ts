import { openSegment } from '../../packages/client/src/open.ts'
import { sealSegment } from '../../packages/client/src/seal.ts'
import { deviceIdOf, householdIdOf, newStreamId } from '../../packages/crypto/src/ids.ts'
import { randomBytes } from '../../packages/crypto/src/random.ts'
import { Secret } from '../../packages/crypto/src/secret.ts'
import { KINDS } from '../../packages/media/src/segment/kinds.ts'
import type { Timings } from './open.ts'

/** As the app opens it: in a dedicated worker. The peer is one AES-256-GCM of as many bytes, in the same worker. */
const SIZE = 1 << 20
/** Opened one after the other in a measurement. */
const BATCH = 8

const leafKey = randomBytes(32)
const keys = { leafKey: () => Secret.from(leafKey.slice()) }
const nobody = randomBytes(32)
const who = { household: householdIdOf(nobody, nobody), device: deviceIdOf(nobody) }
const place = { stream: newStreamId(), generation: 0, leaf: 7 }
const sealed = await sealSegment(who, keys, {
  ...place,
  kind: KINDS.video,
  payload: {
    type: 'media',
    sequence: 0,
    startTime: 14_000,
    duration: 2000,
    startsWithKey: true,
    continues: false,
    discontinuity: false,
    timescale: 90_000,
    init: new Uint8Array(700),
    // With what stands around it, the seal holds 1 MiB without padding.
    fragment: Array.from({ length: 16 }, (_, i) => randomBytes(i === 15 ? 65_536 - 1024 : 65_536)),
  },
})
const asked = { ...place, household: who.household, object: sealed.header.object, kind: KINDS.video } as const

const name = { name: 'AES-GCM', iv: new Uint8Array(randomBytes(12)) }
const rawKey = await crypto.subtle.importKey('raw', new Uint8Array(randomBytes(32)), 'AES-GCM', false, [
  'encrypt',
  'decrypt',
])
const plain = new Uint8Array(Array.from({ length: SIZE >> 16 }, () => [...randomBytes(65_536)]).flat())
const rawSealed = await crypto.subtle.encrypt(name, rawKey, plain)

/** ms each. */
async function timed(work: () => Promise<unknown>): Promise<number> {
  const began = performance.now()
  for (let i = 0; i < BATCH; i++) await work()
  return (performance.now() - began) / BATCH
}

self.addEventListener('message', ({ data: rounds }: MessageEvent<number>) => {
  void (async () => {
    const ours = () => timed(() => openSegment(asked, keys, sealed.bytes))
    const peer = () => timed(() => crypto.subtle.decrypt(name, rawKey, rawSealed))
    const times: Timings = { bytes: sealed.header.payloadLength, ours: [], peer: [] }
    for (let i = 0; i < rounds; i++) {
      for (const who of i % 2 === 0 ? (['ours', 'peer'] as const) : (['peer', 'ours'] as const))
        times[who].push(await (who === 'ours' ? ours() : peer()))
    }
    self.postMessage(times)
  })()
})
self.postMessage(null)
