import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type Camera, startCamera } from '@hausrecht/camera/camera'
import { closeDevice, type OpenDevice, sync } from '@hausrecht/client/device'
import { addCamera, createHousehold } from '@hausrecht/client/household'
import { FolderStore } from '@hausrecht/client/node/folder-store'
import { httpTransport } from '@hausrecht/client/node/http-transport'
import { type RangeItem, readRange } from '@hausrecht/client/read'
import { MAX_LEAF } from '@hausrecht/keytree/leaf'
import { type Program, startProgram } from '@hausrecht/testkit/program'
import { type TempFolder, tempFolder } from '@hausrecht/testkit/temp'
import { until } from '@hausrecht/testkit/until'
import { startVault, type Vault } from '@hausrecht/vault/vault'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { writeCameras } from '../apps/hub/src/cameras.ts'
import { type HubStatus, readStatus } from '../apps/hub/src/status/status.ts'

const KILLS = 20
const HUB = join(import.meta.dirname, '../apps/hub/bin/hub.mjs')

let folder: TempFolder
let home = ''
let camera: Camera
let vault: Vault
let device: OpenDevice
let streams: {
  video: Awaited<ReturnType<typeof addCamera>>['video']
  audio: Awaited<ReturnType<typeof addCamera>>['audio']
}
const transport = httpTransport()

beforeAll(async () => {
  folder = tempFolder('hub-kill')
  home = join(folder.path, 'home')
  camera = await startCamera({ port: 0 })
  vault = await startVault({ dir: join(folder.path, 'vault'), port: 0, logLevel: 'silent' })
  const wanted = { name: 'House', device: 'hub', vault: vault.url, witnesses: [], quorum: 0 }
  device = await createHousehold(await FolderStore.open(home), wanted, { transport })
  streams = await addCamera(device, { name: 'Door', sound: true })
  const { video, audio } = streams
  await writeCameras(home, [{ name: 'Door', url: camera.url, video, ...(audio === null ? {} : { audio }) }])
})

afterAll(async () => {
  closeDevice(device)
  transport.close()
  await camera.close()
  await vault.close()
  folder.remove()
})

const startHub = (): Promise<Program> => startProgram(process.execPath, [HUB, '--home', home])

/** The status that this very process wrote. */
async function statusOf(hub: Program): Promise<HubStatus | null> {
  const status = await readStatus(home)
  return status?.pid === hub.pid ? status : null
}

test('killed twenty times while it records: all that was acknowledged opens, no leaf is used twice, every number is accounted for', async () => {
  const begin = Date.now()
  for (let kill = 0; kill < KILLS; kill += 1) {
    const hub = await startHub()
    // At any moment: before the first segment is cut, while it is written, while it is sent.
    await until(async () => (await statusOf(hub))?.cameras[0]?.state === 'recording', {
      what: `recording: ${hub.stderr()}`,
      timeoutMs: 30_000,
    })
    const moment = Date.now() + Math.random() * 4000
    // waits: the kill comes at any moment, not at one that a condition of ours would choose
    await until(() => Date.now() >= moment, { what: 'the moment of the kill' })
    await hub.stop('SIGKILL')
  }
  const last = await startHub()
  await until(async () => ((await statusOf(last))?.vault.lastAckMs ?? 0) > begin, {
    what: 'an acknowledgement',
    timeoutMs: 30_000,
  })
  await last.stop()
  const drained = await startHub()
  await until(async () => (await statusOf(drained))?.spool.unsent === 0, { what: 'an empty spool', timeoutMs: 60_000 })
  await drained.stop()
  const end = Date.now()

  await sync(device)
  for (const stream of [streams.video, streams.audio]) {
    if (stream === null) throw new Error('the sample camera has sound')
    const rows = (await device.vault.listObjects({ stream, lo: 0, hi: MAX_LEAF }, null)).objects
    expect(rows.length).toBeGreaterThan(KILLS)
    expect(new Set(rows.map(row => row.leaf)).size).toBe(rows.length)
    const items: RangeItem[] = []
    for await (const item of readRange(device, { stream, from: begin, to: end })) items.push(item)
    const findings = items.flatMap(item => (item.type === 'finding' ? [item.finding] : []))
    // Nothing is missing, damaged, repeated or moved: what was not recorded says why.
    expect(findings.filter(({ type }) => type !== 'gap' && type !== 'nothing')).toEqual([])
    const reasons = findings.flatMap(finding => (finding.type === 'gap' ? [finding.reason] : []))
    expect(reasons).toContain('hub_crashed')
    const opened = items.filter(item => item.type === 'segment').length
    const gaps = rows.filter(row => row.kind === 5).length
    expect(opened + gaps).toBeGreaterThanOrEqual(rows.length - 1)
  }
  // What the spool said was corrupt, if anything, would be in the log of a hub.
  expect(await readFile(join(home, 'status.json'), 'utf8')).toContain('"refused":0')
})
