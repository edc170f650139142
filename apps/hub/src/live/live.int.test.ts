import { join } from 'node:path'
import { type Camera, startCamera } from '@hausrecht/camera/camera'
import type { Channel } from '@hausrecht/client/channel/channel'
import type { ChannelMap, ChannelValue } from '@hausrecht/client/channel/messages'
import { isMap } from '@hausrecht/client/channel/values'
import { closeDevice, type OpenDevice } from '@hausrecht/client/device'
import { addCamera, createHousehold } from '@hausrecht/client/household'
import type { LivePart } from '@hausrecht/client/live'
import { FolderStore } from '@hausrecht/client/node/folder-store'
import { httpTransport } from '@hausrecht/client/node/http-transport'
import { readRange } from '@hausrecht/client/read'
import { toHex } from '@hausrecht/crypto/bytes'
import { sha256 } from '@hausrecht/crypto/hash'
import type { StreamId } from '@hausrecht/crypto/ids'
import { parseFragment, samplesOf } from '@hausrecht/media/mp4/fragment-read'
import { Browser } from '@hausrecht/testkit/browser'
import { type TempFolder, tempFolder } from '@hausrecht/testkit/temp'
import { until } from '@hausrecht/testkit/until'
import { startVault, type Vault } from '@hausrecht/vault/vault'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { writeCameras } from '../cameras.ts'
import { type RunningHub, startHub } from '../hub.ts'

const transport = httpTransport()
let folder: TempFolder
let vault: Vault
let camera: Camera
let founder: OpenDevice
let hub: RunningHub
let video: StreamId
let audio: StreamId
let sub: StreamId
let browser: Browser
let channel: Channel

beforeAll(async () => {
  folder = tempFolder('live')
  vault = await startVault({ dir: join(folder.path, 'vault'), port: 0, logLevel: 'silent' })
  camera = await startCamera({ port: 0, login: { user: 'u', password: 'geheim', scheme: 'digest-sha256' } })
  const home = join(folder.path, 'home')
  const store = await FolderStore.open(home)
  const wanted = { name: 'House', device: 'hub', vault: vault.url, witnesses: [], quorum: 0 }
  founder = await createHousehold(store, wanted, { transport })
  const streams = await addCamera(founder, { name: 'Door', sound: true, sub: true })
  if (streams.audio === null || streams.sub === null) throw new Error('streams')
  video = streams.video
  audio = streams.audio
  sub = streams.sub
  const { url, subUrl } = camera
  await writeCameras(home, [{ name: 'Door', url, user: 'u', password: 'geheim', video, audio, sub, subUrl }])
  browser = await Browser.join(founder, vault.url, transport)
  hub = await startHub({ home })
  channel = await browser.call(founder.id)
  await until(() => hub.status().cameras[0]?.state === 'recording', { what: 'the camera to be recorded' })
})
afterAll(async () => {
  await browser.close()
  await hub.close()
  closeDevice(founder)
  await camera.close()
  await vault.close()
  transport.close()
  folder.remove()
})

/** Frames by their times in the fragment and what is in them. */
const frames = (fragment: Uint8Array): readonly string[] => {
  const parsed = parseFragment(fragment)
  let dts = parsed.baseDecodeTime
  return [...samplesOf(parsed)].map(sample => {
    const said = `${dts} ${sample.compositionOffset} ${sample.isSync} ${toHex(sha256(sample.data)).slice(0, 16)}`
    dts += sample.duration
    return said
  })
}

const camerasOf = (value: ChannelValue | undefined): readonly ChannelMap[] => {
  const list = isMap(value) ? value.cameras : null
  return Array.isArray(list) ? list.filter(isMap) : []
}

const watch = (stream: StreamId) => {
  const parts: LivePart[] = []
  const problems: unknown[] = []
  const began = Date.now()
  const stop = browser.watcher.watch(stream, {
    onPart: part => parts.push(part),
    onProblem: error => problems.push(error),
  })
  return { parts, problems, stop, began }
}

async function recorded(stream: StreamId, from: number, to: number): Promise<readonly string[]> {
  const all: string[] = []
  for await (const item of readRange(browser.device, { stream, from, to }))
    if (item.type === 'segment') all.push(...frames(item.segment.fragment))
  return all
}

describe('a browser of the household', () => {
  test.for([
    ['picture', () => video],
    ['sound', () => audio],
    ['small picture', () => sub],
  ] as const)('sees the %s live: the frames that are recorded, with their times', async ([, which]) => {
    const stream = which()
    const { parts, problems, stop, began } = watch(stream)
    await until(() => parts.length > 0, { what: 'a first part' })
    const first = Date.now() - began
    expect(parts[0]?.startsWithKey).toBe(true)
    await until(() => parts.reduce((sum, part) => sum + part.duration, 0) > 4000, { what: 'four seconds' })
    stop()
    expect(problems).toEqual([])
    expect(browser.watcher.refused).toBe(0)
    expect(first).toBeLessThan(1500)
    expect(Math.max(...parts.map(({ duration }) => duration))).toBeLessThanOrEqual(250)
    const live = parts.flatMap(({ fragment }) => frames(fragment))
    const from = parts[0]?.startTime ?? 0
    const last = parts.at(-1)
    const to = (last?.startTime ?? 0) + (last?.duration ?? 0)
    const kept = await until(
      async () => {
        const all = await recorded(stream, from - 1000, to + 1000)
        return all.includes(live.at(-1) ?? '') ? all : null
      },
      { what: 'the same to be in the vault', timeoutMs: 20_000 },
    )
    const begin = kept.indexOf(live[0] ?? '')
    expect(live).toEqual(kept.slice(begin, begin + live.length))
  })

  test('is told what the hub does, and who watches, without the password', async () => {
    const { stop } = watch(video)
    await until(
      () =>
        browser.events.some(
          ({ name, value }) =>
            name === 'status' && JSON.stringify(camerasOf(value)[0]?.viewers) === JSON.stringify([browser.device.id]),
        ),
      { what: 'the viewer in the status' },
    )
    stop()
    const status = await channel.request('status')
    const [door] = camerasOf(status)
    expect(door).toMatchObject({ id: video, audio, sub, state: 'recording', problem: null, order: 0 })
    expect(door?.address).toBe(camera.url)
    expect(JSON.stringify([status, browser.events])).not.toContain('geheim')
    await until(() => camerasOf(browser.events.at(-1)?.value)[0]?.viewers?.toString() === '', {
      what: 'the viewer to be gone',
    })
  })

  test('watches on when the hub comes back', async () => {
    const { parts, stop } = watch(video)
    await until(() => parts.length > 2, { what: 'parts' })
    await hub.close()
    const before = parts.length
    hub = await startHub({ home: join(folder.path, 'home') })
    await until(() => parts.length > before + 2, { what: 'parts of the new hub', timeoutMs: 20_000 })
    stop()
    const after = parts.slice(before)
    expect(after.some(({ startsWithKey, discontinuity }) => startsWithKey && discontinuity)).toBe(true)
    expect(parts.map(({ sequence }) => sequence)).toEqual(
      parts.map(({ sequence }) => sequence).toSorted((a, b) => a - b),
    )
  })
})
