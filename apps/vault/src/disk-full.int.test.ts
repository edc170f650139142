import { readdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { AccessGrant, Usage } from '@hausrecht/contract/schemas'
import { toHex } from '@hausrecht/crypto/bytes'
import { sha256 } from '@hausrecht/crypto/hash'
import { householdIdFrom, newObjectId, newOrderId } from '@hausrecht/crypto/ids'
import { randomBytes } from '@hausrecht/crypto/random'
import { RawHousehold } from '@hausrecht/testkit/raw-household'
import { smallDisk } from '@hausrecht/testkit/small-disk'
import { until } from '@hausrecht/testkit/until'
import { describe, expect, test } from 'vitest'
import { folderStore, RESERVE_BYTES } from './blobs/folder.ts'
import { isDiskFull } from './errors.ts'
import { startVault } from './vault.ts'

const MiB = 1024 * 1024
const mayMount = process.getuid?.() === 0
if (!mayMount)
  process.stderr.write('disk-full.int.test.ts: only root can mount the small disk that these tests fill; not run\n')
else if (process.env.CI) process.stderr.write('disk-full.int.test.ts: runs as root\n')

const mounted = (bytes: number) => {
  const disk = smallDisk(bytes)
  if (!disk) throw new Error('no disk')
  return disk
}

// skips: only root may mount the small disk that is filled
describe.runIf(mayMount)('on a disk that is full', () => {
  test('a folder of blobs keeps what it has, leaves nothing half-written and goes on when there is room', async () => {
    const disk = mounted(4 * MiB)
    try {
      const store = await folderStore(disk.path, 0)
      const household = householdIdFrom(randomBytes(16))
      const first = { household, object: newObjectId() }
      const bytes = randomBytes(65_536)
      await store.put(first, bytes)
      const stored = [first]
      const fill = async (): Promise<unknown> => {
        for (;;) {
          const name = { household, object: newObjectId() }
          try {
            await store.put(name, bytes)
          } catch (error) {
            return error
          }
          stored.push(name)
        }
      }
      expect(isDiskFull(await fill())).toBe(true)
      expect(readdirSync(join(disk.path, 'tmp'))).toEqual([])
      for (const name of stored) expect(toHex((await store.get(name)) ?? new Uint8Array())).toBe(toHex(bytes))
      await store.remove([first])
      await store.put({ household, object: newObjectId() }, bytes)
    } finally {
      disk.remove()
    }
  })

  test('a vault says so, keeps serving, takes the order that makes room and then objects again', async () => {
    const disk = mounted(RESERVE_BYTES + 160 * MiB)
    try {
      const vault = await startVault({ dir: join(disk.path, 'vault'), port: 0, logLevel: 'silent' })
      try {
        const house = await RawHousehold.found(vault)
        const { founder } = house
        const put = (leaf: number, size: number) => {
          const id = newObjectId()
          const bytes = house.segment(leaf, id, size)
          return house.send(founder, 'PUT', `/objects/${id}`, bytes).then(answer => ({ answer, id, bytes, leaf }))
        }
        const first = await put(1, 3000)
        expect(first.answer.status).toBe(200)
        let full = first
        let leaf = 1
        while (full.answer.status === 200) full = await put(++leaf, 6 * MiB)
        expect([full.answer.status, full.answer.code, full.answer.headers['retry-after']]).toEqual([
          507,
          'storage_full',
          '30',
        ])
        const { bavail, bsize } = statfsSync(disk.path)
        expect(bavail * bsize).toBeGreaterThan(RESERVE_BYTES - MiB)

        // Somebody else takes the rest of the disk as well.
        const filler = join(disk.path, 'filler')
        const fill = (): void => writeFileSync(filler, new Uint8Array(bavail * bsize + MiB))
        expect(fill).toThrow(expect.toSatisfy(isDiskFull))
        expect((await put(900, 3000)).answer.code).toBe('storage_full')
        const usage = (await house.send(founder, 'GET', '/usage')).json as Usage
        expect(usage.objects).toBe(leaf - 1)
        rmSync(filler)

        // Still full for blobs: reading needs a line in the log, and making room an order.
        const range = { stream: house.camera, lo: 0, hi: 9, purpose: 'own' }
        const { token } = (await house.send(founder, 'POST', '/access', range)).json as AccessGrant
        const read = await house.send(founder, 'GET', `/objects/${first.id}`, undefined, { 'x-access-token': token })
        expect(toHex(sha256(read.bytes))).toBe(toHex(sha256(first.bytes)))
        const order = await house.append(founder, {
          ...{ type: 'delete_order', order: newOrderId() },
          ranges: [{ stream: house.camera, lo: 2, hi: 4 }],
        })
        expect(order.code).toBe(null)
        const again = await until(
          async () => {
            const tried = await put(901, 6 * MiB)
            return tried.answer.status === 200 && tried
          },
          { what: 'room for an object', timeoutMs: 20_000 },
        )
        expect(again.answer.json).toMatchObject({ stored: 'new' })
      } finally {
        await vault.close()
      }
    } finally {
      disk.remove()
    }
  })
})
