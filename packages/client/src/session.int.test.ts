import { generationOf } from '@hausrecht/chain/rights'
import type { Role } from '@hausrecht/chain/types'
import { newObjectId, type StreamId } from '@hausrecht/crypto/ids'
import { leafOf } from '@hausrecht/keytree/leaf'
import { KINDS } from '@hausrecht/media/segment/kinds'
import { TestHousehold } from '@hausrecht/testkit/household'
import { until } from '@hausrecht/testkit/until'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { compareWith, listJoinRequests } from './approve.ts'
import type { Channel } from './channel/channel.ts'
import { ChannelRefusal } from './channel/messages.ts'
import { Switchboard } from './channel/switchboard.ts'
import { deleteRange } from './delete.ts'
import { openDevice, sync } from './device.ts'
import { openHome } from './home.ts'
import { addCamera, removeDevice, streamOf } from './household.ts'
import { joinHousehold } from './join.ts'
import { type LivePart, LiveWatcher } from './live.ts'
import { MemoryStore } from './memory-store.ts'
import type { OpenDevice } from './open-device.ts'
import { Relay, type RelayEvents } from './relay.ts'
import { sealSegment } from './seal.ts'
import { fetchKeys, KEYS_METHOD, keysFor, missingTrees } from './session-keys.ts'

let house: TestHousehold
let hub: OpenDevice
let camera: StreamId
const closing: (() => Promise<void>)[] = []

beforeAll(async () => {
  house = await TestHousehold.start()
  await house.found('hub')
  const home = await openHome((await house.reopen('hub')).store)
  // The relay is a WebSocket, which the lying proxy does not carry.
  hub = house.keep(await openDevice({ ...home, facts: { ...home.facts, vault: house.vault.url } }, house.around))
  await sync(hub)
  camera = (await addCamera(hub, { name: 'Front door', sound: false })).video
})
afterAll(() => house.close())
afterEach(async () => {
  for (const close of closing.splice(0)) await close()
})

async function browser(from: number, roles: readonly Role[] = ['admin', 'session']): Promise<OpenDevice> {
  const invite = { ...house.invite(hub), vault: house.vault.url }
  const joining = joinHousehold(new MemoryStore(), { invite, name: 'Browser' }, house.around, { onDigits: () => {} })
  const request = await until(async () => (await listJoinRequests(hub))[0], { what: 'a request' })
  const comparison = await compareWith(hub, request.device)
  await comparison.approve({ name: 'Browser', roles, from, streams: 'all' })
  return house.keep(await joining)
}

async function line(device: OpenDevice, events: RelayEvents = {}): Promise<Relay> {
  const relay = new Relay(device, events)
  closing.push(() => relay.close())
  await until(() => relay.ready, { what: 'the relay' })
  return relay
}

/** The hub's side: gives keys to whoever is entitled to them. */
async function holder(
  before: () => Promise<unknown> = async () => null,
): Promise<{ relay: Relay; board: Switchboard; viewers: string[] }> {
  const viewers: string[] = []
  const board: Switchboard = new Switchboard({
    device: hub,
    send: (to, body) => relay.send(to, body),
    answer: async (from, method) => {
      if (method !== KEYS_METHOD) throw new ChannelRefusal('unknown_method')
      const answer = await keysFor(hub, from)
      await before()
      return answer
    },
  })
  const relay = await line(hub, {
    onMessage: (from, body) => board.receive(from, body),
    onViewers: (_, devices) => viewers.splice(0, viewers.length, ...devices),
  })
  return { relay, board, viewers }
}

async function caller(device: OpenDevice, more: RelayEvents = {}): Promise<{ relay: Relay; channel: Channel }> {
  await sync(device)
  const board: Switchboard = new Switchboard({ device, send: (to, body) => relay.send(to, body) })
  const relay = await line(device, { onMessage: (from, body) => board.receive(from, body), ...more })
  return { relay, channel: await board.open(hub.id) }
}

const key = (device: OpenDevice, leaf: number): string => {
  const secret = device.keys.leafKey({ stream: camera, generation: 0 }, leaf)
  return secret.use(bytes => Buffer.from(bytes).toString('hex'))
}

describe('a session', () => {
  test('holds no key after it joined, gets them over a channel, and they are those of the hub', async () => {
    const device = await browser(0)
    expect(device.keys.held()).toEqual([])
    expect(missingTrees(device).length).toBeGreaterThan(0)
    await holder()
    const { channel } = await caller(device)
    await fetchKeys(device, channel)
    expect(missingTrees(device)).toEqual([])
    const leaf = leafOf(house.clock.now()) + 10
    expect(key(device, leaf)).toBe(key(hub, leaf))
  })

  test('is given what it is entitled to, and nothing before', async () => {
    const from = house.clock.now() + 3_600_000
    const device = await browser(from, ['session'])
    await holder()
    const { channel } = await caller(device)
    await fetchKeys(device, channel)
    expect(key(device, leafOf(from))).toBe(key(hub, leafOf(from)))
    expect(() => key(device, leafOf(from) - 1)).toThrow('key')
  })

  test('is not given what is deleted', async () => {
    const from = house.clock.now() + 7_200_000
    await deleteRange(hub, { streams: [camera], from, to: from + 20_000 })
    const device = await browser(0)
    await holder()
    const { channel } = await caller(device)
    await fetchKeys(device, channel)
    expect(() => key(device, leafOf(from))).toThrow('delete order')
    expect(key(device, leafOf(from + 30_000))).toBe(key(hub, leafOf(from + 30_000)))
  })

  test('ends the channel when an order comes before the keys do: a vault that holds them back could open them with it', async () => {
    const from = house.clock.now() + 9_000_000
    const device = await browser(0)
    await holder(async () => {
      await deleteRange(hub, { streams: [camera], from, to: from + 20_000 })
      await sync(device)
    })
    const { channel } = await caller(device)
    await expect(fetchKeys(device, channel)).rejects.toMatchObject({ code: 'channel_closed' })
    expect(channel.closed).toBe(true)
    expect(device.keys.held()).toEqual([])
  })

  test('that was removed gets no keys, although its channel was open', async () => {
    const device = await browser(0)
    await holder()
    const { channel } = await caller(device)
    await removeDevice(hub, device.id)
    await expect(channel.request(KEYS_METHOD)).rejects.toMatchObject({ name: /ClientError|ChannelRefusal/ })
    expect(device.keys.held()).toEqual([])
  })

  test('watches live: logged first, opened here, in order, and never what was shown before', async () => {
    const device = await browser(0)
    const { relay, viewers } = await holder()
    const parts: LivePart[] = []
    const watcher: LiveWatcher = new LiveWatcher(device, () => viewer.relay)
    const viewer = await caller(device, { onLive: (_, object) => watcher.receive(object) })
    await fetchKeys(device, viewer.channel)
    const stop = watcher.watch(camera, {
      onPart: part => parts.push(part),
      onProblem: error => {
        throw error
      },
    })
    await until(() => viewers.includes(device.id), { what: 'the hub knows who watches' })
    await sync(hub)
    expect((await sync(device)).accesses).toEqual([])
    const make = async (sequence: number, startsWithKey: boolean, leaf = leafOf(house.clock.now())) => {
      const { bytes } = await sealSegment({ household: hub.household, device: hub.id }, hub.keys, {
        stream: camera,
        generation: generationOf(streamOf(hub, camera), leaf) ?? 0,
        leaf,
        object: newObjectId(),
        kind: KINDS.liveVideo,
        payload: {
          type: 'media',
          sequence,
          startTime: house.clock.now() + sequence,
          duration: 100,
          startsWithKey,
          continues: !startsWithKey,
          discontinuity: false,
          timescale: 90_000,
          init: new Uint8Array(8),
          fragment: [new Uint8Array(100)],
        },
      })
      return bytes
    }
    const send = async (sequence: number, startsWithKey: boolean): Promise<Uint8Array> => {
      const bytes = await make(sequence, startsWithKey)
      relay.publish(startsWithKey, bytes)
      return bytes
    }
    const first = await send(1, true)
    await send(2, false)
    await until(() => parts.length === 2, { what: 'two parts' })
    // What a vault could do with parts: repeat them, leave one out, keep one for later.
    watcher.receive(first)
    await send(4, false)
    watcher.receive(await make(5, true, leafOf(house.clock.now() - 600_000)))
    await send(6, true)
    await until(() => parts.length === 3, { what: 'the next key frame' })
    expect(parts.map(({ sequence }) => sequence)).toEqual([1, 2, 6])
    expect(parts.map(({ discontinuity }) => discontinuity)).toEqual([false, false, true])
    expect(watcher.refused).toBe(2)
    stop()
    await until(() => viewers.length === 0, { what: 'nobody watches' })
  })
})
