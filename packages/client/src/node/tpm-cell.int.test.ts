import { cp, mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { toHex } from '@hausrecht/crypto/bytes'
import { randomBytes } from '@hausrecht/crypto/random'
import { Secret } from '@hausrecht/crypto/secret'
import { leafOf } from '@hausrecht/keytree/leaf'
import { TestHousehold } from '@hausrecht/testkit/household'
import { type SoftwareTpm, startTpm } from '@hausrecht/testkit/swtpm'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { deleteRange } from '../delete.ts'
import { closeDevice, sync } from '../device.ts'
import { addCamera } from '../household.ts'
import { postReceipt } from '../receipts.ts'
import { homeCell, openHomeFolder, sealHome, takeHubLock, unsealHome } from './home.ts'
import { TPM_INDEX, TpmCell } from './tpm-cell.ts'

let folder = ''
let tpm: SoftwareTpm
let world: TestHousehold
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hausrecht-tpm-'))
  await mkdir(join(folder, 'chip'))
  tpm = await startTpm(join(folder, 'chip'))
  world = await TestHousehold.start()
})
afterAll(async () => {
  await world.close()
  await tpm.close()
  await rm(folder, { recursive: true, force: true })
})

const cellAt = (index: number, tcti: string = tpm.tcti): TpmCell => new TpmCell({ index, tcti })
const hex = (secret: Secret | null): string | null => (secret === null ? null : secret.use(toHex))

async function onDisk(dir: string): Promise<string> {
  const files = await readdir(dir, { recursive: true, withFileTypes: true })
  const contents = files.filter(file => file.isFile()).map(file => readFile(join(file.parentPath, file.name), 'hex'))
  return (await Promise.all(contents)).join('|')
}

describe('a cell in a TPM', () => {
  test('keeps the newest value, and no other', async () => {
    const cell = cellAt(TPM_INDEX + 1)
    expect(await cell.read()).toBe(null)
    const [a, b] = [randomBytes(32), randomBytes(32)]
    await cell.replace(Secret.from(a.slice()))
    await cell.replace(Secret.from(b.slice()))
    expect(hex(await cellAt(TPM_INDEX + 1).read())).toBe(toHex(b))
    // Not in the chip's own memory either.
    const chip = await onDisk(join(folder, 'chip'))
    expect([chip.includes(toHex(a)), chip.includes(toHex(b))]).toEqual([false, true])
    await cell.remove()
    expect(await cell.read()).toBe(null)
  })

  test('that is not there, or has no tools, says so', async () => {
    await expect(cellAt(TPM_INDEX, 'swtpm:host=127.0.0.1,port=1').read()).rejects.toMatchObject({
      code: 'cell_unavailable',
    })
    expect(() => cellAt(0x0150_0000)).toThrow('NV index')
    const path = process.env.PATH
    process.env.PATH = ''
    try {
      await expect(cellAt(TPM_INDEX).read()).rejects.toMatchObject({ detail: 'tpm2_nvread is not installed' })
    } finally {
      process.env.PATH = path
    }
  })
})

test('a copy of the whole home from before a deletion does not open what was deleted; the home opens the rest, and its receipt says tpm', async () => {
  const hub = await world.found('hub')
  const { video } = await addCamera(hub, { name: 'Hall', sound: false })
  const from = Math.ceil(world.clock.now() / 2000) * 2000 + 60_000
  const [gone, kept] = [leafOf(from + 4000), leafOf(from + 60_000)]
  closeDevice(hub)
  const home = world.home('hub')
  const place = { index: TPM_INDEX, tcti: tpm.tcti }

  await cellAt(TPM_INDEX).replace(Secret.from(randomBytes(32)))
  await expect(sealHome(home, place)).rejects.toMatchObject({ code: 'cell_taken' })
  await cellAt(TPM_INDEX).remove()
  const unlock = takeHubLock(home)
  await expect(sealHome(home, place)).rejects.toMatchObject({ code: 'home_locked' })
  unlock()
  await sealHome(home, place)
  expect(await homeCell(home)).toEqual(place)
  expect((await readdir(join(home, 'keys'))).length).toBe(0)

  const sealed = await world.reopen('hub')
  const name = { stream: video, generation: 0 }
  expect(sealed.keys.leafKey(name, gone).length).toBe(32)
  const copy = join(folder, 'copy')
  await cp(home, copy, { recursive: true })
  await deleteRange(sealed, { streams: [video], from, to: from + 20_000 })
  await sync(sealed)
  await postReceipt(sealed)
  await sync(sealed)
  expect(sealed.chain.state.devices.get(sealed.id)?.receipt).toMatchObject({ cell: 'tpm', applied: 1 })

  // The thief has the copy, and even the chip; what he has not got is the value that was in it.
  await expect(openHomeFolder(copy)).rejects.toMatchObject({ code: 'cell_mismatch' })
  const again = await world.reopen('hub')
  expect(again.keys.leafKey(name, kept).length).toBe(32)
  expect(() => again.keys.leafKey(name, gone)).toThrow('erased')
  closeDevice(again)
  closeDevice(sealed)

  // And back: the keys are files again, and the chip forgets.
  await unsealHome(home)
  expect(await homeCell(home)).toBe(null)
  expect(await cellAt(TPM_INDEX).read()).toBe(null)
  const open = await world.reopen('hub')
  expect(open.keys.leafKey(name, kept).length).toBe(32)
})
