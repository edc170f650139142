import { cp } from 'node:fs/promises'
import { nodeRange } from '@hausrecht/keytree/cover'
import { leafOf } from '@hausrecht/keytree/leaf'
import { TestHousehold, TestRecorder } from '@hausrecht/testkit/household'
import { until } from '@hausrecht/testkit/until'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { OpenDevice } from './device.ts'
import { self, sync } from './device.ts'
import { addCamera, type CameraStreams } from './household.ts'
import { householdNow } from './household-clock.ts'
import { readRange } from './read.ts'
import { postReceipt } from './receipts.ts'
import { applyRetention, retainedUntil } from './retention.ts'
import { setRetention } from './retention-rules.ts'
import type { Sealed } from './seal.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR
let world: TestHousehold
let hub: OpenDevice
let camera: CameraStreams
let start = 0
let late: Sealed

beforeAll(async () => {
  world = await TestHousehold.start({ expireEveryMs: 100 })
  hub = await world.found('hub')
  camera = await addCamera(hub, { name: 'Hall', sound: false })
  start = Math.ceil(world.clock.now() / 2000) * 2000 + 10_000
  world.clock.turn(60_000)
  const recorder = new TestRecorder(hub, camera.video)
  await recorder.record(start, 10)
  late = await recorder.seal(start + 20_000)
})
afterAll(() => world.close())

const tree = () => ({ stream: camera.video, generation: 0 })
const holds = (device: OpenDevice, time: number): boolean =>
  device.keys.positions(tree()).some(node => {
    const { lo, hi } = nodeRange(node)
    return lo <= leafOf(time) && leafOf(time) <= hi
  })
const stored = async (): Promise<number> =>
  (await hub.vault.listRuns({ stream: camera.video, lo: leafOf(start), hi: leafOf(start + HOUR), gap: 2 })).runs.length

test('AB34: the clock moves, and recordings are gone with no human act: keys on every device, bytes in the vault', async () => {
  await setRetention(hub, [{ stream: null, kind: null, days: 2 }])
  world.clock.turn(DAY)
  await sync(hub)
  expect(holds(hub, start)).toBe(true)
  expect(await stored()).toBe(1)
  await cp(world.home('hub'), world.home('sleeper'), { recursive: true })

  world.clock.turn(DAY + 2 * HOUR)
  // A look at the log, as each device takes it all the time.
  await until(
    async () => {
      await sync(hub)
      return !holds(hub, start)
    },
    { what: 'the hub to end what is two days old' },
  )
  expect(() => hub.keys.leafKey(tree(), leafOf(start))).toThrow(expect.objectContaining({ code: 'key_deleted' }))
  expect(holds(hub, world.clock.now() - DAY)).toBe(true)
  await until(async () => (await stored()) === 0, { what: 'the vault to remove what has ended' })

  const items = []
  for await (const item of readRange(hub, { stream: camera.video, from: start, to: start + 20_000 })) items.push(item)
  expect(items).toEqual([{ type: 'finding', finding: { type: 'expired', from: start, to: start + 20_000 } }])
})

test('AB34: a device that was off ends it with its first look at the log, before it does anything else', async () => {
  const sleeper = await world.reopen('sleeper')
  expect(holds(sleeper, start)).toBe(true)
  await sync(sleeper)
  expect(holds(sleeper, start)).toBe(false)
})

test('what is delivered too late is refused, and each device says once a day until when it has ended things', async () => {
  await expect(hub.vault.putObject(late.header.object, late.bytes)).rejects.toMatchObject({ code: 'deleted_range' })
  expect(await postReceipt(hub)).toBe(true)
  await sync(hub)
  expect(self(hub).receipt?.until).toBe(await retainedUntil(hub))
  expect(await retainedUntil(hub)).toBeGreaterThan(world.clock.now() - 2 * HOUR)
  world.clock.turn(2 * HOUR)
  await sync(hub)
  expect(await postReceipt(hub)).toBe(false)
})

test('AB34: while the vault answers nothing, time goes on', async () => {
  const recorded = world.clock.now()
  await world.liar.close()
  expect(holds(hub, recorded)).toBe(true)
  // Three days by a clock that nobody can set.
  world.clock.turn(3 * DAY)
  await applyRetention(hub, householdNow(hub, performance.now() + 3 * DAY))
  expect(holds(hub, recorded)).toBe(false)
})
