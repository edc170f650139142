import { applyEntry, verifyEntry } from '@hausrecht/chain/apply'
import type { HouseholdState } from '@hausrecht/chain/state'
import type { Statement } from '@hausrecht/chain/types'
import { deviceIdOf, newObjectId, newOrderId } from '@hausrecht/crypto/ids'
import { startPostgres } from '@hausrecht/testkit/postgres'
import { RawHousehold } from '@hausrecht/testkit/raw-household'
import { tempFolder } from '@hausrecht/testkit/temp'
import { expect, test } from 'vitest'
import { connect } from '../db/connect.ts'
import { startVault } from '../vault.ts'
import { Objects } from './objects.ts'

test('what is deleted, or whose reader is put out, while its bytes are read is not handed out', async () => {
  const folder = tempFolder('while-read')
  const postgres = await startPostgres()
  const vault = await startVault({ dir: folder.path, port: 0, logLevel: 'silent', databaseUrl: postgres.url })
  const db = await connect({ connectionString: postgres.url }, () => undefined)
  try {
    const house = await RawHousehold.found(vault)
    const reader = deviceIdOf((await house.add('vault')).publicKey)
    const object = newObjectId()
    expect((await house.send(house.founder, 'PUT', `/objects/${object}`, house.segment(15, object))).status).toBe(200)
    const before = house.state
    const device = before?.devices.get(reader)
    if (!before || !device) throw new Error('no household')

    const after = async (statement: Statement): Promise<HouseholdState> => {
      const applied = applyEntry(before, await verifyEntry(before, await house.entry(house.founder, statement)))
      if (!applied.ok) throw new Error(applied.code)
      return applied.state
    }
    const readWhile = (newest: HouseholdState) => {
      let known = before
      const objects = new Objects({
        db,
        accesses: {
          find: async () => ({
            ...{ household: house.household, device: reader, stream: house.camera },
            ...{ lo: 0, hi: 99, expires: Number.MAX_SAFE_INTEGER },
          }),
        },
        blobs: {
          get: async () => {
            known = newest
            return new Uint8Array(3)
          },
        },
        known: () => known,
        now: () => 0,
      })
      return objects.get(before, device, object, 'token', undefined)
    }
    expect(await readWhile(before)).toMatchObject({ body: new Uint8Array(3) })
    const ordered = await after({
      ...{ type: 'delete_order', order: newOrderId() },
      ranges: [{ stream: house.camera, lo: 15, hi: 15 }],
    })
    await expect(readWhile(ordered)).rejects.toMatchObject({ code: 'deleted_range' })
    const removed = await after({ type: 'remove_device', device: reader })
    await expect(readWhile(removed)).rejects.toMatchObject({ code: 'not_allowed' })
  } finally {
    await db.destroy()
    await vault.close()
    await postgres.close()
    folder.remove()
  }
})
