import type { AccessGrant } from '@hausrecht/contract/schemas'
import { newObjectId } from '@hausrecht/crypto/ids'
import { RawHousehold } from '@hausrecht/testkit/raw-household'
import { tempFolder } from '@hausrecht/testkit/temp'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startVault, type Vault } from '../vault.ts'

let folder: ReturnType<typeof tempFolder>
let vault: Vault
let house: RawHousehold

beforeAll(async () => {
  folder = tempFolder('race')
  vault = await startVault({ dir: folder.path, port: 0, logLevel: 'silent' })
  house = await RawHousehold.found(vault)
})
afterAll(async () => {
  await vault.close()
  folder.remove()
})

test('of different objects that come at once under one id, one is stored, and its bytes stay', async () => {
  for (let round = 0; round < 10; round++) {
    const id = newObjectId()
    const leaf = 5000 + round
    const offers = Array.from({ length: 4 }, () => house.segment(leaf, id))
    const answers = await Promise.all(offers.map(bytes => house.send(house.founder, 'PUT', `/objects/${id}`, bytes)))
    expect(answers.map(({ code }) => code).sort()).toEqual(
      [null, 'object_differs', 'object_differs', 'object_differs'].sort(),
    )
    const stored = offers[answers.findIndex(({ code }) => code === null)]
    const asked = { stream: house.camera, lo: leaf, hi: leaf, purpose: 'own' }
    const { token } = (await house.send(house.founder, 'POST', '/access', asked)).json as AccessGrant
    const served = await house.send(house.founder, 'GET', `/objects/${id}`, undefined, { 'x-access-token': token })
    expect(Buffer.compare(Buffer.from(served.bytes), Buffer.from(stored ?? []))).toBe(0)
  }
})
