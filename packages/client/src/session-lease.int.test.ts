import { Browser } from '@hausrecht/testkit/browser'
import { TestHousehold } from '@hausrecht/testkit/household'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Channel } from './channel/channel.ts'
import { ChannelRefusal } from './channel/messages.ts'
import { Switchboard } from './channel/switchboard.ts'
import { openDevice, sync } from './device.ts'
import { openHome } from './home.ts'
import { addCamera } from './household.ts'
import type { OpenDevice } from './open-device.ts'
import { Relay } from './relay.ts'
import { KEYS_METHOD, keysFor, LEASE_METHOD } from './session-keys.ts'
import { SessionLease } from './session-lease.ts'

const LEASE_MS = 3_600_000
let world: TestHousehold
let hub: OpenDevice
let relay: Relay
let browser: Browser
let channel: Channel
let asked = 0

beforeAll(async () => {
  world = await TestHousehold.start()
  await world.found('hub', { witnessed: false })
  const home = await openHome((await world.reopen('hub')).store)
  // The relay is a WebSocket, which the lying proxy does not carry.
  hub = world.keep(await openDevice({ ...home, facts: { ...home.facts, vault: world.vault.url } }, world.around))
  await sync(hub)
  await addCamera(hub, { name: 'Hall', sound: false })
  const board: Switchboard = new Switchboard({
    device: hub,
    send: (to, body) => relay.send(to, body),
    answer: async (from, method) => {
      if (method === LEASE_METHOD) {
        asked++
        return null
      }
      if (method !== KEYS_METHOD) throw new ChannelRefusal('unknown_method')
      return keysFor(hub, from)
    },
  })
  relay = new Relay(hub, { onMessage: (from, body) => board.receive(from, body) })
  browser = await Browser.join(hub, world.vault.url, world.transport)
  channel = await browser.call(hub.id)
})
afterAll(async () => {
  await browser.close()
  await relay.close()
  await world.close()
})

test('keys are forgotten when no hub has answered for a lease, by whichever clock says so first', async () => {
  let ran = 0
  const lease = new SessionLease(browser.device, () => ran)
  expect(lease.left).toBe(0)
  await lease.fetch(channel)
  expect(lease.left).toBeGreaterThan(LEASE_MS - 60_000)
  // Somebody sets the clock of the computer back: that gives no more time.
  world.clock.turn(-1000)
  ran = LEASE_MS - 1
  expect(await lease.end()).toBe(false)
  ran = LEASE_MS
  expect(await lease.end()).toBe(true)
  expect(browser.device.keys.held()).toEqual([])
  expect(await lease.end()).toBe(false)
})

test('a hub that answers gives more time, and is asked only when some of it is used up', async () => {
  let ran = 0
  const lease = new SessionLease(browser.device, () => ran)
  await lease.fetch(channel)
  await lease.renew(channel)
  expect(asked).toBe(0)
  ran = LEASE_MS / 2
  await lease.renew(channel)
  expect(asked).toBe(1)
  expect(lease.left).toBeGreaterThan(LEASE_MS - 60_000)
})
