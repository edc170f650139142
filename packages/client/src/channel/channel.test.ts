import { readFile } from 'node:fs/promises'
import type { Device } from '@hausrecht/chain/state'
import { toHex, utf8 } from '@hausrecht/crypto/bytes'
import { gcmOpen } from '@hausrecht/crypto/gcm'
import { hkdfExpand256 } from '@hausrecht/crypto/hash'
import { type DeviceId, deviceIdOf, householdIdOf } from '@hausrecht/crypto/ids'
import { randomBytes } from '@hausrecht/crypto/random'
import { Secret } from '@hausrecht/crypto/secret'
import { generateSigningKey } from '@hausrecht/crypto/signature'
import fc from 'fast-check'
import { describe, expect, test, vi } from 'vitest'
import type { Channel } from './channel.ts'
import { accept, answerTo, callOut, type Parties, Secured, WIRE } from './handshake.ts'
import { type Answerer, ChannelRefusal, type ChannelValue } from './messages.ts'
import { Switchboard } from './switchboard.ts'
import { decodeValue, encodeValue, MESSAGE_MAX_BYTES } from './values.ts'

const household = householdIdOf(randomBytes(32), randomBytes(32))
const party = async () => {
  const { key } = await generateSigningKey()
  return { id: deviceIdOf(key.publicKey), key }
}
const [browser, hub, stranger] = [await party(), await party(), await party()]
const parties: Parties = { household, caller: browser.id, answerer: hub.id }

describe('the handshake', () => {
  const shake = async () => {
    const calling = await callOut(parties, browser.key)
    const { answer, secured } = await answerTo(calling.hello, parties, browser.key.publicKey, hub.key)
    return { calling, answer, secured }
  }

  test('gives both sides keys that fit, in each direction', async () => {
    const { calling, answer, secured: b } = await shake()
    const a = await accept(calling, answer, parties, hub.key.publicKey)
    const message = randomBytes(100)
    expect(await b.open(await a.seal(message))).toEqual(message)
    expect(await a.open(await b.seal(message))).toEqual(message)
    // Two directions, two keys.
    const [there, back] = [await a.seal(message), await b.seal(message)]
    expect(toHex(there.subarray(0, 21))).toBe(toHex(back.subarray(0, 21)))
    expect(toHex(there)).not.toBe(toHex(back))
  })

  test('a hello that somebody else signed is not answered', async () => {
    const calling = await callOut(parties, stranger.key)
    await expect(answerTo(calling.hello, parties, browser.key.publicKey, hub.key)).rejects.toMatchObject({
      code: 'bad_channel',
    })
  })

  test('a hello for another household, device or direction is not answered', async () => {
    const calling = await callOut(parties, browser.key)
    const others: Parties[] = [
      { ...parties, household: householdIdOf(randomBytes(32), randomBytes(32)) },
      { ...parties, answerer: stranger.id },
      { ...parties, caller: stranger.id },
    ]
    for (const other of others)
      await expect(answerTo(calling.hello, other, browser.key.publicKey, hub.key)).rejects.toMatchObject({
        code: 'bad_channel',
      })
  })

  test('an answer of a vault in the middle is refused', async () => {
    const calling = await callOut(parties, browser.key)
    const { answer } = await answerTo(calling.hello, parties, browser.key.publicKey, stranger.key)
    await expect(accept(calling, answer, parties, hub.key.publicKey)).rejects.toMatchObject({ code: 'bad_channel' })
  })

  test('an answer with any byte changed is refused', async () => {
    const { answer } = await shake()
    await fc.assert(
      fc.asyncProperty(fc.nat(answer.length - 1), fc.integer({ min: 1, max: 255 }), async (at, mask) => {
        const { calling, answer: good } = await shake()
        const changed = good.slice()
        changed[at] = (changed[at] ?? 0) ^ mask
        await expect(accept(calling, changed, parties, hub.key.publicKey)).rejects.toMatchObject({
          code: 'bad_channel',
        })
      }),
      { numRuns: 12 },
    )
  })

  test('an ephemeral key opens one answer and is gone', async () => {
    const { calling, answer } = await shake()
    await accept(calling, answer, parties, hub.key.publicKey)
    expect(calling.ephemeral.privateKey.gone).toBe(true)
  })

  test('what opened a message opens it never again: nothing that either side still holds, while the channel is open', async () => {
    const from = Secret.from
    const spy = vi.spyOn(Secret, 'from')
    const { calling, answer, secured: b } = await shake()
    const a = await accept(calling, answer, parties, hub.key.publicKey)
    const kept = await b.seal(randomBytes(64))
    const held = (): readonly Uint8Array[] =>
      spy.mock.results
        .flatMap(({ type, value }) => (type === 'return' && value instanceof Secret && !value.gone ? [value] : []))
        .map(secret => secret.use(bytes => bytes.slice()))
    const opening = async (): Promise<number> => {
      const tried = held().flatMap(key => [key, hkdfExpand256(key, utf8('hh/channel-message/1'), 32)])
      const attempts = tried.map(key => gcmOpen(from(key), new Uint8Array(12), kept.subarray(21), kept.subarray(0, 21)))
      return (await Promise.allSettled(attempts)).filter(({ status }) => status === 'fulfilled').length
    }
    try {
      // Until it came, its recipient can open it, and nobody else.
      expect(await opening()).toBe(1)
      await a.open(kept)
      expect(held().length).toBeGreaterThan(0)
      expect(await opening()).toBe(0)
    } finally {
      spy.mockRestore()
    }
  })

  test('the worked example of the format', async () => {
    const page = await readFile(new URL('../../../../docs/formats/channel.md', import.meta.url), 'utf8')
    const key = Buffer.from('b79372fcb732101b125b7da83a60f58e35b33c6f87db255d434bd3729a2399fc', 'hex')
    const own = new Secured(
      new Uint8Array(16).fill(4),
      Secret.from(new Uint8Array(key)),
      Secret.from(new Uint8Array(32)),
    )
    const sealed = toHex(await own.seal(encodeValue({ q: 0, m: 'keys', p: {} })))
    expect(page).toContain(sealed.slice(2 * 21))
    for (const label of ['hh/channel-message/1', 'hh/channel-next/1'])
      expect(page).toContain(toHex(hkdfExpand256(key, utf8(label), 32)))
  })

  test('repeated, left out, changed or turned round: nothing of it opens', async () => {
    const { calling, answer, secured: b } = await shake()
    const a = await accept(calling, answer, parties, hub.key.publicKey)
    const [first, second] = [await a.seal(Uint8Array.of(1)), await a.seal(Uint8Array.of(2))]
    await expect(a.open(first)).rejects.toMatchObject({ code: 'bad_channel' })
    expect(await b.open(first)).toEqual(Uint8Array.of(1))
    await expect(b.open(first)).rejects.toMatchObject({ code: 'bad_channel' })
    await expect(b.open(second)).rejects.toMatchObject({ code: 'bad_channel' })
  })
})

test('values come back as they were', () => {
  const value = fc.letrec<{ value: ChannelValue }>(tie => ({
    value: fc.oneof(
      { depthSize: 'small' },
      fc.string(),
      fc.maxSafeInteger(),
      fc.boolean(),
      fc.constant(null),
      fc.uint8Array(),
      fc.array(tie('value'), { maxLength: 4 }),
      fc.dictionary(fc.string(), tie('value'), { maxKeys: 4, noNullPrototype: false }),
    ),
  })).value
  fc.assert(
    fc.property(value, given => {
      expect(encodeValue(decodeValue(encodeValue(given)))).toEqual(encodeValue(given))
    }),
  )
  expect(() => encodeValue(new Uint8Array(MESSAGE_MAX_BYTES))).toThrow('a message of')
  expect(() => decodeValue(Uint8Array.of(0xa1, 1, 2))).toThrow('a key that is no text')
})

describe('channels over a relay', () => {
  /** Two switchboards and a relay between them that a test can bend. */
  async function line(answer: Answerer) {
    const member = ({ id, key }: typeof browser): Device => ({
      id,
      publicKey: key.publicKey,
      roles: ['admin', 'session'],
      entitlement: { from: 0, streams: 'all' },
      prekeys: [],
      addedAt: 0,
      removedAt: null,
      written: 0,
      last: new Uint8Array(32),
      manifested: -1,
      receipt: null,
      cut: null,
    })
    const members = new Map([browser, hub].map(device => [device.id, member(device)]))
    const chain = { state: { devices: members } }
    const log: { from: DeviceId; to: DeviceId; body: Uint8Array }[] = []
    const boards = new Map<DeviceId, Switchboard>()
    let tamper: (body: Uint8Array) => Uint8Array = body => body
    const board = (own: typeof browser, more: object) => {
      const made = new Switchboard({
        device: { id: own.id, household, key: own.key, chain },
        send: (to, body) => {
          log.push({ from: own.id, to, body })
          queueMicrotask(() => boards.get(to)?.receive(own.id, tamper(body)))
          return true
        },
        ...more,
      })
      boards.set(own.id, made)
      return made
    }
    const events: [string, ChannelValue][] = []
    const ours = board(browser, {
      onEvent: (_: DeviceId, name: string, value: ChannelValue) => events.push([name, value]),
    })
    const theirs = board(hub, { answer, onChannel: (channel: Channel) => channel.push('welcome', 'at once') })
    return { ours, theirs, log, events, members, bend: (how: typeof tamper) => (tamper = how) }
  }

  test('requests are answered, refusals carry their code, events that come behind the answer are not lost', async () => {
    const { ours, events, log } = await line(async (from, method, params) => {
      if (method === 'no') throw new ChannelRefusal('unauthorised', 'camera')
      return { from, method, ...params }
    })
    const channel = await ours.open(hub.id)
    expect(await channel.request('echo', { secret: 'rtsp://user:pass@cam' })).toEqual({
      from: browser.id,
      method: 'echo',
      secret: 'rtsp://user:pass@cam',
    })
    await expect(channel.request('no')).rejects.toMatchObject({ code: 'unauthorised', detail: 'camera' })
    expect(events).toEqual([['welcome', 'at once']])
    expect(log.some(({ body }) => Buffer.from(body).includes('rtsp://'))).toBe(false)
  })

  test('a device that the chain does not know, or that was removed, gets no answer', async () => {
    const { ours, theirs, members, log } = await line(async () => null)
    members.delete(browser.id)
    const hello = (await callOut(parties, browser.key)).hello
    theirs.receive(browser.id, hello)
    theirs.receive(stranger.id, hello)
    expect(log).toEqual([])
    await expect(ours.open(stranger.id)).rejects.toMatchObject({ code: 'not_member' })
  })

  test('one changed byte ends the channel, and what waits is told', async () => {
    const { ours, bend } = await line(async () => null)
    const channel = await ours.open(hub.id)
    bend(body => (body[0] === WIRE.data ? body.map((byte, i) => (i === body.length - 1 ? byte ^ 1 : byte)) : body))
    await expect(channel.request('anything')).rejects.toMatchObject({ code: 'channel_closed' })
    expect(channel.closed).toBe(true)
  })

  test('when the other side is gone, requests do not hang', async () => {
    const { ours, theirs } = await line(() => new Promise(() => {}))
    const channel = await ours.open(hub.id)
    const asked = channel.request('for ever')
    theirs.close()
    // The next message meets nobody, and is told so.
    channel.push('are you there', null)
    await expect(asked).rejects.toMatchObject({ code: 'channel_closed' })
  })

  test('a request that is not answered runs out', async () => {
    const { ours } = await line(() => new Promise(() => {}))
    const channel = await ours.open(hub.id)
    await expect(channel.request('slow', {}, 20)).rejects.toMatchObject({ code: 'channel_timeout' })
  })
})
