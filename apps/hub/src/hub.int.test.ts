import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { hourLeaves } from '@hausrecht/chain/manifest'
import { deleteRange } from '@hausrecht/client/delete'
import { closeDevice, type OpenDevice, sync } from '@hausrecht/client/device'
import { addCamera, createHousehold } from '@hausrecht/client/household'
import { manifestsOf } from '@hausrecht/client/manifests'
import { FolderStore } from '@hausrecht/client/node/folder-store'
import { httpTransport } from '@hausrecht/client/node/http-transport'
import { type RangeItem, readRange } from '@hausrecht/client/read'
import type { StreamId } from '@hausrecht/crypto/ids'
import { parseFragment, samplesOf } from '@hausrecht/media/mp4/fragment-read'
import { freePort } from '@hausrecht/testkit/port'
import { until } from '@hausrecht/testkit/until'
import { startVault, type Vault } from '@hausrecht/vault/vault'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { writeCameras } from './cameras.ts'
import { type HubConfig, type RunningHub, startHub } from './hub.ts'
import { SIGN_AFTER_MS } from './manifest/signer.ts'
import { type Source, SourceError, type SourceHandlers } from './sources/source.ts'
import { readStatus } from './status/status.ts'

/** A hub with a real vault. The camera is ours and the hub's clock is turned by its frames, so that a minute takes a second. */
class House {
  readonly dir: string
  readonly home: string
  readonly clock: { now(): number }
  readonly transport = httpTransport()
  now: number
  vault: Vault
  readonly port: number
  readonly device: OpenDevice
  readonly video: StreamId
  handlers: SourceHandlers | null = null
  reachable = true
  #shown = 0

  private constructor(parts: Pick<House, 'dir' | 'home' | 'clock' | 'now' | 'vault' | 'port' | 'device' | 'video'>) {
    this.dir = parts.dir
    this.home = parts.home
    this.clock = { now: () => this.now }
    this.now = parts.now
    this.vault = parts.vault
    this.port = parts.port
    this.device = parts.device
    this.video = parts.video
  }

  /** @param startsAt the time at the start, ms; then the vault's clock goes with the camera's too */
  static async build(startsAt?: number): Promise<House> {
    const dir = await mkdtemp(join(tmpdir(), 'hausrecht-hub-'))
    const port = await freePort()
    // Behind the vault's clock, by less than it allows: the hub's clock runs ahead of it in these tests.
    const now = startsAt ?? Math.floor((Date.now() - 240_000) / 2000) * 2000
    const turned = { house: null as House | null }
    const vaultClock = startsAt === undefined ? {} : { clock: { now: () => turned.house?.now ?? startsAt } }
    const vault = await startVault({ dir: join(dir, 'vault'), port, logLevel: 'silent', ...vaultClock })
    const home = join(dir, 'home')
    const clock = { now: () => now }
    const store = await FolderStore.open(home)
    const wanted = { name: 'House', device: 'hub', vault: vault.url, witnesses: [], quorum: 0 }
    const device = await createHousehold(store, wanted, { transport: httpTransport(), clock })
    const { video } = await addCamera(device, { name: 'Door', sound: false })
    await writeCameras(home, [{ name: 'Door', url: 'rtsp://camera.test/', video }])
    turned.house = new House({ dir, home, clock, now, vault, port, device, video })
    return turned.house
  }

  hub(change: Partial<HubConfig> = {}): Promise<RunningHub> {
    const source = (): Source => ({
      connect: async handlers => {
        if (!this.reachable) throw new SourceError('camera_unreachable', 'unreachable', 'no')
        const config = { kind: 'video', codec: 'h264', width: 640, height: 360, record: RECORD } as const
        handlers.onOpen({ video: { config, clockRate: 90_000, frameTicks: 3600 }, audio: null })
        this.handlers = handlers
        return { close: async () => {} }
      },
    })
    return startHub({ home: this.home, clock: this.clock, source, ...change })
  }

  /** Shows frames, 25 a second, a key frame every two; each carries its number. The clock goes with them. */
  async play(seconds: number): Promise<void> {
    await until(() => this.handlers !== null, { what: 'the camera to be connected' })
    for (let i = 0; i < seconds * 25; i += 1) {
      const data = new Uint8Array(2000).fill(this.#shown & 0xff)
      new DataView(data.buffer).setUint32(0, this.#shown)
      this.handlers?.onPicture({
        data,
        rtpTime: this.#shown * 3600,
        arrival: this.now,
        key: this.#shown % 50 === 0,
        lossBefore: false,
      })
      this.#shown += 1
      this.now += 40
      if (i % 25 === 0) await new Promise(resolve => setImmediate(resolve))
    }
  }

  async read(from: number, to: number): Promise<readonly RangeItem[]> {
    const items: RangeItem[] = []
    for await (const item of readRange(this.device, { stream: this.video, from, to })) items.push(item)
    return items
  }

  async close(): Promise<void> {
    closeDevice(this.device)
    this.transport.close()
    // ignores: a test may have closed it before
    await this.vault.close().catch(() => {})
    await rm(this.dir, { recursive: true, force: true })
  }
}

const RECORD = Uint8Array.of(1, 66, 0, 30, 0xff, 0xe1, 0, 4, 0x67, 66, 0, 30, 1, 0, 2, 0x68, 0xce)

const numbersIn = (items: readonly RangeItem[]): number[] =>
  items.flatMap(item =>
    item.type === 'segment'
      ? samplesOf(parseFragment(item.segment.fragment)).map(({ data }) =>
          new DataView(data.buffer, data.byteOffset).getUint32(0),
        )
      : [],
  )
const findings = (items: readonly RangeItem[]) => items.flatMap(item => (item.type === 'finding' ? [item.finding] : []))
const upTo = (count: number): number[] => Array.from({ length: count }, (_, i) => i)

let house: House
let hub: RunningHub | null = null
beforeEach(async () => {
  house = await House.build()
})
afterEach(async () => {
  await hub?.close()
  hub = null
  await house.close()
})

const settled = (running: RunningHub) =>
  until(() => running.status().spool.unsent === 0, { what: 'the spool to be empty', timeoutMs: 60_000 })

test('records, seals, uploads; another device process reads every frame back in order', async () => {
  const begin = house.now
  hub = await house.hub()
  await expect(house.hub()).rejects.toMatchObject({ code: 'home_locked' })
  await house.play(30)
  await until(() => hub?.status().vault.lastAckMs != null, { what: 'an acknowledgement' })
  expect(hub.status().cameras[0]).toMatchObject({
    name: 'Door',
    codec: 'h264',
    width: 640,
    framesPerSecond: 25,
    problem: null,
  })
  await hub.close()
  expect((await readStatus(house.home))?.spool.unsent).toBeLessThan(20)
  hub = await house.hub()
  await settled(hub)
  const items = await house.read(begin, house.now)
  expect(numbersIn(items)).toEqual(upTo(750))
  expect(findings(items)).toEqual([])
})

test('when an hour is over and delivered, the hub signs what the vault has of it', async () => {
  await house.close()
  const hourBegins = Math.ceil(Date.now() / 3_600_000) * 3_600_000
  house = await House.build(hourBegins - 20_000)
  hub = await house.hub()
  await house.play(40)
  await hub.close()
  hub = await house.hub()
  await settled(hub)
  const hour = hourBegins / 3_600_000 - 1
  await sync(house.device)
  expect(manifestsOf(house.device.chain, hour)).toEqual([])
  house.now = hourBegins + SIGN_AFTER_MS
  await until(
    async () => {
      await sync(house.device)
      return manifestsOf(house.device.chain, hour).length > 0
    },
    { what: 'the manifest' },
  )
  const rows = await house.device.vault.listObjects({ stream: house.video, ...hourLeaves(hour) }, null)
  expect(manifestsOf(house.device.chain, hour)).toMatchObject([{ objects: rows.objects.length }])
  expect(rows.objects.length).toBeGreaterThan(4)
  expect(hub.status().vault.withheld).toBe(0)
  await hub.close()
  hub = null
  expect(await readdir(join(house.home, 'acknowledged'))).toEqual([`${hour + 1}.bin`])
})

test('a vault that is away loses nothing, and the order is right', async () => {
  const begin = house.now
  hub = await house.hub()
  await house.play(10)
  await house.vault.close()
  await house.play(60)
  await until(() => hub?.status().vault.reachable === false, { what: 'the hub to notice' })
  // What was played is sealed and written a little later.
  await until(() => (hub?.status().spool.unsent ?? 0) > 20, { what: 'more than twenty segments to wait' })
  house.vault = await startVault({ dir: join(house.dir, 'vault'), port: house.port, logLevel: 'silent' })
  await house.play(10)
  await hub.close()
  hub = await house.hub()
  await settled(hub)
  const items = await house.read(begin, house.now)
  expect(numbersIn(items)).toEqual(upTo(80 * 25))
  expect(findings(items)).toEqual([])
})

test('a stop and a start leave a gap with its reason, and use no leaf twice', async () => {
  const begin = house.now
  hub = await house.hub()
  await house.play(11)
  await hub.close()
  house.handlers = null
  house.now += 30_000
  hub = await house.hub()
  await house.play(20)
  await hub.close()
  hub = await house.hub()
  await settled(hub)
  const items = await house.read(begin, house.now)
  expect(findings(items)).toMatchObject([{ type: 'gap', reason: 'hub_stopped' }])
  const seen = numbersIn(items)
  expect(seen.slice(0, 275)).toEqual(upTo(275))
  // Frames before the first key frame of the second run can't be decoded; the gap covers them.
  expect(seen.slice(275)).toEqual(upTo(31 * 25).slice(300))
  const rows = (await house.device.vault.listObjects({ stream: house.video, lo: 0, hi: 0xffff_ffff }, null)).objects
  expect(new Set(rows.map(row => row.leaf)).size).toBe(rows.length)
})

test('a delete order reaches the spool: what it names is never uploaded, and its bytes are gone', async () => {
  const begin = house.now
  hub = await house.hub({ transport: withoutUploads(house.transport) })
  await house.play(40)
  await until(() => hub?.status().cameras[0]?.sealedAtMs !== null, { what: 'a sealed segment' })
  await deleteRange(house.device, { streams: [house.video], from: begin + 10_000, to: begin + 20_000 })
  await until(() => hub?.status().chain.appliedOrders === 1, { what: 'the order to be applied', timeoutMs: 30_000 })
  const spool = join(house.home, 'spool')
  await until(async () => (await zeroBytes(spool)) > 100_000, { what: 'the bytes to be overwritten' })
  await hub.close()
  hub = await house.hub()
  await settled(hub)
  await sync(house.device)
  const items = await house.read(begin, house.now)
  expect(findings(items).filter(finding => finding.type !== 'deleted')).toEqual([])
  const seen = new Set(numbersIn(items))
  expect(upTo(1000).filter(number => seen.has(number))).toEqual(
    upTo(1000).filter(number => number < 250 || number >= 500),
  )
})

/** A vault that takes no objects but answers everything else. */
function withoutUploads(transport: ReturnType<typeof httpTransport>): typeof transport {
  const exchange = (request: Parameters<typeof transport>[0]) =>
    request.method === 'PUT' && request.url.includes('/objects/')
      ? Promise.resolve({ status: 503, headers: {}, body: new TextEncoder().encode('{"code":"busy"}') })
      : transport(request)
  return Object.assign(exchange, { close: () => {} })
}

/** Bytes of the log files that are zero. */
async function zeroBytes(dir: string): Promise<number> {
  let zeros = 0
  for (const name of await readdir(dir)) {
    if (!name.endsWith('.spool')) continue
    for (const byte of await readFile(join(dir, name))) if (byte === 0) zeros += 1
  }
  return zeros
}
