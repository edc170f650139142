import { join } from 'node:path'
import { hourEnd, hourOfLeaf } from '@hausrecht/chain/manifest'
import { deleteRange } from '@hausrecht/client/delete'
import { type OpenDevice, sync } from '@hausrecht/client/device'
import { addCamera, type CameraStreams } from '@hausrecht/client/household'
import { manifestsOf, withheldIn } from '@hausrecht/client/manifests'
import { type RangeItem, readRange } from '@hausrecht/client/read'
import type { Sealed } from '@hausrecht/client/seal'
import { encode } from '@hausrecht/crypto/cbor'
import { leafOf, leafRange } from '@hausrecht/keytree/leaf'
import { TestHousehold, TestRecorder } from '@hausrecht/testkit/household'
import { changeBytes, changeJson, type Lie } from '@hausrecht/testkit/lying-vault'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Journal } from './journal.ts'
import { ASK_AGAIN_MS, ManifestSigner, SIGN_AFTER_MS } from './signer.ts'

const HOUR_MS = 3_600_000
let world: TestHousehold
let hub: OpenDevice
let camera: CameraStreams
let recorder: TestRecorder
let journal: Journal
let signer: ManifestSigner
let isDrained = true
const withheld: (readonly [hour: number, count: number])[] = []

beforeAll(async () => {
  world = await TestHousehold.start()
  hub = await world.found('hub')
  camera = await addCamera(hub, { name: 'Hall', sound: false })
  recorder = new TestRecorder(hub, camera.video)
  journal = await Journal.open(join(world.folder, 'acknowledged'))
  signer = new ManifestSigner({
    device: hub,
    journal,
    drained: () => isDrained,
    onWithheld: (hour, count) => withheld.push([hour, count]),
  })
})
afterAll(() => world.close())

const isSigned = (hour: number): boolean => manifestsOf(hub.chain, hour).length > 0

/** An hour that begins in the future, with ten segments in its middle, acknowledged; then the clock stands behind its end. */
async function hourOf(segments = 10): Promise<{ hour: number; from: number; sealed: readonly Sealed[] }> {
  const from = Math.ceil(world.clock.now() / HOUR_MS) * HOUR_MS + 1_200_000
  world.clock.turn(from + 60_000 - world.clock.now())
  const sealed = await recorder.record(from, segments)
  for (const { header } of sealed) journal.note({ leaf: header.leaf, stream: camera.video, objectId: header.object })
  const hour = hourOfLeaf(leafOf(from))
  world.clock.turn(hourEnd(hour) + SIGN_AFTER_MS - world.clock.now())
  return { hour, from, sealed }
}

async function read(from: number, to: number) {
  const items: RangeItem[] = []
  for await (const item of readRange(hub, { stream: camera.video, from, to })) items.push(item)
  const findings = items.flatMap(item => (item.type === 'finding' ? [item.finding] : []))
  return { segments: items.length - findings.length, findings }
}

const index = /^GET .*\/objects$/
const without = (gone: readonly Sealed[]): Lie =>
  changeJson(index, value => ({
    ...value,
    objects: (value.objects as readonly { readonly objectId: string }[]).filter(
      ({ objectId }) => !gone.some(({ header }) => header.object === objectId),
    ),
  }))

describe('an hour', () => {
  test('is signed when it is over and nothing of it is on its way, once', async () => {
    const { hour } = await hourOf()
    world.clock.turn(-SIGN_AFTER_MS)
    await signer.round()
    expect(isSigned(hour)).toBe(false)
    world.clock.turn(SIGN_AFTER_MS)
    isDrained = false
    await signer.round()
    expect(isSigned(hour)).toBe(false)
    isDrained = true
    await signer.round()
    expect(manifestsOf(hub.chain, hour)).toMatchObject([{ objects: 10, recorder: hub.id }])
    expect(journal.hours()).toEqual([])
    await signer.round()
    expect(manifestsOf(hub.chain, hour)).toHaveLength(1)
  })

  test('a crash after the signature signs nothing twice, and what it left in the journal goes', async () => {
    const { hour, sealed } = await hourOf()
    await signer.round()
    for (const { header } of sealed) journal.note({ leaf: header.leaf, stream: camera.video, objectId: header.object })
    await signer.round()
    expect([manifestsOf(hub.chain, hour).length, journal.hours().length]).toEqual([1, 0])
  })

  test('of which all was deleted is not signed', async () => {
    const { hour, from } = await hourOf()
    await deleteRange(hub, { streams: [camera.video], from: from - 10_000, to: from + 60_000 })
    await signer.round()
    expect([isSigned(hour), journal.hours()]).toEqual([false, []])
  })

  test('an answer that is lost is asked for again, and the same manifest is taken once', async () => {
    const { hour } = await hourOf()
    let lost = 0
    const lose: Lie = async ({ method, path }, honest) => {
      if (!/^POST .*\/entries$/.test(`${method} ${path}`) || lost > 0) return null
      lost++
      await honest()
      throw new Error('the line was cut')
    }
    await world.liar.during(lose, () => signer.round())
    await signer.round()
    expect(lost).toBe(1)
    expect(manifestsOf(hub.chain, hour)).toHaveLength(1)
  })
})

describe('a vault that drops what it acknowledged', () => {
  test('before the hour is signed: the recorder says so, signs nothing, and goes on with the next', async () => {
    const first = await hourOf()
    const second = await hourOf()
    const drop = changeBytes(/^POST .*\/manifests$/, (body, { query }) =>
      query === `hour=${first.hour}` ? Uint8Array.of(0x80) : body,
    )
    await world.liar.during(drop, () => signer.round())
    expect(withheld).toEqual([[first.hour, 10]])
    expect([signer.withheld, isSigned(first.hour), isSigned(second.hour)]).toEqual([10, false, true])
    // The next hour is signed, so this one never is; it is not asked about every two seconds.
    const before = world.liar.asked.length
    world.clock.turn(ASK_AGAIN_MS)
    await signer.round()
    expect(world.liar.asked.length).toBe(before)
  })

  test('at the end of a range, where no number tells of it: a device that did not record it notices', async () => {
    const { from, sealed } = await hourOf()
    await signer.round()
    expect(await read(from, from + 20_000)).toEqual({ segments: 10, findings: [] })
    const cut = await world.liar.during(without(sealed.slice(6)), () => read(from, from + 20_000))
    expect(cut.findings).toEqual([{ type: 'missing', from: from + 12_000, to: from + 20_000, count: 4 }])
  })

  test('a whole hour', async () => {
    const { from, sealed } = await hourOf()
    await signer.round()
    const all = await world.liar.during(without(sealed), () => read(from, from + 20_000))
    expect(all.findings).toContainEqual({ type: 'missing', from, to: from + 20_000, count: 10 })
  })

  test('and its list too, or answers with a list of its own, or with that of another hour', async () => {
    const { from, sealed, hour } = await hourOf()
    await signer.round()
    const range = leafRange(from, from + 20_000)
    const look = (lie: Lie) =>
      world.liar.during(lie, () =>
        withheldIn(hub, camera.video, range, new Set(sealed.slice(0, 6).map(one => one.header.object))),
      )
    const list = /^GET .*\/manifests$/
    const refuse: Lie = async ({ method, path }) =>
      list.test(`${method} ${path}`)
        ? {
            status: 404,
            headers: { 'content-type': 'application/problem+json' },
            body: new TextEncoder().encode('{"type":"x","title":"x","status":404,"code":"not_found"}'),
          }
        : null
    const whole = [{ from, to: from + 20_000, count: 10 }]
    expect(await look(refuse)).toEqual(whole)
    expect(await look(changeBytes(list, body => body.map((byte, at) => (at === 40 ? byte ^ 1 : byte))))).toEqual(whole)
    expect(
      await look(changeBytes(list, body => body.map((byte, at) => (at === body.length - 1 ? byte ^ 1 : byte)))),
    ).toEqual(whole)
    const other = await hourOf()
    await signer.round()
    const { summaries, list: its } = await hub.vault.getManifest({
      ...{ hour: other.hour, recorder: hub.id, stream: camera.video },
    })
    expect(await look(changeBytes(list, () => encode([summaries, its])))).toEqual(whole)
    const own = await hub.vault.getManifest({ hour, recorder: hub.id, stream: camera.video })
    expect(await look(changeBytes(list, () => encode([own.summaries, null])))).toEqual(whole)
    // And the truth: what is not listed, and nothing else.
    expect(await look(async () => null)).toEqual([{ from: from + 12_000, to: from + 20_000, count: 4 }])
  })
})

describe('nobody is accused', () => {
  test('of what an order deleted, also one that came after the device looked at the log', async () => {
    const { from } = await hourOf()
    await signer.round()
    const other = await world.reopen('hub')
    await sync(hub)
    await deleteRange(other, { streams: [camera.video], from: from + 4000, to: from + 8000 })
    const listed = new Set<string>()
    for (const row of (await hub.vault.listObjects({ stream: camera.video, ...leafRange(from, from + 20_000) }, null))
      .objects)
      listed.add(row.objectId)
    expect(listed.size).toBe(8)
    expect(await withheldIn(hub, camera.video, leafRange(from, from + 20_000), listed)).toEqual([])
    expect((await read(from, from + 20_000)).findings).toMatchObject([{ type: 'deleted' }])
  })

  test('of what came after the hour was signed, or is of an hour that is not signed', async () => {
    const { from } = await hourOf(4)
    await signer.round()
    const late = await recorder.record(from + 600_000, 2)
    expect((await world.liar.during(without(late), () => read(from, from + 8000))).findings).toEqual([])
    const next = await hourOf(4)
    const unsigned = await world.liar.during(without(next.sealed), () => read(next.from, next.from + 8000))
    expect(unsigned.findings.map(({ type }) => type)).not.toContain('missing')
  })
})
