import { concat, utf8 } from '@hausrecht/crypto/bytes'
import { sha256 } from '@hausrecht/crypto/hash'
import { TestHousehold, TestRecorder } from '@hausrecht/testkit/household'
import { until } from '@hausrecht/testkit/until'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { deleteRange } from './delete.ts'
import { type OpenDevice, sync } from './device.ts'
import { addCamera, type CameraStreams } from './household.ts'
import type { Sealed } from './seal.ts'

let world: TestHousehold
let hub: OpenDevice
let camera: CameraStreams
let start = 0
let sealed: readonly Sealed[] = []

beforeAll(async () => {
  world = await TestHousehold.start()
  hub = await world.found('hub')
  camera = await addCamera(hub, { name: 'Hall', sound: false })
  start = Math.ceil(world.clock.now() / 2000) * 2000 + 10_000
  world.clock.turn(120_000)
  sealed = await new TestRecorder(hub, camera.video).record(start, 20)
})
afterAll(() => world.close())

const removalOf = async (order: Parameters<OpenDevice['chain']['removals']['get']>[0]) =>
  until(
    async () => {
      await sync(hub)
      return hub.chain.removals.get(order)
    },
    { what: 'the vault to say that the bytes are gone' },
  )

test('when the bytes are gone and were looked for again, the vault says so in the log: how many, and which', async () => {
  const { order } = await deleteRange(hub, { streams: [camera.video], from: start + 10_000, to: start + 16_000 })
  const { removal } = await removalOf(order)
  const gone = sealed
    .slice(5, 8)
    .toSorted((a, b) => (a.header.object < b.header.object ? -1 : 1))
    .map(({ header, bytes }) => concat(utf8(header.object), sha256(bytes)))
  expect(removal).toMatchObject({
    objects: 3,
    bytes: sealed.slice(5, 8).reduce((sum, one) => sum + one.bytes.length, 0),
  })
  expect(removal.root).toEqual(sha256(concat(...gone)))
})

test('a range of which nothing was kept is said to be gone too', async () => {
  const { order } = await deleteRange(hub, { streams: [camera.video], from: start + 10_000, to: start + 16_000 })
  expect((await removalOf(order)).removal).toMatchObject({ objects: 0, bytes: 0, root: sha256(new Uint8Array(0)) })
})

test('a device that is opened anew knows it without asking', async () => {
  const again = await world.reopen('hub')
  expect([...again.chain.removals.keys()]).toEqual([...hub.chain.removals.keys()])
  expect(again.chain.removals.size).toBe(2)
})
