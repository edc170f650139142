import { activeDevice } from '@hausrecht/chain/rights'
import type { HouseholdState } from '@hausrecht/chain/state'
import { LIMITS } from '@hausrecht/contract/limits'
import type { RunPage } from '@hausrecht/contract/schemas'
import { deviceIdOf, newObjectId, newStreamId, type StreamId } from '@hausrecht/crypto/ids'
import { generateSigningKey } from '@hausrecht/crypto/signature'
import { leafOf, leafStart } from '@hausrecht/keytree/leaf'
import { KINDS } from '@hausrecht/media/segment/kinds'
import { startPostgres } from '@hausrecht/testkit/postgres'
import { RawHousehold } from '@hausrecht/testkit/raw-household'
import { tempFolder } from '@hausrecht/testkit/temp'
import fc from 'fast-check'
import { sql } from 'kysely'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { connect, type Database } from '../db/connect.ts'
import { startVault, type Vault } from '../vault.ts'
import { Coverage } from './coverage.ts'

const DAY = 65_536
const DAY_SLOTS = 43_200
const FROM = 20_000 * DAY

let folder: ReturnType<typeof tempFolder>
let postgres: Awaited<ReturnType<typeof startPostgres>>
let db: Database
let vault: Vault
let house: RawHousehold
let coverage: Coverage

beforeAll(async () => {
  folder = tempFolder('coverage')
  postgres = await startPostgres()
  vault = await startVault({ dir: folder.path, port: 0, logLevel: 'silent', databaseUrl: postgres.url })
  db = await connect({ connectionString: postgres.url }, () => undefined)
  house = await RawHousehold.found(vault)
  coverage = new Coverage(db)
})
afterAll(async () => {
  await db.destroy()
  await vault.close()
  await postgres.close()
  folder.remove()
})
beforeEach(async () => {
  await db.deleteFrom('object').execute()
})

type Row = { readonly leaf: number; readonly size: number; readonly kind?: number }

async function store(rows: readonly Row[], stream: StreamId = house.camera): Promise<void> {
  const values = rows.map(({ leaf, size, kind = KINDS.video }) => ({
    ...{ household: house.household, object_id: newObjectId(), stream, generation: 0, leaf, kind, size },
    ...{ sha256: new Uint8Array(32), recorder: deviceIdOf(house.founder.publicKey), received_at: 0 },
  }))
  for (let at = 0; at < values.length; at += 2000)
    await db
      .insertInto('object')
      .values(values.slice(at, at + 2000))
      .execute()
}

const state = (): HouseholdState => house.state ?? expect.fail()
const founder = () => activeDevice(state(), deviceIdOf(house.founder.publicKey)) ?? expect.fail()
const list = (lo: number, hi: number, gap: number) =>
  coverage.list(state(), founder(), { stream: house.camera, lo, hi, gap })

/** The same, one object after the other. */
function expected(rows: readonly Row[], gap: number): RunPage['runs'] {
  const runs: { lo: number; hi: number; count: number; bytes: number }[] = []
  for (const { leaf, size } of rows.toSorted((a, b) => a.leaf - b.leaf)) {
    const last = runs.at(-1)
    if (last && (leafStart(leaf) - leafStart(last.hi)) / 2000 < gap)
      Object.assign(last, { hi: leaf, count: last.count + 1, bytes: last.bytes + size })
    else runs.push({ lo: leaf, hi: leaf, count: 1, bytes: size })
  }
  return runs
}

test('runs are those that one finds by walking from object to object', async () => {
  const steps = fc.array(fc.record({ step: fc.oneof(fc.nat(3), fc.nat(100), fc.nat(60_000)), size: fc.nat(1 << 23) }), {
    maxLength: 60,
  })
  await fc.assert(
    fc.asyncProperty(steps, fc.integer({ min: 2, max: LIMITS.runGapMax }), fc.boolean(), async (all, wide, isWide) => {
      const gap = isWide ? wide : 2 + (wide % 40)
      await db.deleteFrom('object').execute()
      let time = leafStart(FROM)
      const rows = all.map(({ step, size }) => {
        time += step * 2000
        return { leaf: leafOf(time), size }
      })
      await store(rows)
      const page = await list(FROM, FROM + 1000 * DAY, gap)
      expect(page).toEqual({ runs: expected(rows, gap), gaps: [], next: null })
    }),
    { numRuns: 60 },
  )
})

test('midnight is no break, though the leaves jump', async () => {
  const rows = [
    { leaf: FROM + DAY_SLOTS - 1, size: 10 },
    { leaf: FROM + DAY, size: 5 },
  ]
  await store(rows)
  for (const gap of [2, 100])
    expect((await list(FROM, FROM + 2 * DAY, gap)).runs).toEqual([
      { lo: FROM + DAY_SLOTS - 1, hi: FROM + DAY, count: 2, bytes: 15 },
    ])
})

test('only the range, the stream and the household that were asked for count, and gap objects are apart', async () => {
  await store([10, 11, 12, 20].map(leaf => ({ leaf, size: 1 })))
  await store([{ leaf: 15, size: 1 }], newStreamId())
  await store([{ leaf: 13, size: 1, kind: KINDS.gap }])
  const page = await list(11, 19, 4)
  expect(page.runs).toEqual([{ lo: 11, hi: 12, count: 2, bytes: 2 }])
  expect(page.gaps.map(({ leaf, generation }) => [leaf, generation])).toEqual([[13, 0]])
  expect((await list(100, 200, 2)).runs).toEqual([])
})

async function pages(lo: number, hi: number, gap: number): Promise<RunPage[]> {
  const all: RunPage[] = []
  for (let from: number | null = lo; from !== null; from = all.at(-1)?.next ?? null) all.push(await list(from, hi, gap))
  return all
}

test('more runs than a page takes go on where it ended', async () => {
  const rows = Array.from({ length: LIMITS.runsPerPage * 2 + 1 }, (_, i) => ({ leaf: FROM + i * 5, size: i }))
  await store(rows)
  for (const gap of [2, 5]) {
    const all = await pages(FROM, FROM + DAY, gap)
    expect(all.map(({ runs }) => runs.length)).toEqual([LIMITS.runsPerPage, LIMITS.runsPerPage, 1])
    expect(all.flatMap(({ runs }) => runs)).toEqual(expected(rows, gap))
  }
})

test('more gap objects than a page takes go on too, and no object is counted twice', async () => {
  const rows = Array.from({ length: 3000 }, (_, i) => ({ leaf: FROM + i, size: 1 }))
  await store(rows)
  await store(rows.slice(0, 2500).map(row => ({ ...row, kind: KINDS.gap })))
  const all = await pages(FROM, FROM + DAY, 2)
  expect(all.flatMap(({ gaps }) => gaps).map(({ leaf }) => leaf)).toEqual(rows.slice(0, 2500).map(({ leaf }) => leaf))
  expect(all.flatMap(({ runs }) => runs).reduce((sum, { count }) => sum + count, 0)).toBe(3000)
})

/** A pass over the runs does several times the work of counting; a sort or a second pass over the rows does many times that. */
const TIMES_COUNTING = 12

test('a month of a stream is one walk over the index, and so is a week object by object', async () => {
  const month = 30 * DAY_SLOTS
  await sql`
    insert into object select ${house.household}, lpad(translate(i::text, '0189', 'abcd'), 26, 'z'), ${house.camera}, 0,
      ${FROM}::bigint + (i / 43200) * 65536 + i % 43200, 1, 1000000, ''::bytea, '', 0
    from generate_series(0, ${sql.lit(month - 1)}) i where i % 3000 < 2990`.execute(db)
  // What autovacuum does in a vault that has been running for a while.
  await sql`vacuum analyze object`.execute(db)
  for (const [gap, days] of [
    [2, 7],
    [31, 7],
    [32, 30],
    [300, 30],
    [LIMITS.runGapMax, 30],
  ] as const) {
    const slots = days * DAY_SLOTS
    // Against counting the same rows, by turns and the best of three: other programs run on this machine too.
    const [took, counted]: [number[], number[]] = [[], []]
    let page = await list(FROM, FROM, gap)
    for (let turn = 0; turn < 3; turn++) {
      const began = performance.now()
      page = await list(FROM, FROM + days * DAY - 1, gap)
      const between = performance.now()
      await sql`select count(size) from object where household = ${house.household} and stream = ${house.camera}
        and leaf between ${FROM} and ${FROM + days * DAY - 1} and kind <> ${sql.lit(KINDS.gap)}`.execute(db)
      took.push(between - began)
      counted.push(performance.now() - between)
    }
    expect(Math.min(...took) / Math.min(...counted), `with ${gap} slots`).toBeLessThan(TIMES_COUNTING)
    expect(page.runs.length).toBe(gap <= 10 ? Math.ceil(slots / 3000) : 1)
    const stored = Math.floor(slots / 3000) * 2990 + Math.min(slots % 3000, 2990)
    expect(page.runs.reduce((sum, { count }) => sum + count, 0)).toBe(stored)
  }
})

test('the route answers readers alone', async () => {
  await store([{ leaf: 50, size: 7 }])
  const target = `/runs?stream=${house.camera}&lo=0&hi=100&gap=2`
  expect((await house.send(house.founder, 'GET', target)).json).toEqual({
    ...{ runs: [{ lo: 50, hi: 50, count: 1, bytes: 7 }], gaps: [], next: null },
  })
  const recorder = await house.add('recorder')
  expect((await house.send(recorder, 'GET', target)).code).toBe('not_allowed')
  expect((await house.send((await generateSigningKey()).key, 'GET', target)).code).toBe('unknown_device')
  const ask = async (query: string) => (await house.send(house.founder, 'GET', `/runs?${query}`)).code
  expect(await ask(`stream=${house.camera}&lo=5&hi=4&gap=2`)).toBe('bad_range')
  expect(await ask(`stream=${newStreamId()}&lo=0&hi=4&gap=2`)).toBe('not_allowed')
  expect(await ask(`stream=${house.camera}&lo=0&hi=4&gap=1`)).toBe('bad_request')
  expect(await ask(`stream=${house.camera}&lo=0&hi=4&gap=${LIMITS.runGapMax + 1}`)).toBe('bad_request')
})
