import { leafOf } from '@hausrecht/keytree/leaf'
import { TestHousehold, TestRecorder } from '@hausrecht/testkit/household'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { deleteRange } from './delete.ts'
import type { OpenDevice } from './device.ts'
import { addCamera, type CameraStreams } from './household.ts'
import { readRange } from './read.ts'

/** How far segments begin after their slot does: cameras do not care about our slots. */
const OFF_MS = 1300

let world: TestHousehold
let hub: OpenDevice
let camera: CameraStreams
let start = 0

beforeAll(async () => {
  world = await TestHousehold.start()
  hub = await world.found('hub')
  camera = await addCamera(hub, { name: 'Hall', sound: false })
  start = Math.ceil(world.clock.now() / 2000) * 2000 + 10_000 + OFF_MS
  world.clock.turn(200_000)
  await new TestRecorder(hub, camera.video).record(start, 40)
})
afterAll(() => world.close())

/** A segment goes when it has something of the range in it, or shares a slot with it: a slot has one key. */
const goes = (time: number, from: number, to: number): boolean =>
  (time < to && time + 2000 > from) || (leafOf(time) >= leafOf(from) && leafOf(time) <= leafOf(to - 1))

const recorded = async (from: number, to: number): Promise<readonly number[]> => {
  const times: number[] = []
  for await (const item of readRange(hub, { stream: camera.video, from, to }))
    if (item.type === 'segment') times.push(item.segment.startTime)
  return times
}

test('nothing of a deleted range survives: not the segment that begins before it in the slot before, either', async () => {
  // Segments of 2 s at start + 2 s · n. The range begins within one whose slot begins earlier, and ends within another.
  const [from, to] = [start + 20_800, start + 29_000]
  await deleteRange(hub, { streams: [camera.video], from, to })
  expect(await recorded(from, to)).toEqual([])
  const all = Array.from({ length: 40 }, (_, n) => start + n * 2000)
  const kept = all.filter(time => !goes(time, from, to))
  expect(await recorded(start, start + 80_000)).toEqual(kept)
  expect(kept).toHaveLength(34)
})

test('a segment before the range that only touches it stays', async () => {
  const [from, to] = [start + 50_000, start + 54_000]
  await deleteRange(hub, { streams: [camera.video], from, to })
  expect(await recorded(start + 46_000, start + 60_000)).toEqual([46, 48, 56, 58].map(s => start + s * 1000))
})
