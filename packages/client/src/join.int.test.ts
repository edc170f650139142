import { fromBase64, toBase64 } from '@hausrecht/crypto/bytes'
import { deviceIdOf } from '@hausrecht/crypto/ids'
import { generatePrekey } from '@hausrecht/crypto/packet'
import { randomBytes } from '@hausrecht/crypto/random'
import { generateSigningKey } from '@hausrecht/crypto/signature'
import { TestHousehold, TestRecorder } from '@hausrecht/testkit/household'
import { changeJson, type Lie, Recording } from '@hausrecht/testkit/lying-vault'
import { until } from '@hausrecht/testkit/until'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Admission, type Comparison, compareWith, handOver, listJoinRequests } from './approve.ts'
import { Courier } from './courier.ts'
import { deleteRange } from './delete.ts'
import { type OpenDevice, sync } from './device.ts'
import { ClientError } from './errors.ts'
import { addCamera, type CameraStreams, removeDevice } from './household.ts'
import { joinHousehold } from './join.ts'
import { MemoryStore } from './memory-store.ts'
import { type RangeItem, readRange } from './read.ts'
import { challengeText, joinCommitment, sasDigits } from './sas.ts'

const count = async (items: AsyncIterable<RangeItem>): Promise<number> => {
  let segments = 0
  for await (const item of items) if (item.type === 'segment') segments++
  return segments
}
const codeOf = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'no error',
    error => (error instanceof ClientError ? error.code : String(error)),
  )

describe('joining', () => {
  let world: TestHousehold
  let hub: OpenDevice
  let camera: CameraStreams
  let start: number
  const everything: Admission = { name: 'phone', roles: ['vault'], from: 0, streams: 'all' }

  beforeAll(async () => {
    world = await TestHousehold.start()
    hub = await world.found('hub')
    camera = await addCamera(hub, { name: 'Hall', sound: false })
    start = Math.ceil(world.clock.now() / 2000) * 2000 + 10_000
    world.clock.turn(100_000)
    await new TestRecorder(hub, camera.video).record(start, 20)
  })
  afterAll(() => world.close())

  /** Both sides until the digits are on both screens. */
  async function compare(name: string, signal?: AbortSignal) {
    const digits = Promise.withResolvers<string>()
    const store = new MemoryStore()
    const joined = joinHousehold(store, { invite: world.invite(hub), name }, world.around, {
      onDigits: digits.resolve,
      ...(signal && { signal }),
    })
    joined.catch(digits.reject)
    const [request] = await until(
      async () => {
        const all = await listJoinRequests(hub)
        return all.length > 0 && all
      },
      { what: 'a request to join' },
    )
    const comparison = compareWith(hub, request?.device ?? hub.id)
    comparison.catch(digits.reject)
    return { joined, store, comparison, digits: digits.promise, device: request?.device }
  }

  async function admit(admission: Admission): Promise<OpenDevice> {
    const { joined, comparison, digits } = await compare(admission.name)
    const agreed: Comparison = await comparison
    expect(await digits).toBe(agreed.digits)
    expect(agreed.digits).toMatch(/^\d{6}$/)
    await agreed.approve(admission)
    const device = world.keep(await joined)
    const courier = new Courier(device)
    const [done] = await Promise.all([
      handOver(hub, device.id, { timeoutMs: 20_000 }),
      until(async () => (await courier.round()).received.length > 0, { what: 'keys' }),
    ])
    expect(done).toBe(true)
    return device
  }

  test('a device that was approved reads the history it was given, and nothing before it', async () => {
    const from = start + 20_000
    const phone = await admit({ ...everything, from })
    expect(await count(readRange(phone, { stream: camera.video, from, to: start + 40_000 }))).toBe(10)
    expect(phone.keys.export({ stream: camera.video, generation: 0 }, { lo: 0, hi: 0 })).toEqual([])
    await expect(
      count(readRange(phone, { stream: camera.video, from: start, to: start + 6000 })),
    ).rejects.toMatchObject({
      code: 'not_allowed',
    })
  })

  test('until it is approved, a device has no key and no ciphertext', async () => {
    const stop = new AbortController()
    const { joined, store, comparison } = await compare('waiting', stop.signal)
    await comparison
    expect(await store.list('keys/')).toEqual([])
    expect(await store.list('chain/')).toEqual([])
    stop.abort(new Error('enough'))
    await expect(joined).rejects.toThrow('enough')
    expect(await store.list('')).toEqual([])
    expect(await listJoinRequests(hub)).toEqual([])
  })

  test('one comparison at a time, and a refused device is told', async () => {
    const { joined, comparison, device } = await compare('first')
    const agreed = await comparison
    expect(await codeOf(compareWith(hub, device ?? hub.id))).toBe('join_busy')
    await agreed.refuse()
    expect(await codeOf(joined)).toBe('join_cancelled')
    expect(await codeOf(compareWith(hub, device ?? hub.id))).toBe('join_none')
  })

  test('a request that is too old is not approved', async () => {
    const { joined, comparison } = await compare('slow')
    const agreed = await comparison
    const outcome = codeOf(joined)
    world.clock.turn(11 * 60_000)
    expect(await codeOf(agreed.approve(everything))).toBe('join_expired')
    expect(await outcome).toBe('join_expired')
  })

  test('a vault that swaps the key in the middle shows different digits on the two screens', async () => {
    // The vault plays the joiner towards the admin and the admin towards the joiner, keeping to the protocol on both sides.
    const mine = await generateSigningKey()
    const nonce = randomBytes(32)
    const { id, publicKey } = await generatePrekey()
    const prekeys = [{ id, publicKey }]
    const commitment = joinCommitment(mine.key.publicKey, prekeys, nonce)
    const fake = {
      device: deviceIdOf(mine.key.publicKey),
      publicKey: toBase64(mine.key.publicKey),
      prekeys: [{ id, publicKey: toBase64(publicKey) }],
      commitment: toBase64(commitment),
    }
    let shown = ''
    let challenge: unknown = null
    const swap: Lie = async (asked, honest) => {
      const pending = /\/pending(\/[a-z2-7]{26})?(\/\w+)?$/.exec(asked.path)
      if (pending === null) return null
      const decoder = new TextDecoder()
      const reply = (status: number, value: unknown) => ({
        status,
        headers: { 'content-type': 'application/json' },
        body: new TextEncoder().encode(JSON.stringify(value)),
      })
      // Towards the admin: our own key asks to join.
      if (asked.method === 'GET' && pending[1] === undefined) {
        const answer = await honest()
        const list: { pending: Record<string, unknown>[] } = JSON.parse(decoder.decode(answer.body))
        return reply(200, { pending: list.pending.map(row => ({ ...row, ...fake })) })
      }
      const row = { ...fake, createdAt: 1, expiresAt: 9e15, challenge: null, reveal: null, signedIn: false }
      if (pending[1] === `/${fake.device}`) {
        if (asked.method === 'PUT') challenge = JSON.parse(decoder.decode(asked.body))
        const reveal = challenge === null ? null : { nonce: toBase64(nonce) }
        return asked.method === 'DELETE'
          ? { status: 204, headers: {}, body: new Uint8Array(0) }
          : reply(200, { ...row, challenge, reveal })
      }
      // Towards the joiner: our own challenge.
      if (asked.method === 'GET') {
        const answer = await honest()
        const own = JSON.parse(decoder.decode(answer.body))
        const half = { publicKey: mine.key.publicKey, nonce: randomBytes(32) }
        const text = {
          household: hub.household,
          joiner: { commitment: fromBase64(own.commitment) },
          approver: half,
          chainHead: hub.chain.state.head,
        }
        return reply(200, {
          ...own,
          challenge: {
            nonce: toBase64(half.nonce),
            publicKey: fake.publicKey,
            chainHead: toBase64(hub.chain.state.head),
            signature: toBase64(await mine.key.sign(challengeText(text))),
          },
        })
      }
      return pending[2] === '/reveal' ? reply(200, row) : null
    }
    const stop = new AbortController()
    await world.liar.during(swap, async () => {
      const joined = joinHousehold(new MemoryStore(), { invite: world.invite(hub), name: 'phone' }, world.around, {
        onDigits: digits => (shown = digits),
        signal: stop.signal,
      })
      // ignores: how it ends is looked at below; until then nobody waits for it
      joined.catch(() => undefined)
      await until(() => shown !== '', { what: 'digits' })
      const agreed = await compareWith(hub, fake.device)
      expect(agreed.digits).toMatch(/^\d{6}$/)
      // One in a million would be equal by chance.
      expect(agreed.digits).not.toBe(shown)
      await agreed.refuse()
      stop.abort()
      expect(await codeOf(joined)).not.toBe('no error')
    })
  })

  test('a vault that swaps one-time keys, or opens another nonce, is caught before any digit is shown', async () => {
    const other = await generatePrekey()
    const lies: readonly Lie[] = [
      changeJson(/^GET .*\/pending$/, value => ({
        pending: (value.pending as Record<string, unknown>[]).map(row => ({
          ...row,
          prekeys: [{ id: 1, publicKey: toBase64(other.publicKey) }],
        })),
      })),
      changeJson(/^GET .*\/pending\/[a-z2-7]{26}$/, value => ({
        ...value,
        reveal: value.reveal === null ? null : { nonce: toBase64(randomBytes(32)) },
      })),
    ]
    for (const lie of lies) {
      const code = await world.liar.during(lie, async () => {
        const stop = new AbortController()
        const { joined, comparison, digits } = await compare('phone', stop.signal)
        // ignores: whether the joiner has digits yet or not, the other side has none to compare them with
        digits.catch(() => undefined)
        const found = await codeOf(comparison)
        stop.abort()
        return [found, (await codeOf(joined)) === 'no error']
      })
      expect(code).toEqual(['join_broken', false])
    }
  })

  test('a vault that alters the challenge is caught by the joiner', async () => {
    const lie = changeJson(/^GET .*\/pending\/[a-z2-7]{26}$/, value => ({
      ...value,
      challenge: value.challenge === null ? null : { ...(value.challenge as object), nonce: toBase64(randomBytes(32)) },
    }))
    await world.liar.during(lie, async () => {
      const { joined, comparison, digits } = await compare('phone')
      // ignores: how both end is looked at below; until then nobody waits for them
      digits.catch(() => undefined)
      // ignores: as above
      comparison.catch(() => undefined)
      expect(await codeOf(joined)).toBe('join_broken')
      expect(await codeOf(comparison)).toBe('join_cancelled')
    })
  })

  test('keys of new cameras reach a device that is there, cut by orders given while the packet was under way', async () => {
    const tablet = await admit({ ...everything, name: 'tablet' })
    const { video } = await addCamera(hub, { name: 'Garden', sound: false })
    const at = Math.ceil(world.clock.now() / 2000) * 2000 + 4000
    world.clock.turn(60_000)
    await new TestRecorder(hub, video).record(at, 5)
    const [hubSide, tabletSide] = [new Courier(hub), new Courier(tablet)]
    await hubSide.round()
    expect(await tablet.vault.listPackets()).toHaveLength(1)
    await deleteRange(hub, { streams: [video], from: at + 2000, to: at + 4000 })
    // Its release share is erased: it is withdrawn, and sent anew without the deleted leaves.
    expect(await tablet.vault.listPackets()).toEqual([])

    const packets = new Recording()
    const received = until(
      async () => {
        await hubSide.round()
        return (await tabletSide.round()).received.some(tree => tree.stream === video)
      },
      { what: 'keys of the new camera' },
    )
    await world.liar.during(packets.keep(/^GET .*\/packets(\/[a-z2-7]{26})?$/), () => received)
    expect(await count(readRange(tablet, { stream: video, from: at, to: at + 10_000 }))).toBe(4)

    // The vault kept what it served and serves it again: the one-time key is gone.
    const again = await world.liar.during(packets.again(), () => tabletSide.round())
    expect(again.refused.map(({ code }) => code)).toEqual(['packet_replayed'])
    expect(again.received).toEqual([])
  })

  test('a removed device gets no ciphertext and no key of what comes after', async () => {
    const guest = await admit({ ...everything, name: 'guest' })
    await removeDevice(hub, guest.id)
    expect(hub.chain.state.streams.get(camera.video)?.generations).toHaveLength(2)
    await expect(sync(guest)).rejects.toMatchObject({ code: 'removed_device' })
    const report = await new Courier(hub).round()
    expect(report.sentTo).not.toContain(guest.id)
  })

  test('digits follow from everything that was exchanged', () => {
    const bytes = (n: number): Uint8Array => new Uint8Array(32).fill(n)
    const transcript = {
      household: hub.household,
      joiner: { publicKey: bytes(1), nonce: bytes(2), commitment: bytes(3) },
      approver: { publicKey: bytes(4), nonce: bytes(5) },
      chainHead: bytes(6),
    }
    const digits = new Set([
      sasDigits(transcript),
      sasDigits({ ...transcript, chainHead: bytes(7) }),
      sasDigits({ ...transcript, joiner: { ...transcript.joiner, nonce: bytes(7) } }),
      sasDigits({ ...transcript, joiner: { ...transcript.joiner, commitment: bytes(7) } }),
      sasDigits({ ...transcript, joiner: { ...transcript.joiner, publicKey: bytes(7) } }),
      sasDigits({ ...transcript, approver: { ...transcript.approver, nonce: bytes(7) } }),
      sasDigits({ ...transcript, approver: { ...transcript.approver, publicKey: bytes(7) } }),
    ])
    // Chance may make two of seven equal once in fifty thousand runs; the household id differs each time.
    expect(digits.size).toBeGreaterThanOrEqual(6)
  })
})
