import { readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { requestAccess } from '@hausrecht/client/access'
import { openDevice, sync } from '@hausrecht/client/device'
import { createDeviceKey, openHome, saveFacts } from '@hausrecht/client/home'
import { addCamera, type CameraStreams } from '@hausrecht/client/household'
import { MemoryStore } from '@hausrecht/client/memory-store'
import type { OpenDevice } from '@hausrecht/client/open-device'
import { submit } from '@hausrecht/client/submit'
import type { StreamId } from '@hausrecht/crypto/ids'
import { leafRange } from '@hausrecht/keytree/leaf'
import { TestHousehold } from '@hausrecht/testkit/household'
import { changeBytes } from '@hausrecht/testkit/lying-vault'
import { signCheckpoint } from '@hausrecht/tlog/checkpoint'
import { decodeEntries, encodeEntries, TILE_WIDTH } from '@hausrecht/tlog/tiles'
import { appendLeaves, leafHash } from '@hausrecht/tlog/tree'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { exportLogTo } from '../audit/export-log.ts'
import type { Context } from '../context.ts'
import type { Handler } from '../handler.ts'
import { createOutput } from '../output.ts'
import { given } from '../program/options.ts'
import { createAsker } from '../terminal/ask.ts'
import { exportLog } from './log-export.ts'
import { looked } from './looked.ts'
import { verifyLog } from './verify-log.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR
/** More than one bundle of the log, so that the search has to go on in another. */
const MANY = TILE_WIDTH + 20

let world: TestHousehold
let hub: OpenDevice
let phone: OpenDevice
let tablet: OpenDevice
let hall: CameraStreams
let garden: CameraStreams
/** The clip that two looked at, and the day on which the phone did. */
let clip: { from: number; to: number }
let firstDay: { from: number; to: number }
let secretPlace = 0

/** Lets a device in, as `approve` does once the digits are compared; where nobody names it, no name of it can be read. */
async function letIn(name: string | null): Promise<OpenDevice> {
  const store = new MemoryStore()
  const key = await createDeviceKey(store)
  const entitlement = { from: 0, streams: 'all' } as const
  await submit(hub, () => ({
    statement: { type: 'add_device', publicKey: key.publicKey, roles: ['session'], entitlement, prekeys: [] },
    ...(name === null ? {} : { payload: { name } }),
  }))
  const facts = { household: hub.household, vault: world.vault.url, witnesses: [], quorum: 0, name: name ?? 'nameless' }
  await saveFacts(store, key, facts)
  const device = await openDevice(await openHome(store), world.around)
  await sync(device)
  return world.keep(device)
}

const look = (device: OpenDevice, stream: StreamId, { from, to } = clip) =>
  requestAccess(device, stream, leafRange(from, to))

beforeAll(async () => {
  world = await TestHousehold.start()
  hub = await world.found('data/home')
  hall = await addCamera(hub, { name: 'Hall', sound: false })
  garden = await addCamera(hub, { name: 'Garden; "back"', sound: false })
  phone = await letIn('=cmd|Old phone')
  tablet = await letIn('Tablet')
  const now = world.clock.now()
  clip = { from: now - 2 * HOUR, to: now - 2 * HOUR + 60_000 }
  await look(phone, hall.video)
  firstDay = { from: now - HOUR, to: world.clock.now() + HOUR }
  world.clock.turn(DAY)
  const { from } = clip
  for (let i = 0; i < MANY; i += 20)
    await Promise.all(
      Array.from({ length: 20 }, (_, j) =>
        tablet.vault.requestAccess({
          stream: garden.video,
          ...leafRange(from + (i + j) * 2000, from + 60_000_000),
          purpose: 'own',
        }),
      ),
    )
  world.clock.turn(DAY)
  secretPlace = (await look(tablet, hall.video)).logIndex
  world.clock.turn(DAY)
  await look(phone, garden.video)
  await sync(hub)
})
afterAll(() => world.close())

async function run(
  handler: Handler,
  args: readonly string[],
  options: Readonly<Record<string, string | boolean>> = {},
  { json = true, signal = new AbortController().signal, language = 'en' as Context['language'] } = {},
) {
  let said = ''
  let out = ''
  const write = (part: string): void => {
    out += part
  }
  const context: Context = {
    ...{ language, env: {}, clock: world.clock, invocation: 'hausrecht', version: '0', dataDir: world.home('data') },
    out: createOutput({ stdout: { write }, stderr: { write: part => (said += part) }, env: {} }, json),
    ask: createAsker(process.stdin, process.stderr),
    signal,
  }
  const code = await handler(context, args, given(options, 'hausrecht'))
  const values = json ? out.split('\n').flatMap(line => (line === '' ? [] : [JSON.parse(line)])) : []
  return { code, said, out, values, rows: values.filter(({ type }) => type === 'access') }
}
const times = ({ from, to }: { from: number; to: number }) => ({
  from: new Date(from).toISOString(),
  to: new Date(to).toISOString(),
})

describe('AB09: who saw it', () => {
  test('who saw a clip, whenever they did', async () => {
    const { rows, values } = await run(looked, [], { camera: 'Hall', recorded: true, ...times(clip) })
    expect(rows.map(({ device, deviceId }) => [device, deviceId])).toEqual([
      ['Tablet', tablet.id],
      ['=cmd|Old phone', phone.id],
    ])
    expect(rows[0]).toMatchObject({ stream: 'Hall', streamId: hall.video, purpose: 'own', logIndex: secretPlace })
    expect(values.at(-1)).toEqual({ type: 'done', count: 2, unnamed: 0 })
  })

  test('what a device saw on a past day', async () => {
    const { rows } = await run(looked, [], { device: '=CMD|old phone', ...times(firstDay) })
    expect(rows.map(({ stream }) => stream)).toEqual(['Hall'])
    const day = { from: firstDay.from + 3 * DAY, to: firstDay.to + 3 * DAY }
    const later = await run(looked, [], { device: phone.id.slice(0, 8), ...times(day) })
    expect(later.rows.map(({ stream }) => stream)).toEqual(['Garden; "back"'])
    expect((await run(looked, [], { device: tablet.id, ...times(firstDay) })).rows).toEqual([])
  })

  test('by a word of a name, through more than one bundle of the log', async () => {
    const { rows } = await run(looked, [], { search: 'tablet garden' })
    expect(rows.length).toBeGreaterThanOrEqual(MANY)
    expect(new Set(rows.map(({ logIndex }) => logIndex)).size).toBe(rows.length)
    expect(rows.map(({ logIndex }) => logIndex)).toEqual(rows.map(({ logIndex }) => logIndex).toSorted((a, b) => b - a))
  })

  test('people see the newest, and that there are more', async () => {
    const { out } = await run(looked, [], {}, { json: false, language: 'de' })
    expect(out.split('\n')[0]).toContain('=cmd|Old phone  Garden')
    expect(out).toContain('Das sind die neuesten 100.')
    const nobody = await run(looked, [], { search: 'neighbour' }, { json: false })
    expect(nobody.out).toContain('Nobody looked, as far as that was asked for.')
  })

  test('all of it as a file: one line for each, no name a formula, and not over another file', async () => {
    const csv = join(world.folder, 'looked.csv')
    const { said, values } = await run(looked, [], { csv })
    const lines = readFileSync(csv, 'utf8').split('\r\n')
    expect(lines).toHaveLength(values.at(-1).count + 2)
    expect(lines[0]).toBe('time,deviceId,device,streamId,stream,from,to,purpose,logIndex')
    expect(lines.filter(line => line.includes(",'=cmd|Old phone,"))).toHaveLength(2)
    expect(lines[1]).toContain('"Garden; ""back"""')
    expect(statSync(csv).mode & 0o777).toBe(0o600)
    expect(said).toContain('Whoever reads it reads the names.')
    await expect(run(looked, [], { csv })).rejects.toMatchObject({ code: 'output_exists' })
  })

  test('what is wrong is said, and no half a file is left', async () => {
    const csv = join(world.folder, 'half.csv')
    await expect(run(looked, [], { device: 'nobody' })).rejects.toMatchObject({ code: 'no_such_device' })
    await expect(run(looked, [], { device: '' })).rejects.toMatchObject({ code: 'no_such_device' })
    await expect(run(looked, [], { camera: 'Cellar' })).rejects.toMatchObject({ code: 'no_such_camera' })
    await expect(run(looked, [], { from: 'soon' })).rejects.toMatchObject({ code: 'bad_time' })
    await expect(run(looked, [], { from: '-1h', to: '-2h' })).rejects.toMatchObject({ code: 'bad_range' })
    const stopped = run(looked, [], { csv }, { signal: AbortSignal.abort() })
    await expect(stopped).rejects.toMatchObject({ code: 'interrupted' })
    expect(statSync(csv, { throwIfNoEntry: false })).toBeUndefined()
  })
})

describe('AB09: one entry of the log is taken out or changed', () => {
  const bundleOf = (place: number): { path: RegExp; first: number } => {
    const bundle = Math.floor(place / TILE_WIDTH)
    return { path: new RegExp(`/tile/entries/${String(bundle).padStart(3, '0')}`), first: bundle * TILE_WIDTH }
  }
  const without = (leaves: readonly Uint8Array[], at: number) => leaves.filter((_, i) => i !== at)
  const changed = (leaves: readonly Uint8Array[], at: number) =>
    leaves.map((leaf, i) => (i === at ? leaf.map((byte, j) => (j === leaf.length - 1 ? byte ^ 1 : byte)) : leaf))

  test.each([
    ['taken out', without],
    ['changed', changed],
  ])('one that is %s by the vault: nobody is shown a list without it', async (_, lie) => {
    const { path, first } = bundleOf(secretPlace)
    const lied = changeBytes(path, body => encodeEntries(lie(decodeEntries(body), secretPlace - first)))
    const asked = world.liar.during(lied, () => run(looked, [], { camera: 'Hall' }))
    await expect(asked).rejects.toMatchObject({ code: 'log_alarm' })
  })

  test.each([
    ['taken out of', without],
    ['changed in', changed],
  ])('one that is %s an exported log: the verifier fails', async (name, lie) => {
    const folder = join(world.folder, `log ${name}`)
    await run(exportLog, [folder])
    expect((await run(verifyLog, [folder])).code).toBe(0)
    const leaves = await world.leaves(hub)
    const lying = lie(leaves, secretPlace)
    const bundle = Math.floor(secretPlace / TILE_WIDTH)
    const width = Math.min(TILE_WIDTH, leaves.length - bundle * TILE_WIDTH)
    const file = `tile/entries/${String(bundle).padStart(3, '0')}${width < TILE_WIDTH ? `.p/${width}` : ''}`
    writeFileSync(join(folder, file), encodeEntries(lying.slice(bundle * TILE_WIDTH, bundle * TILE_WIDTH + width)))
    const { code, values } = await run(verifyLog, [folder])
    expect(code).toBe(1)
    expect(values.at(-1)).toMatchObject({ ok: false })
  })

  test.each([
    ['without it', without],
    ['with another in its place', changed],
  ])(
    'a whole log %s that the vault signs anew: no witness has signed it, and this device has seen another',
    async (name, lie) => {
      const { origin, household } = hub.chain.state
      const leaves = lie(await world.leaves(hub), secretPlace)
      const { root } = appendLeaves(0, [], leaves.map(leafHash))
      const folder = join(world.folder, `anew ${name}`)
      const written = await exportLogTo(folder, {
        note: await signCheckpoint({ origin: `${origin}/hh/${household}`, size: leaves.length, root }, world.logKey),
        policy: '',
        bundle: async (index, width) => encodeEntries(leaves.slice(index * TILE_WIDTH, index * TILE_WIDTH + width)),
      })
      expect(written).toBe(true)
      const { code, values } = await run(verifyLog, [folder])
      const failed = (values.at(-1).checks as { check: string; state: string }[]).filter(
        ({ state }) => state === 'failed',
      )
      expect(code).toBe(1)
      expect(failed.map(({ check }) => check)).toEqual(expect.arrayContaining(['cosignatures', 'seen']))
    },
  )
})

test('whose name cannot be read is not hidden by it: what may match is counted', async () => {
  await look(await letIn(null), hall.video)
  const { values, said } = await run(looked, [], { search: 'neighbour' })
  expect(values.at(-1)).toEqual({ type: 'done', count: 0, unnamed: 1 })
  expect(said).toContain('Not listed, although it may match: 1')
})
