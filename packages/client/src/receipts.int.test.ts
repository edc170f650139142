import { settlement } from '@hausrecht/chain/settlement'
import type { OrderId } from '@hausrecht/crypto/ids'
import { Browser } from '@hausrecht/testkit/browser'
import { TestHousehold } from '@hausrecht/testkit/household'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { deleteRange } from './delete.ts'
import { sync } from './device.ts'
import { addCamera, type CameraStreams, removeDevice } from './household.ts'
import type { OpenDevice } from './open-device.ts'
import { completeOrders, cutLeases, LEASE_MARGIN_MS, owesSince, postReceipt } from './receipts.ts'

let world: TestHousehold
let hub: OpenDevice
let camera: CameraStreams
let browser: Browser
let at = 0
const hours = 3_600_000

beforeAll(async () => {
  world = await TestHousehold.start()
  hub = await world.found('hub')
  camera = await addCamera(hub, { name: 'Hall', sound: false })
})
afterAll(() => world.close())
beforeEach(async () => {
  browser = await Browser.join(hub, world.vault.url, world.transport)
  at = world.clock.now() + hours
  return () => browser.close()
})

/** How an order stands with each of its holders, as the hub's checked log has it. */
const how = async (order: OrderId): Promise<Readonly<Record<string, string>>> => {
  await sync(hub)
  const named = new Map([
    [hub.id, 'hub'],
    [browser.device.id, 'browser'],
  ])
  return Object.fromEntries(
    settlement(hub.chain.state, order).flatMap(({ device, how: said }) => {
      const name = named.get(device)
      return name === undefined ? [] : [[name, said]]
    }),
  )
}
/** Deletes an hour nobody has recorded yet. */
const remove = async (): Promise<OrderId> => {
  const { order } = await deleteRange(hub, { streams: [camera.video], from: at, to: at + hours })
  return order
}

describe('who has erased', () => {
  test('whoever deletes says so at once; the others when they have followed the log', async () => {
    const order = await remove()
    expect(await how(order)).toEqual({ hub: 'receipt', browser: 'owed' })
    expect(await completeOrders(hub)).not.toContain(order)
    await sync(browser.device)
    expect(await postReceipt(browser.device)).toBe(true)
    expect(await postReceipt(browser.device)).toBe(false)
    expect(await how(order)).toEqual({ hub: 'receipt', browser: 'receipt' })
  })

  test('an order that nobody owes is found complete, once', async () => {
    const order = await remove()
    await sync(browser.device)
    await postReceipt(browser.device)
    await sync(hub)
    for (const { id } of hub.chain.state.devices.values())
      expect(owesSince(hub.chain.state, id, world.clock.now() + 1)).toBe(id !== hub.id && id !== browser.device.id)
    await cutLeases(hub, () => Number.POSITIVE_INFINITY)
    expect(await completeOrders(hub)).toContain(order)
    expect(hub.chain.state.completed.has(order)).toBe(true)
    expect(await completeOrders(hub)).toEqual([])
  })

  test('a browser that no hub has answered for longer than a lease is cut, not before, and never a device that keeps keys', async () => {
    const order = await remove()
    const lease = hub.chain.state.lease * 60_000
    expect(await cutLeases(hub, () => lease + LEASE_MARGIN_MS)).toEqual([])
    expect(await how(order)).toEqual({ hub: 'receipt', browser: 'owed' })
    expect(await cutLeases(hub, () => lease + LEASE_MARGIN_MS + 1)).toContain(browser.device.id)
    expect(await how(order)).toEqual({ hub: 'receipt', browser: 'cut' })
  })

  test('one that was removed says nothing any more, and is named', async () => {
    const order = await remove()
    await removeDevice(hub, browser.device.id)
    await expect(sync(browser.device).then(() => postReceipt(browser.device))).rejects.toThrow()
    expect(await how(order)).toEqual({ hub: 'receipt', browser: 'removed' })
  })
})
