import { formatReceiptFile, parseReceiptFile } from '@hausrecht/chain/receipt-file'
import { verifyReceipt } from '@hausrecht/chain/verify-receipt'
import { Browser } from '@hausrecht/testkit/browser'
import { TestHousehold, TestRecorder } from '@hausrecht/testkit/household'
import { changeBytes } from '@hausrecht/testkit/lying-vault'
import { parsePolicy } from '@hausrecht/tlog/policy'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { deleteRange } from './delete.ts'
import { sync } from './device.ts'
import { addCamera, type CameraStreams } from './household.ts'
import { openHomeFolder } from './node/home.ts'
import type { OpenDevice } from './open-device.ts'
import { makeReceiptFile } from './receipt-file.ts'
import { completeOrders, cutLeases, postReceipt } from './receipts.ts'

let world: TestHousehold
let hub: OpenDevice
let camera: CameraStreams
const hours = 3_600_000

beforeAll(async () => {
  world = await TestHousehold.start()
  hub = await world.found('hub')
  camera = await addCamera(hub, { name: 'Hall', sound: false })
})
afterAll(() => world.close())

const facts = async () => (await openHomeFolder(world.home('hub'))).facts
const make = async (order: Parameters<typeof makeReceiptFile>[2]): Promise<string> =>
  makeReceiptFile(hub, await facts(), order)
/** Under the policy that came with the file: what a person has who is handed it. */
const verify = (text: string) => verifyReceipt(text, parsePolicy(parseReceiptFile(text).policy ?? ''))

test('AB33 AB51: a file of a deletion that one browser owes shows it as open; by its lease’s end it verifies as complete', async () => {
  const browser = await Browser.join(hub, world.vault.url, world.transport)
  const from = world.clock.now() + hours
  const recorder = new TestRecorder(hub, camera.video)
  await recorder.record(from, 3)
  const { order } = await deleteRange(hub, { streams: [camera.video], from, to: from + 6000 })
  await sync(hub)
  // AB51: the keys of what was deleted are refused here; that no node above them is left, the signed list of places shows below.
  const deleted = await recorder.seal(from, { text: 'kept in secret' }).catch(error => error)
  expect(deleted).toMatchObject({ code: 'key_deleted' })
  const open = await verify(await make(order))
  expect(open.ok).toBe(false)
  expect(open.checks).toContainEqual({
    ...{ check: 'holders', state: 'failed' },
    fault: { code: 'owed', devices: [browser.device.id] },
  })
  await cutLeases(hub, () => Number.POSITIVE_INFINITY)
  expect(await completeOrders(hub)).toContain(order)
  await sync(hub)
  const text = await make(order)
  const closed = await verify(text)
  expect(closed.checks.filter(({ state }) => state !== 'passed').map(({ check }) => check)).toEqual(
    hub.chain.removals.has(order) ? [] : ['removal'],
  )
  expect(closed.ok).toBe(true)
  expect(closed.deletion).toMatchObject({
    order,
    complete: true,
    holders: [
      { device: hub.id, how: 'receipt', cell: 'file' },
      { device: browser.device.id, how: 'cut' },
    ],
  })
  expect([...closed.cosigned.keys()]).toEqual(['witness.test/w1'])
  await browser.close()

  // Keys that a device kept in secret would have to be in the list that it signed: adding them is another list.
  const file = parseReceiptFile(text)
  const [own] = file.covers
  const kept = { stream: camera.video, generation: 0, depth: 0, prefix: 0 }
  const hoarded = { device: hub.id, positions: [...(own?.positions ?? []), kept] }
  const lie = await verify(formatReceiptFile({ ...file, covers: [hoarded] }))
  expect(lie.checks).toContainEqual({
    ...{ check: 'covers', state: 'failed' },
    fault: { code: 'other_cover', device: hub.id },
  })
})

test('the cover that was signed is shown, also when keys changed since, and that of a later receipt speaks of the order too', async () => {
  const from = world.clock.now() - 5 * hours
  const { order } = await deleteRange(hub, { streams: [camera.video], from, to: from + hours })
  await addCamera(hub, { name: 'Door', sound: false })
  await sync(hub)
  const covers = (await verify(await make(order))).checks.find(({ check }) => check === 'covers')
  expect(covers).toEqual({ check: 'covers', state: 'passed' })
  await deleteRange(hub, { streams: [camera.video], from: from - hours, to: from })
  expect(await postReceipt(hub)).toBe(false)
  expect((await verify(await make(order))).checks).toContainEqual({ check: 'covers', state: 'passed' })
})

test('no order, no file; tiles that are not the log make none either', async () => {
  const stranger = await world.found('stranger')
  const from = world.clock.now() - hours
  const { order } = await deleteRange(hub, { streams: [camera.video], from, to: from + hours })
  await expect(makeReceiptFile(stranger, await facts(), order)).rejects.toMatchObject({ code: 'bad_argument' })
  await sync(hub)
  const lie = changeBytes(/\/tile\/0\//, body => body.with(0, (body[0] ?? 0) ^ 1))
  await world.liar.during(lie, async () => {
    await expect(makeReceiptFile(hub, await facts(), order)).rejects.toMatchObject({ code: 'log_mismatch' })
  })
})
