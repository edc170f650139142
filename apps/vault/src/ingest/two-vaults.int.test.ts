import { join } from 'node:path'
import { householdIdFrom, idBytes, newObjectId, newOrderId } from '@hausrecht/crypto/ids'
import { startPostgres } from '@hausrecht/testkit/postgres'
import { RawHousehold } from '@hausrecht/testkit/raw-household'
import { tempFolder } from '@hausrecht/testkit/temp'
import { expect, test } from 'vitest'
import { folderStore } from '../blobs/folder.ts'
import { startVault } from '../vault.ts'

/** What also happens in one process when an upload ends between an order's commit and the news of it. */
test('an order that memory does not know yet, but the database does, keeps an upload out and its bytes off the disk', async () => {
  const folder = tempFolder('two-vaults')
  const postgres = await startPostgres()
  const blobs = { kind: 'folder', dir: join(folder.path, 'blobs') } as const
  const settings = { dir: join(folder.path, 'vault'), port: 0, logLevel: 'silent', databaseUrl: postgres.url, blobs }
  const knows = await startVault(settings)
  const behind = await startVault(settings)
  try {
    const house = await RawHousehold.found(knows)
    house.url = behind.url
    expect((await house.send(house.founder, 'GET', '/usage')).status).toBe(200)
    house.url = knows.url
    const ordered = await house.append(house.founder, {
      ...{ type: 'delete_order', order: newOrderId() },
      ranges: [{ stream: house.camera, lo: 10, hi: 20 }],
    })
    expect(ordered.code).toBe(null)

    house.url = behind.url
    const id = newObjectId()
    expect((await house.send(house.founder, 'PUT', `/objects/${id}`, house.segment(15, id))).code).toBe('deleted_range')
    const store = await folderStore(blobs.dir, 0)
    const household = householdIdFrom(idBytes(house.household))
    await expect.poll(() => store.size({ household, object: id })).toBe(null)
    const { json } = await house.send(house.founder, 'GET', '/usage')
    expect(json).toMatchObject({ objects: 0, bytes: 0 })

    const other = newObjectId()
    expect((await house.send(house.founder, 'PUT', `/objects/${other}`, house.segment(21, other))).status).toBe(200)
  } finally {
    await behind.close()
    await knows.close()
    await postgres.close()
    folder.remove()
  }
})
