import { connect } from 'node:net'
import { leafAt } from '@hausrecht/chain/leaf'
import { LIMITS } from '@hausrecht/contract/limits'
import { RELAY_PATH, RELAY_TEXT_BYTES } from '@hausrecht/contract/relay'
import { toBase64 } from '@hausrecht/crypto/bytes'
import { deviceIdOf, newOrderId, newStreamId } from '@hausrecht/crypto/ids'
import { generateSigningKey, type SigningKey } from '@hausrecht/crypto/signature'
import { KINDS } from '@hausrecht/media/segment/kinds'
import { TestClock } from '@hausrecht/testkit/clock'
import { RawHousehold } from '@hausrecht/testkit/raw-household'
import { access, hello, Line, livePart } from '@hausrecht/testkit/relay-line'
import { tempFolder } from '@hausrecht/testkit/temp'
import { until } from '@hausrecht/testkit/until'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { startVault, type Vault } from '../vault.ts'

const clock = new TestClock()
const lines: Line[] = []
let folder: ReturnType<typeof tempFolder>
let vault: Vault
let house: RawHousehold
let viewer: SigningKey

beforeAll(async () => {
  folder = tempFolder('relay')
  vault = await startVault({ dir: folder.path, port: 0, logLevel: 'silent', clock })
})
afterAll(async () => {
  await vault.close()
  folder.remove()
})
beforeEach(async () => {
  house = await RawHousehold.found(vault)
  viewer = await house.add('session')
})
afterEach(() => {
  for (const line of lines.splice(0)) line.socket.terminate()
})

const id = (key: SigningKey): string => deviceIdOf(key.publicKey)
const now = (): number => leafAt(clock.now())
const open = async (key: SigningKey): Promise<Line> => keep(await Line.open(house, key))
const keep = (line: Line): Line => {
  lines.push(line)
  return line
}
/** A line that has not said anything. */
const silent = async (options: ConstructorParameters<typeof Line>[2] = {}, household: string = house.household) => {
  const line = keep(new Line(vault.url, household, options))
  await until(() => line.refused !== null || line.socket.readyState === 1, { what: 'an answer' })
  return line
}
const watch = async (line: Line, key: SigningKey): Promise<void> => {
  line.say({ type: 'watch', stream: house.camera, token: await access(house, key, now() - 5, now() + 300) })
  await line.hears('watching')
}
const metric = async (name: string): Promise<number> => {
  const headers = { authorization: `Bearer ${vault.operatorToken}` }
  const text = await (await fetch(`${vault.url}/metrics`, { headers })).text()
  return Number(new RegExp(`^hausrecht_vault_${name} (\\d+)$`, 'm').exec(text)?.[1])
}
const same = (parts: readonly Uint8Array[], others: readonly Uint8Array[]): void =>
  expect(parts.map(toBase64)).toEqual(others.map(toBase64))

describe('who comes', () => {
  test('sees who is there, and the others see it come and go', async () => {
    const hub = await open(house.founder)
    expect((await hub.hears('ready')).online).toEqual([id(house.founder)])
    const browser = await open(viewer)
    expect(new Set((await browser.hears('ready')).online)).toEqual(new Set([id(house.founder), id(viewer)]))
    expect(await hub.hears('online')).toEqual({ type: 'online', device: id(viewer), online: true })
    const second = await open(viewer)
    second.socket.close()
    await second.ended()
    browser.socket.close()
    await hub.hears('online', ({ online }) => !online)
    expect(hub.heard.filter(({ type }) => type === 'online')).toEqual([
      { type: 'online', device: id(viewer), online: true },
      { type: 'online', device: id(viewer), online: false },
    ])
  })

  test('and signs badly, for another address, twice, too long ago or not at all, is sent away', async () => {
    const said = async (first: object | string): Promise<string> => {
      const line = await silent()
      line.say(first)
      const { code, reason } = await line.ended()
      return `${code} ${reason}`
    }
    expect(await said(await hello(house, viewer, { signedTarget: house.path('/usage') }))).toBe(
      '4401 signature_invalid',
    )
    expect(await said(await hello(house, viewer, { signedMethod: 'POST' }))).toBe('4401 signature_invalid')
    expect(await said(await hello(house, viewer, { signedBody: new Uint8Array(1) }))).toBe('4401 signature_invalid')
    const created = Math.floor(clock.now() / 1000) - LIMITS.clockSkewSeconds - 5
    expect(await said(await hello(house, viewer, { created }))).toBe('4401 signature_expired')
    const first = await hello(house, viewer)
    const good = await silent()
    good.say(first)
    await good.hears('ready')
    expect(await said(first)).toBe('4401 signature_replayed')
    expect(await said({ type: 'unwatch', stream: house.camera })).toBe('4401 signature_missing')
    expect(await said('nonsense')).toBe('4401 signature_missing')
    expect(await said('x'.repeat(LIMITS.relayHelloBytes))).toBe('4413 too_large')
    const stranger = (await generateSigningKey()).key
    expect(await said(await hello(house, stranger))).toBe('4403 unknown_device')
  })

  test('says who it is before anything else, and only with texts', async () => {
    const line = await silent()
    line.say(await hello(house, viewer))
    line.say({ type: 'send', to: id(house.founder), body: '' })
    expect((await line.ended()).reason).toBe('bad_request')
    const other = await silent()
    other.part(livePart(house, now()))
    expect((await other.ended()).reason).toBe('bad_request')
  })

  test('and says nothing is sent away after five seconds', async () => {
    const line = await silent()
    const began = performance.now()
    expect(await line.ended()).toEqual({ code: 4401, reason: 'signature_missing' })
    expect(performance.now() - began).toBeGreaterThan(LIMITS.relayHelloSeconds * 1000 - 500)
  })

  test('from a page of another site, without the subprotocol or at another address gets no line', async () => {
    expect((await silent({ origin: 'https://evil.example' })).refused).toBe(403)
    expect((await silent({ origin: 'null' })).refused).toBe(403)
    expect((await silent({ origin: vault.url })).refused).toBe(null)
    expect((await silent({ protocol: 'other' })).refused).toBe(400)
    expect((await silent({}, 'me')).refused).toBe(404)
    const line = await silent({}, 'a'.repeat(26))
    line.say(await hello(house, viewer))
    // The household is nobody's, and the signature is for another address.
    expect((await line.ended()).reason).toBe('unknown_household')
  })

  test('of another household is a stranger here', async () => {
    const other = await RawHousehold.found(vault)
    const line = await silent()
    line.say(await hello(other, other.founder))
    expect((await line.ended()).reason).toBe('unknown_device')
  })

  test('is not kept waiting by strangers: only so many may be silent', async () => {
    const strangers = await Promise.all(Array.from({ length: LIMITS.relayUnsigned }, () => silent()))
    expect(strangers.filter(line => line.refused === null).length).toBe(LIMITS.relayUnsigned)
    expect((await silent()).refused).toBe(503)
    for (const line of strangers) line.socket.terminate()
    await until(async () => (await silent()).refused === null, { what: 'room at the door' })
  })

  test('again and again makes its oldest line go', async () => {
    const first = await open(viewer)
    for (let i = 1; i < LIMITS.relaySocketsPerDevice; i++) await open(viewer)
    expect(first.closed).toBe(null)
    const last = await open(viewer)
    expect((await first.ended()).reason).toBe('too_many')
    await last.settled()
  })

  test('with another upgrade than a WebSocket is answered as if it had not asked', async () => {
    const { port, hostname } = new URL(vault.url)
    const answer = await new Promise<string>((resolve, reject) => {
      const socket = connect(Number(port), hostname, () =>
        socket.write('GET /v1/about HTTP/1.1\r\nhost: x\r\nconnection: upgrade\r\nupgrade: h2c\r\n\r\n'),
      )
      socket.once('data', data => {
        resolve(data.toString())
        socket.destroy()
      })
      socket.once('error', reject)
    })
    expect(answer).toContain('signature_missing')
  })
})

describe('messages', () => {
  test('go to all lines of a device, with who sent them; what cannot be delivered is said', async () => {
    const [hub, one, two] = [await open(house.founder), await open(viewer), await open(viewer)]
    hub.say({ type: 'send', to: id(viewer), body: 'QUJD' })
    for (const line of [one, two])
      expect(await line.hears('message')).toEqual({ type: 'message', from: id(house.founder), body: 'QUJD' })
    const away = await house.add('admin')
    hub.say({ type: 'send', to: id(away), body: 'QUJD' })
    expect(await hub.hears('absent')).toEqual({ type: 'absent', to: id(away) })
  })

  test('stay in their household', async () => {
    const other = await RawHousehold.found(vault)
    await open(house.founder)
    const stranger = keep(await Line.open(other, other.founder))
    stranger.say({ type: 'send', to: id(house.founder), body: 'QUJD' })
    await stranger.hears('absent')
    expect((await stranger.hears('ready')).online).toEqual([id(other.founder)])
  })

  test('of the longest body pass; longer ones and others than ours end the line', async () => {
    const [hub, browser] = [await open(house.founder), await open(viewer)]
    const body = Buffer.alloc(LIMITS.relayMessageBytes, 1).toString('base64')
    browser.say({ type: 'send', to: id(house.founder), body })
    expect((await hub.hears('message')).body).toBe(body)
    browser.say({ type: 'send', to: id(house.founder), body: `${body}AAAA` })
    expect(await browser.ended()).toEqual({ code: 4400, reason: 'bad_request' })
    const second = await open(viewer)
    second.say('x'.repeat(RELAY_TEXT_BYTES + 1))
    expect((await second.ended()).code).toBe(1009)
    const third = await open(viewer)
    third.say({ type: 'unwatch', stream: `${'a'.repeat(25)}b` })
    expect((await third.ended()).reason).toBe('bad_id')
  })

  test('beyond the rate end the line', async () => {
    const browser = await open(viewer)
    for (let i = 0; i < LIMITS.relaySendsPerSecond * 2; i++) browser.say({ type: 'unwatch', stream: house.camera })
    expect(await browser.ended()).toEqual({ code: 4429, reason: 'too_many' })
  })
})

describe('watching', () => {
  test('brings live parts as they were sent, and the recorder knows who watches', async () => {
    const [hub, browser, other] = [await open(house.founder), await open(viewer), await open(viewer)]
    hub.part(livePart(house, now()))
    await watch(browser, viewer)
    expect(await hub.hears('viewers')).toEqual({ type: 'viewers', stream: house.camera, devices: [id(viewer)] })
    const sent = [livePart(house, now()), livePart(house, now()), livePart(house, now(), { kind: KINDS.liveAudio })]
    for (const [at, part] of sent.entries()) hub.part(part, at === 0)
    await until(() => browser.parts.length === 3, { what: 'three parts' })
    same(browser.objects, sent)
    // Who comes in the middle gets the parts since the key frame too.
    await watch(other, viewer)
    await until(() => other.parts.length === 3, { what: 'the parts before' })
    same(other.objects, sent)
    browser.say({ type: 'unwatch', stream: house.camera })
    other.socket.close()
    expect((await hub.hears('viewers', ({ devices }) => devices.length === 0)).devices).toEqual([])
    // The same device twice was one viewer.
    expect(hub.count('viewers')).toBe(2)
    hub.part(livePart(house, now()))
    await hub.settled()
    await browser.settled()
    expect(browser.parts.length).toBe(3)
  })

  test('begins with a key frame', async () => {
    const [hub, browser] = [await open(house.founder), await open(viewer)]
    await watch(browser, viewer)
    hub.part(livePart(house, now()), false)
    const key = livePart(house, now())
    hub.part(key)
    await until(() => browser.parts.length > 0, { what: 'a part' })
    same(browser.objects, [key])
  })

  test('needs the token of a logged access to this stream, by this device, that covers now', async () => {
    const browser = await open(viewer)
    const refused = async (token: string, stream = house.camera): Promise<string> => {
      const before = browser.count('refused')
      browser.say({ type: 'watch', stream, token })
      await until(() => browser.count('refused') > before, { what: 'a refusal' })
      return (await browser.hears('refused')).code
    }
    const [lo, hi] = [now() - 5, now() + 300]
    const other = newStreamId()
    const recorder = deviceIdOf(house.founder.publicKey)
    await house.append(house.founder, { type: 'add_stream', stream: other, kind: 'video', recorder, pair: null })
    await house.append(house.founder, {
      ...{ type: 'generation', stream: other, generation: 0, fromLeaf: 0, reason: 'first' },
    })
    expect(await refused('a'.repeat(43))).toBe('token_invalid')
    expect(await refused(await access(house, house.founder, lo, hi))).toBe('token_invalid')
    expect(await refused(await access(house, viewer, lo, hi, other))).toBe('token_invalid')
    expect(await refused(await access(house, viewer, lo - 10_000, lo - 5000))).toBe('token_invalid')
    expect(await refused(await access(house, viewer, hi + 5000, hi + 10_000))).toBe('token_invalid')
    const token = await access(house, viewer, lo, hi)
    browser.say({ type: 'watch', stream: house.camera, token })
    await browser.hears('watching')
    // Asking again with a bad one ends it.
    expect(await refused('a'.repeat(43))).toBe('token_invalid')
    await house.append(house.founder, {
      ...{ type: 'delete_order', order: newOrderId() },
      ranges: [{ stream: house.camera, lo, hi: hi + 1000 }],
    })
    expect(await refused(token)).toBe('deleted_range')
    const hub = await open(house.founder)
    expect(hub.count('viewers')).toBe(0)
  })

  test('ends with the token, unless a new one came; a part beyond its range ends it too', async () => {
    const [hub, browser, other] = [await open(house.founder), await open(viewer), await open(viewer)]
    await watch(browser, viewer)
    await watch(other, viewer)
    clock.turn(LIMITS.accessSeconds * 1000 - 60_000)
    const renewed = { stream: house.camera, lo: now() - 5, hi: now() + 300, purpose: 'own' }
    const created = Math.floor(clock.now() / 1000)
    const { signedHeaders, sendRaw } = await import('@hausrecht/testkit/raw-request')
    const body = new TextEncoder().encode(JSON.stringify(renewed))
    const target = house.path('/access')
    const headers = {
      ...(await signedHeaders(viewer, 'POST', target, body, { created })),
      'content-type': 'application/json',
    }
    const { json } = await sendRaw(vault.url, { method: 'POST', target, headers, body })
    const before = browser.count('watching')
    browser.say({ type: 'watch', stream: house.camera, token: (json as { token: string }).token })
    await until(() => browser.count('watching') > before, { what: 'watching again' })
    clock.turn(70_000)
    const part = livePart(house, now())
    hub.part(part)
    expect((await other.hears('refused')).code).toBe('token_invalid')
    await until(() => browser.parts.length > 0, { what: 'a part' })
    same(browser.objects, [part])
    expect(other.parts.length).toBe(0)
    hub.part(livePart(house, now() + 1000))
    expect((await browser.hears('refused')).code).toBe('token_invalid')
    await hub.hears('viewers', ({ devices }) => devices.length === 0)
    clock.turn(-LIMITS.accessSeconds * 1000 - 10_000)
  })

  test.each([
    ['another household', async () => livePart(await RawHousehold.found(vault), now(), { stream: house.camera })],
    ['a stream that is not there', async () => livePart(house, now(), { stream: newStreamId() })],
    ['another recorder', async () => livePart(house, now(), { recorder: deviceIdOf(viewer.publicKey) })],
    ['another generation', async () => livePart(house, now(), { generation: 1 })],
    ['a recording', async () => livePart(house, now(), { kind: KINDS.video })],
    ['another length', async () => livePart(house, now()).subarray(1)],
    ['too much', async () => livePart(house, now(), { size: LIMITS.livePartBytes })],
  ])('of parts whose header names %s there are none: the sender is sent away', async (_, make) => {
    const [hub, browser] = [await open(house.founder), await open(viewer)]
    await watch(browser, viewer)
    hub.part(await make())
    expect((await hub.ended()).reason).toBe('bad_segment')
    await browser.settled()
    expect(browser.parts).toEqual([])
  })

  test('of what the recorder alone may send: a viewer is sent away', async () => {
    const browser = await open(viewer)
    browser.part(livePart(house, now(), { recorder: deviceIdOf(viewer.publicKey) }))
    expect((await browser.ended()).reason).toBe('bad_segment')
  })

  test('and live parts offered to the store are refused', async () => {
    const part = livePart(house, now())
    const { decodeHeader } = await import('@hausrecht/media/segment/header')
    const answer = await house.send(house.founder, 'PUT', `/objects/${decodeHeader(part).header.object}`, part)
    expect([answer.status, answer.code]).toEqual([400, 'bad_segment'])
  })
})

test('a device that is removed is out at once, and its viewing ends', async () => {
  const [hub, browser] = [await open(house.founder), await open(viewer)]
  await watch(browser, viewer)
  await hub.hears('viewers', ({ devices }) => devices.length === 1)
  await house.append(house.founder, { type: 'remove_device', device: deviceIdOf(viewer.publicKey) })
  expect(await browser.ended()).toEqual({ code: 4403, reason: 'removed_device' })
  await hub.hears('viewers', ({ devices }) => devices.length === 0)
  await hub.hears('online', ({ device, online }) => device === id(viewer) && !online)
  const again = await silent()
  again.say(await hello(house, viewer))
  expect((await again.ended()).reason).toBe('removed_device')
})

test('a watcher that takes nothing loses parts up to the next key frame; the others lose none', async () => {
  const [hub, slow, fast] = [await open(house.founder), await open(viewer), await open(viewer)]
  await watch(slow, viewer)
  await watch(fast, viewer)
  slow.socket.pause()
  const dropped = await metric('relay_parts_dropped')
  const sent: Uint8Array[] = []
  const size = 400 * 1024
  for (let i = 0; i < 64; i++) {
    const part = livePart(house, now(), { size })
    sent.push(part)
    hub.part(part, i === 0)
    await until(() => fast.parts.length === sent.length, { what: `part ${i}` })
  }
  const lost = (await metric('relay_parts_dropped')) - dropped
  expect(lost).toBeGreaterThan(0)
  slow.socket.resume()
  await until(() => slow.parts.length === sent.length - lost, { what: 'what was on its way' })
  // Room again, but in the middle of a group of pictures.
  hub.part(livePart(house, now()), false)
  const key = livePart(house, now())
  hub.part(key)
  await until(() => slow.parts.length === sent.length - lost + 1, { what: 'the next key frame' })
  same(slow.objects.slice(0, -1), sent.slice(0, sent.length - lost))
  same(slow.objects.slice(-1), [key])
  expect(fast.parts.length).toBe(sent.length + 2)
})

test('news come to whom they concern', async () => {
  const [hub, browser] = [await open(house.founder), await open(viewer)]
  await house.append(house.founder, { type: 'policy', deleters: 'admins' })
  for (const line of [hub, browser]) expect((await line.hears('news')).what).toBe('entries')
  const joiner = (await generateSigningKey()).key
  const asked = {
    publicKey: toBase64(joiner.publicKey),
    prekeys: [{ id: 1, publicKey: toBase64(new Uint8Array(1216)) }],
    commitment: toBase64(new Uint8Array(32)),
  }
  expect((await house.send(joiner, 'POST', '/pending', asked)).status).toBe(200)
  await hub.hears('news', ({ what }) => what === 'pending')
  await browser.settled()
  expect(browser.heard.filter(message => message.type === 'news' && message.what !== 'entries')).toEqual([])
})

test('a vault that stops says so', async () => {
  const dir = tempFolder('relay-stop')
  const stopping = await startVault({ dir: dir.path, port: 0, logLevel: 'silent' })
  const home = await RawHousehold.found(stopping)
  const line = keep(await Line.open(home, home.founder))
  const silentOne = keep(new Line(stopping.url, home.household))
  await silentOne.opened()
  await stopping.close()
  expect((await line.ended()).code).toBe(1001)
  expect((await silentOne.ended()).code).toBe(1001)
  dir.remove()
})

test('the address is the contract’s', () => {
  expect(RELAY_PATH.replace(':household', house.household)).toBe(house.path('/relay'))
})
