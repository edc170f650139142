import { isDeleted } from '@hausrecht/chain/rights'
import { leafOf } from '@hausrecht/keytree/leaf'
import { TestHousehold, TestRecorder } from '@hausrecht/testkit/household'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { deleteRange } from './delete.ts'
import type { OpenDevice } from './device.ts'
import { sync } from './device.ts'
import { addCamera, type CameraStreams } from './household.ts'
import { readNames } from './names.ts'
import { type RangeItem, readRange } from './read.ts'
import { deviceStatus } from './status.ts'

const collect = async (items: AsyncIterable<RangeItem>): Promise<readonly RangeItem[]> => {
  const all: RangeItem[] = []
  for await (const item of items) all.push(item)
  return all
}
const texts = (items: readonly RangeItem[]): readonly string[] =>
  items.flatMap(item => (item.type === 'segment' ? [new TextDecoder().decode(item.segment.fragment)] : []))
const findings = (items: readonly RangeItem[]) => items.flatMap(item => (item.type === 'finding' ? [item.finding] : []))

describe('a household with a real vault, database and witness', () => {
  let world: TestHousehold
  let hub: OpenDevice
  let camera: CameraStreams
  let start: number

  beforeAll(async () => {
    world = await TestHousehold.start()
    hub = await world.found('hub')
    camera = await addCamera(hub, { name: 'Front door', sound: true })
    // Recording begins a minute from now: leaves of the first generation begin now.
    start = Math.ceil(world.clock.now() / 2000) * 2000 + 60_000
    world.clock.turn(180_000)
    await new TestRecorder(hub, camera.video).record(start, 30)
  })
  afterAll(() => world.close())

  test('names are readable here and nowhere else', async () => {
    const names = await readNames(hub)
    expect(names).toMatchObject({ household: 'House of hub', unreadable: [] })
    expect(names.cameras).toMatchObject([{ name: 'Front door', video: camera.video, audio: camera.audio }])
    expect(names.devices.get(hub.id)).toBe('hub')
  })

  test('the checkpoint that counts is cosigned by the witness', async () => {
    await sync(hub)
    expect([...hub.chain.view.cosigned.keys()]).toEqual(['witness.test/w1'])
  })

  test('a range comes back whole, in order, and the log says who looked', async () => {
    const before = hub.chain.view.size
    const items = await collect(readRange(hub, { stream: camera.video, from: start + 10_000, to: start + 20_000 }))
    expect(texts(items)).toEqual([0, 1, 2, 3, 4].map(i => `at ${start + 10_000 + i * 2000}`))
    expect(findings(items)).toEqual([])
    expect(hub.chain.view.size).toBe(before + 1)
  })

  test('a second process of the same device sees the same', async () => {
    const again = await world.reopen('hub')
    const items = await collect(readRange(again, { stream: camera.video, from: start, to: start + 6000 }))
    expect(texts(items)).toHaveLength(3)
    expect(await deviceStatus(again)).toMatchObject({ orders: 0, evidence: [], devices: 1, streams: 3 })
  })

  test('a deleted range is gone here and at the vault, and says when and by whom', async () => {
    const other = await world.reopen('hub')
    const deletion = await deleteRange(hub, { streams: [camera.video], from: start + 30_000, to: start + 40_000 })
    expect(deletion.holders).toMatchObject([{ device: hub.id, how: 'receipt', cell: 'file' }])
    const items = await collect(readRange(hub, { stream: camera.video, from: start + 24_000, to: start + 46_000 }))
    expect(texts(items)).toEqual([24, 26, 28, 40, 42, 44].map(s => `at ${start + s * 1000}`))
    expect(findings(items)).toEqual([
      {
        type: 'deleted',
        from: start + 30_000,
        to: start + 40_000,
        at: deletion.at,
        by: hub.id,
        order: deletion.order,
      },
    ])
    const leaf = leafOf(start + 30_000)
    expect(isDeleted(hub.chain.state, camera.video, leaf)).toBe(true)
    for (const device of [hub, other, await world.reopen('hub')]) {
      await sync(device)
      const covered = device.keys
        .positions({ stream: camera.video, generation: 0 })
        .some(({ depth, prefix }) => prefix === Math.floor(leaf / 2 ** (32 - depth)))
      expect(covered).toBe(false)
    }
  })
})
