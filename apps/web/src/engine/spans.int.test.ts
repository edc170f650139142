import { hourOfLeaf, manifestOf, summaryOf } from '@hausrecht/chain/manifest'
import { Accesses } from '@hausrecht/client/accesses'
import { addCamera, type CameraStreams } from '@hausrecht/client/household'
import type { OpenDevice } from '@hausrecht/client/open-device'
import { submit } from '@hausrecht/client/submit'
import { leafOf } from '@hausrecht/keytree/leaf'
import { TestHousehold, TestRecorder } from '@hausrecht/testkit/household'
import { changeJson } from '@hausrecht/testkit/lying-vault'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { readSpans, WITHHELD } from './spans.ts'

const HOUR_MS = 3_600_000
let world: TestHousehold
let hub: OpenDevice
let camera: CameraStreams
let start = 0

beforeAll(async () => {
  world = await TestHousehold.start()
  hub = await world.found('hub')
  camera = await addCamera(hub, { name: 'Hall', sound: false })
  start = Math.ceil(world.clock.now() / 2000) * 2000 + 10_000
  const recorder = new TestRecorder(hub, camera.video)
  world.clock.turn(9 * HOUR_MS)
  await recorder.record(start, 5)
  const gap = { from: start + 10_000, to: start + 8 * HOUR_MS, reason: 'hub_crashed', lost: 0 }
  await recorder.store(await recorder.gap(gap.from, gap))
  await recorder.record(gap.to, 5)
})
afterAll(() => world.close())

const spans = (from: number, to: number) =>
  readSpans(hub, new Accesses(hub), new Map(), camera.video, { from, to, step: 1000 })

test('a silence of hours has its reason in the middle, at its end, and where it goes over into a recording', async () => {
  const middle = [start + 3 * HOUR_MS, start + 4 * HOUR_MS] as const
  expect(await spans(...middle)).toEqual([{ type: 'gap', from: middle[0], to: middle[1], reason: 'hub_crashed' }])
  const end = start + 8 * HOUR_MS
  expect(await spans(end - HOUR_MS, end + 10_000)).toEqual([
    { type: 'gap', from: end - HOUR_MS, to: end, reason: 'hub_crashed' },
    { type: 'recorded', from: end, to: end + 10_000 },
  ])
})

test('the time before anything was recorded is no gap, and asks for nothing that a device may not see', async () => {
  expect(await spans(start - 48 * HOUR_MS, start - 24 * HOUR_MS)).toEqual([])
})

test('a silence that the vault made is told, by what the recorder signed; one that it did not is not', async () => {
  const from = Math.ceil(world.clock.now() / HOUR_MS) * HOUR_MS + 600_000
  world.clock.turn(from + 900_000 - world.clock.now())
  const recorder = new TestRecorder(hub, camera.video)
  for (let skipped = 0; skipped < 12; skipped++) recorder.skip(from)
  await recorder.record(from, 10)
  await recorder.record(from + 300_000, 10)
  world.clock.turn(HOUR_MS)
  const hour = hourOfLeaf(leafOf(from))
  const parts = await hub.vault.draftManifest(hour)
  const said = manifestOf(parts.map(({ stream, list }) => summaryOf(stream, list)))
  await submit(hub, () => ({ statement: { type: 'manifest', hour, ...said } }))

  const honest = await spans(from, from + 600_000)
  expect(honest).toEqual([
    { type: 'recorded', from, to: from + 20_000 },
    { type: 'recorded', from: from + 300_000, to: from + 320_000 },
  ])
  const hide = changeJson(/^GET .*\/runs$/, value => ({
    ...value,
    runs: (value.runs as readonly { readonly lo: number }[]).filter(({ lo }) => lo < leafOf(from + 200_000)),
  }))
  expect(await world.liar.during(hide, () => spans(from, from + 600_000))).toEqual([
    { type: 'recorded', from, to: from + 20_000 },
    { type: 'gap', from: from + 300_000, to: from + 320_000, reason: WITHHELD },
  ])
})
