import { nodeOpens, seedsTo, windowsOpen } from '@hausrecht/testkit/disclosure/adversary'
import { type Happening, happenings } from '@hausrecht/testkit/disclosure/happenings'
import { Memory } from '@hausrecht/testkit/disclosure/memory'
import { RealHousehold } from '@hausrecht/testkit/disclosure/real-household'
import { ALL_RULES } from '@hausrecht/testkit/disclosure/rules'
import { happen } from '@hausrecht/testkit/disclosure/run'
import { filesOf, nodesIn, nodesInPackets } from '@hausrecht/testkit/disclosure/seizure'
import { World } from '@hausrecht/testkit/disclosure/world'
import { TestHousehold } from '@hausrecht/testkit/household'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

const LONG = process.env.HAUSRECHT_LONG === '1'
const RUNS = LONG ? 150 : 15
/** So much is recorded in a run at most: the hours of a release share must not pass. */
const LENGTH = 16
/** Bytes that are tried at each place as keys and nodes; the rest is searched for the seeds. */
const WINDOWS = LONG ? 20_000 : 1000

let house: TestHousehold
let memory: Memory
beforeAll(async () => {
  house = await TestHousehold.start()
  memory = new Memory()
})
afterAll(async () => {
  memory.restore()
  await house.close()
})

/** Does on real code what has just happened in the model. */
async function doReally(real: RealHousehold, model: World, before: number, each: Happening): Promise<void> {
  const who = 'who' in each ? each.who % before : 0
  switch (each.does) {
    case 'record': {
      const { stream, tree } = model.recorded.at(-1) ?? { stream: 0, tree: '' }
      if (model.recorded.length > real.recordings.length) await real.record(stream, Number(tree.split('.')[1]))
      return
    }
    case 'delete': {
      const order = model.orders.at(-1)
      if (order !== undefined) await real.delete(who, order)
      return
    }
    case 'join':
      return real.join()
    case 'work':
      await real.work(who)
      return
    case 'look':
      await real.look(who)
      return
    case 'hide':
      return real.hide(who, each.hidden)
    case 'remove':
      return real.remove(who)
    case 'crash':
      return real.crash(who)
  }
}

/** What real code has, and only so much recorded as there are minutes in a release share. */
function isReal(model: World, each: Happening): boolean {
  const device = 'who' in each ? model.devices[each.who % model.devices.length] : undefined
  if (device?.member === false) return false
  if (each.does === 'delete') return model.now > 0
  if (each.does === 'remove') return device?.kind === 'phone'
  if (each.does === 'join') return each.kind === 'phone' && model.devices.length < 4
  return ['record', 'work', 'look', 'hide', 'crash'].includes(each.does)
}

/** Runs model and household side by side, then takes everything. @returns what the model says of each recording, and what opened */
async function runBoth(script: readonly Happening[]) {
  memory.forget()
  const model = new World(ALL_RULES)
  const real = await RealHousehold.found(house, memory)
  try {
    for (const each of script) {
      if (!isReal(model, each)) continue
      const happens = each.does === 'work' ? { ...each, steps: 1000 } : each
      const before = model.devices.length
      // The hub writes these entries, and looks at the log for it.
      if (each.does === 'join' || each.does === 'remove') happen(model, { does: 'look', who: 0 })
      happen(model, happens)
      await doReally(real, model, before, happens)
    }
    const opens = model.opens()
    const said = model.recorded.map(({ stream, tree, leaf }) => ({
      deleted: model.isDeleted(stream, leaf),
      opens: opens(tree, leaf),
    }))
    return { said, ...(await seize(real)) }
  } finally {
    real.close()
  }
}

/** Takes every device, and tries what is in them on everything that the vault kept. */
async function seize(real: RealHousehold) {
  const secrets = memory.read(32)
  const seized = await Promise.all(
    real.members.map(async ({ device, store }) => ({ device, files: await filesOf(store) })),
  )
  const nodes = [
    ...seized.flatMap(({ files }) => nodesIn(files)),
    ...(await nodesInPackets(real.hoard, seized, secrets)),
  ]
  const bytes = [...real.hoard.kept, ...seized.flatMap(({ files }) => [...files.values()]), ...secrets]
  const all = Buffer.concat([...bytes, ...nodes.map(({ seed }) => seed)])
  const opened = []
  for (const { tree, leaf, bytes: sealed } of real.recordings) {
    const tries: boolean[] = []
    for (const node of nodes) tries.push(await nodeOpens(node, sealed))
    const seeds = seedsTo(real.roots.get(tree) ?? new Uint8Array(32), leaf)
    // Wherever one of these lies among all bytes, whoever tries each 32 of them opens the recording.
    opened.push({ byNode: tries.includes(true), byBytes: seeds.some(seed => all.includes(Buffer.from(seed))) })
  }
  return { opened, all, recordings: real.recordings }
}

async function agree(script: readonly Happening[]): Promise<readonly string[]> {
  const { said, opened, all, recordings } = await runBoth(script)
  expect(opened).toEqual(said.map(({ opens }) => ({ byNode: opens, byBytes: opens })))
  const shut = recordings.filter((_, place) => said[place]?.opens === false).slice(-1)
  for (const { bytes } of shut)
    expect(await windowsOpen(all.subarray(Math.max(0, all.length - WINDOWS)), bytes, [32, 31])).toBe(false)
  return said.map(({ deleted, opens }) => `${deleted ? 'deleted' : 'kept'} ${opens ? 'opens' : 'shut'}`)
}

const all = (...who: readonly number[]): readonly Happening[] =>
  who.map(each => ({ does: 'work', who: each, steps: 1 }))
const phone: readonly Happening[] = [{ does: 'join', kind: 'phone' }]
const record: Happening = { does: 'record', stream: 0 }
const remove = (who: number, from = 0): Happening => ({ does: 'delete', who, stream: 0, from, count: 1 })
const hide = (hidden: boolean): Happening => ({ does: 'hide', who: 1, hidden })

describe('a vault that keeps every byte, and then takes every device', () => {
  test('opens what a phone was given that has not said that it erased it, and nothing more once it has', async () => {
    const given = [...phone, ...all(0, 1, 0, 1), record, record, remove(0)]
    expect(await agree(given)).toEqual(['deleted opens', 'kept opens'])
    expect(await agree([...given, ...all(1)])).toEqual(['deleted shut', 'kept opens'])
  })

  test('opens nothing by a packet that it held back until everybody had erased', async () => {
    // The phone has asked for the share and the hub has handed it over; the vault shows the phone nothing any more.
    const held = [...phone, record, ...all(0, 1, 0), hide(true), remove(0)]
    expect(await agree(held)).toEqual(['deleted opens'])
    expect(await agree([...held, ...all(1)])).toEqual(['deleted shut'])
    // The keys of what is left come all the same.
    expect(await agree([...held, ...all(1), hide(false), ...all(0, 1, 0, 1), record, remove(0, 1)])).toEqual([
      'deleted shut',
      'deleted opens',
    ])
  })

  test('opens nothing by a packet that it was slow to take, so that an order overtook it', async () => {
    memory.forget()
    const real = await RealHousehold.found(house, memory)
    await real.join()
    await real.record(0, 0)
    const at = /^PUT .*\/packets\/[a-z2-7]{26}$/
    real.hoard.meanwhile = { at, work: () => real.delete(0, { stream: 0, lo: 0, hi: 0 }) }
    await real.work(0)
    expect(real.hoard.packets.size).toBe(1)
    expect((await seize(real)).opened).toEqual([{ byNode: false, byBytes: false }])
    real.close()
  })

  test('opens nothing by a share that the hub hands over for a packet older than an order it has not seen yet', async () => {
    memory.forget()
    const real = await RealHousehold.found(house, memory)
    await real.join()
    await real.join()
    await real.record(0, 0)
    await real.work(0)
    // The hub has looked at the log. Now the other phone orders, and the first one carries that out before the hub reads who asks.
    const work = async (): Promise<void> => {
      await real.delete(2, { stream: 0, lo: 0, hi: 0 })
      await real.work(1)
    }
    real.hoard.meanwhile = { at: /^GET .*\/releases$/, work }
    await real.work(0)
    expect(real.hoard.meanwhile).toBe(null)
    real.hide(1, true)
    for (const who of [0, 1, 2]) await real.work(who)
    expect((await seize(real)).opened).toEqual([{ byNode: false, byBytes: false }])
    real.close()
  })

  test('opens what was recorded before a phone was put out, and nothing after', async () => {
    const out = [...phone, ...all(0, 1, 0, 1), record, { does: 'remove', who: 1 } as const, ...all(0), record]
    const everything = { does: 'delete', who: 0, stream: null, from: 0, count: 32 } as const
    expect(await agree([...out, everything])).toEqual(['deleted opens', 'deleted shut'])
  })

  test('in random runs opens what the model says, and no more', async () => {
    await fc.assert(
      fc.asyncProperty(happenings(LENGTH), async script => {
        await agree(script)
      }),
      { numRuns: RUNS, endOnFailure: true },
    )
  }, 3_600_000)
})
