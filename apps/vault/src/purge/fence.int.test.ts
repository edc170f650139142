import { join } from 'node:path'
import type { AccessGrant } from '@hausrecht/contract/schemas'
import { newObjectId, newOrderId } from '@hausrecht/crypto/ids'
import { RawHousehold } from '@hausrecht/testkit/raw-household'
import { tempFolder } from '@hausrecht/testkit/temp'
import { until } from '@hausrecht/testkit/until'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { folderStore } from '../blobs/folder.ts'
import { startVault, type Vault } from '../vault.ts'

const ROUNDS = 12
/** Uploads and reads that are under way in each round when the order comes. */
const AT_ONCE = 6

let folder: ReturnType<typeof tempFolder>
let vault: Vault
let house: RawHousehold

beforeAll(async () => {
  folder = tempFolder('fence')
  vault = await startVault({ dir: folder.path, port: 0, logLevel: 'silent' })
  house = await RawHousehold.found(vault)
})
afterAll(async () => {
  await vault.close()
  folder.remove()
})

const put = (id: string, bytes: Uint8Array) => house.send(house.founder, 'PUT', `/objects/${id}`, bytes)

test('an upload that races an order leaves nothing, and a read that begins when the order has been answered gets nothing', async () => {
  const store = await folderStore(join(folder.path, 'blobs'), 0)
  const answers: unknown[] = []
  for (let round = 0; round < ROUNDS; round++) {
    const leaf = 100 + round
    const ids = Array.from({ length: AT_ONCE }, () => newObjectId())
    const late = ids.map(() => newObjectId())
    for (const id of ids) await put(id, house.segment(leaf, id))
    const asked = { stream: house.camera, lo: leaf, hi: leaf, purpose: 'own' }
    const { token } = (await house.send(house.founder, 'POST', '/access', asked)).json as AccessGrant
    const get = async (id: string): Promise<string | null> =>
      (await house.send(house.founder, 'GET', `/objects/${id}`, undefined, { 'x-access-token': token })).code
    expect(await get(ids[0] ?? '')).toBe(null)

    const ranges = [{ stream: house.camera, lo: leaf, hi: leaf }]
    const racing = [...late.map(id => put(id, house.segment(leaf, id))), ...ids.map(get)]
    const ordered = await house.append(house.founder, { type: 'delete_order', order: newOrderId(), ranges })
    expect(ordered.code).toBe(null)
    answers.push(...(await Promise.all([...ids, ...late].map(get))))
    await Promise.all(racing)
    const { json } = await house.send(house.founder, 'GET', `/objects?stream=${house.camera}&lo=${leaf}&hi=${leaf}`)
    expect((json as { objects: unknown[] }).objects).toEqual([])
    for (const object of [...ids, ...late])
      await until(async () => (await store.size({ household: house.household, object })) === null, {
        what: 'the bytes to go',
      })
  }
  expect(new Set(answers)).toEqual(new Set(['deleted_range', 'not_found']))
})
