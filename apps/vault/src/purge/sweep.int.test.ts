import { join } from 'node:path'
import { newObjectId, newOrderId, type ObjectId } from '@hausrecht/crypto/ids'
import { type Postgres, startPostgres } from '@hausrecht/testkit/postgres'
import { RawHousehold } from '@hausrecht/testkit/raw-household'
import { type Swift, startSwift } from '@hausrecht/testkit/swift'
import { tempFolder } from '@hausrecht/testkit/temp'
import { until } from '@hausrecht/testkit/until'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { BlobStore } from '../blobs/blob-store.ts'
import { folderStore } from '../blobs/folder.ts'
import { s3Store } from '../blobs/s3.ts'
import type { BlobConfig } from '../config.ts'
import { connect, type Database } from '../db/connect.ts'
import { startVault, type Vault } from '../vault.ts'
import { ORPHAN_GRACE_MS } from './sweep.ts'

const folder = tempFolder('sweep')
let swift: Swift
beforeAll(async () => {
  swift = await startSwift()
})
afterAll(async () => {
  await swift.close()
  folder.remove()
})

const s3 = (): Extract<BlobConfig, { kind: 's3' }> => {
  const { endpoint, region, accessKeyId, secretAccessKey } = swift
  return { kind: 's3', bucket: 'sweep', endpoint, region, accessKeyId, secretAccessKey }
}

describe.each(['folder', 's3'] as const)('over a restored backup, with blobs in a %s', kind => {
  let postgres: Postgres
  let db: Database
  let store: BlobStore
  let vault: Vault
  let house: RawHousehold
  const dir = join(folder.path, kind)
  /** Deleted, and back with its row; deleted, and back without; never had a row; kept; kept, and its blob lost. */
  const [listed, unlisted, orphan] = [newObjectId(), newObjectId(), newObjectId()]
  const [kept, lost] = [newObjectId(), newObjectId()]
  const at = (object: ObjectId) => ({ household: house.household, object })

  const start = async (ahead: number): Promise<void> => {
    const blobs = kind === 's3' ? { blobs: s3() } : {}
    const clock = { now: () => Date.now() + ahead }
    vault = await startVault({ dir, port: 0, logLevel: 'silent', databaseUrl: postgres.url, clock, ...blobs })
    if (house) house.url = vault.url
  }
  const metric = async (name: string): Promise<number> => {
    const headers = { authorization: `Bearer ${vault.operatorToken}` }
    const text = await (await fetch(`${vault.url}/metrics`, { headers })).text()
    return Number(new RegExp(`^hausrecht_vault_${name} (\\d+)$`, 'm').exec(text)?.[1])
  }
  const swept = () => until(async () => (await metric('sweeps')) > 0, { what: 'a sweep' })
  const listing = async (): Promise<readonly string[]> => {
    const { json } = await house.send(house.founder, 'GET', `/objects?stream=${house.camera}&lo=0&hi=100`)
    return (json as { objects: { objectId: string }[] }).objects.map(({ objectId }) => objectId).sort()
  }

  beforeAll(async () => {
    postgres = await startPostgres()
    await start(0)
    db = await connect({ connectionString: postgres.url }, () => undefined)
    store = await (kind === 's3' ? s3Store(s3()) : folderStore(join(dir, 'blobs')))
    house = await RawHousehold.found(vault)
    const leaves = [listed, unlisted, kept, lost].entries()
    for (const [leaf, id] of leaves)
      await house.send(house.founder, 'PUT', `/objects/${id}`, house.segment(leaf + 10, id))
    const blobs = await Promise.all([listed, unlisted].map(id => store.get(at(id))))
    const row = await db.selectFrom('object').selectAll().where('object_id', '=', listed).executeTakeFirstOrThrow()
    const ranges = [{ stream: house.camera, lo: 10, hi: 11 }]
    await house.append(house.founder, { type: 'delete_order', order: newOrderId(), ranges })
    await until(async () => (await store.size(at(listed))) === null && (await store.size(at(unlisted))) === null, {
      what: 'the purge',
    })
    await until(
      async () => (await db.selectFrom('removal').select('order_id').where('logged', '=', true).execute())[0],
      {
        what: 'the removal to be in the log',
      },
    )
    await vault.close()
    await store.put(at(listed), blobs[0] ?? new Uint8Array(0))
    await store.put(at(unlisted), blobs[1] ?? new Uint8Array(0))
    await store.put(at(orphan), new Uint8Array(100))
    await store.remove([at(lost)])
    await db.insertInto('object').values(row).execute()
    await start(0)
  })
  afterAll(async () => {
    await vault.close()
    await db.destroy()
    await postgres.close()
  })

  test('what had been deleted is neither listed nor served, from the first answer on', async () => {
    expect(await listing()).toEqual([kept, lost].sort())
    const asked = { stream: house.camera, lo: 0, hi: 100, purpose: 'own' }
    const { json } = await house.send(house.founder, 'POST', '/access', asked)
    const token = { 'x-access-token': (json as { token: string }).token }
    const get = async (id: ObjectId): Promise<string | null> =>
      (await house.send(house.founder, 'GET', `/objects/${id}`, undefined, token)).code
    expect([await get(listed), await get(unlisted), await get(kept)]).toEqual(['not_found', 'not_found', null])
  })

  test('its bytes go, and the log is not told a second time', async () => {
    await until(async () => (await store.size(at(listed))) === null, { what: 'the blob to go again' })
    const removals = await db.selectFrom('removal').selectAll().execute()
    expect(removals.map(({ objects, logged }) => [objects, logged])).toEqual([[2, true]])
  })

  test('a young blob without a row stays: its upload may be under way', async () => {
    await swept()
    expect([await metric('sweep_orphans'), await store.size(at(orphan))]).toEqual([0, 100])
  })

  test('a row without a blob is counted, and stays: the store may only be away', async () => {
    expect(await metric('sweep_lost')).toBe(1)
    expect(await listing()).toContain(lost)
  })

  test('old blobs without a row go; what has one stays', async () => {
    await vault.close()
    await start(ORPHAN_GRACE_MS + 60_000)
    await swept()
    expect(await metric('sweep_orphans')).toBe(2)
    await until(async () => (await store.size(at(orphan))) === null, { what: 'the orphan to go' })
    await until(async () => (await store.size(at(unlisted))) === null, { what: 'the restored blob to go' })
    expect(await store.size(at(kept))).toBeGreaterThan(0)
  })
})
