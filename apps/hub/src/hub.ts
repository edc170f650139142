import { join } from 'node:path'
import { isGone } from '@hausrecht/chain/retention'
import { type Clock, systemClock } from '@hausrecht/client/clock'
import { Courier } from '@hausrecht/client/courier'
import { closeDevice, type OpenDevice, openDevice } from '@hausrecht/client/device'
import { householdNow } from '@hausrecht/client/household-clock'
import { openHomeFolder, takeHubLock } from '@hausrecht/client/node/home'
import { httpTransport } from '@hausrecht/client/node/http-transport'
import { cutLeases } from '@hausrecht/client/receipts'
import { retainedUntil } from '@hausrecht/client/retention'
import type { Transport } from '@hausrecht/client/transport'
import type { StreamId } from '@hausrecht/crypto/ids'
import { type Logger, pino } from 'pino'
import { CameraBoard } from './board.ts'
import type { CameraEntry } from './cameras.ts'
import { ClaimDesk } from './claim.ts'
import { Follower } from './follower.ts'
import { connectLine, type HubLine, type LineEvents } from './live/line.ts'
import { Live } from './live/live.ts'
import { Journal } from './manifest/journal.ts'
import { ManifestSigner } from './manifest/signer.ts'
import { makeSeal } from './recorder/sealer.ts'
import { Requests } from './requests/requests.ts'
import { rtspSource } from './sources/rtsp.ts'
import type { Source } from './sources/source.ts'
import { Spool } from './spool/spool.ts'
import { type HubStatus, writeStatus } from './status/status.ts'
import { Streams } from './streams.ts'
import { putTo } from './upload/put.ts'
import { quarantine } from './upload/quarantine.ts'
import { Uploader } from './upload/uploader.ts'

export type HubConfig = {
  /** The device's folder. */
  readonly home: string
  readonly spool?: { readonly maxBytes?: number; readonly maxDays?: number }
  readonly log?: Logger
  readonly clock?: Clock
  /** How the vault is reached; tests put faults in between. */
  readonly transport?: Transport
  /** Where a camera's frames come from; tests bring their own. */
  readonly source?: (camera: CameraEntry, clock: Clock) => Source
  /** The line to the household through the vault's relay; tests bring their own. */
  readonly line?: (device: OpenDevice, events: LineEvents) => HubLine
}

export type RunningHub = {
  status(): HubStatus
  /** Stops in order: seals what is open, writes it, marks the stop. */
  close(): Promise<void>
}

/** How often the status is written and `cameras.json` looked at. */
export const STATUS_MS = 1000

/**
 * Starts a hub in the folder of a device that records. It needs no vault to start: it records into the spool and uploads when
 * the vault is there.
 * @throws ClientError home_missing | home_locked | home_damaged; the file system's own errors
 */
export async function startHub(config: HubConfig): Promise<RunningHub> {
  const { home, clock = systemClock } = config
  const log = config.log ?? pino({ level: 'silent' })
  const unlock = takeHubLock(home)
  const transport = config.transport ?? httpTransport()
  const startedAtMs = clock.now()
  let device: OpenDevice
  try {
    device = await openDevice(await openHomeFolder(home), { transport, clock })
  } catch (error) {
    unlock()
    throw error
  }
  let refused = 0
  let lastRefusal: string | null = null
  let vaultProblem: string | null = null
  const deleted = (stream: StreamId, leaf: number): boolean =>
    device.chain.known !== null && isGone(device.chain.known, stream, leaf, householdNow(device))

  const journal = await Journal.open(join(home, 'acknowledged'))
  const spool = await Spool.open({
    dir: join(home, 'spool'),
    // A disk that takes nothing must not keep the spool from making room: a manifest then lists what the vault says, unchecked.
    beforeForget: () => journal.flush().catch(error => log.warn({ err: error }, 'journal of what was acknowledged')),
    now: () => clock.now(),
    ...(config.spool?.maxBytes === undefined ? {} : { maxBytes: config.spool.maxBytes }),
    ...(config.spool?.maxDays === undefined ? {} : { maxAgeMs: config.spool.maxDays * 86_400_000 }),
    onGap: gaps => streams.record(gaps),
    onState: (state, error) => log[state === 'ok' ? 'info' : 'error']({ state, err: error }, 'spool'),
    onDamage: path => log.error({ path }, 'spool: the disk gave back something else than was written'),
  })
  if (spool.tornBytes > 0) log.warn({ bytes: spool.tornBytes }, 'spool: cut off what was being written at the crash')
  const seal = makeSeal({ household: device.household, device: device.id }, device.keys)
  const streams: Streams = new Streams({ device, spool, seal, log })
  const live = new Live({
    now: () => clock.now(),
    seal,
    generationOf: (stream, leaf) => streams.generationOf(stream, leaf),
    holds: streams.frames,
    line: {
      publish: (stream, startsWithKey, object) => line.publish(stream, startsWithKey, object),
      waiting: () => line.waiting(),
    },
    log,
  })
  const uploader = new Uploader({
    spool,
    put: putTo(device.vault),
    isDeleted: meta => deleted(meta.stream, meta.leaf),
    now: () => clock.now(),
    onAcknowledged: meta => journal.note(meta),
    onRefused: async (entry, code) => {
      refused += 1
      lastRefusal = code
      log.error({ object: entry.meta.objectId, code }, 'the vault refuses a segment for good: kept in quarantine')
      await quarantine(join(home, 'spool', 'quarantine'), entry, code, clock.now())
    },
    onReachable: (reachable, code) => {
      vaultProblem = code
      log[reachable ? 'info' : 'warn']({ reachable, code }, 'vault')
    },
  })
  const requests: Requests = new Requests({
    home,
    device,
    view: () => ({ cameras: board.cameras(), spool: spool.status(), withheld: signer.withheld, startedAtMs }),
    onCameras: () => board.refresh(),
  })
  const courier = new Courier(device)
  const signer = new ManifestSigner({
    device,
    journal,
    drained: before => (spool.status().oldestMs ?? Number.POSITIVE_INFINITY) >= before,
    onWithheld: (hour, count) =>
      log.error({ hour, count }, 'the vault does not list what it has acknowledged: the hour is not signed'),
  })
  let retained = 0
  /** The keys of what is not kept any more are gone with each look at the log; here the spool follows. */
  const endInSpool = async (): Promise<void> => {
    const until = await retainedUntil(device)
    if (until <= retained) return
    const wiped = await spool.wipe(meta => deleted(meta.stream, meta.leaf))
    if (wiped > 0) log.info({ wiped }, 'older than the household keeps recordings: overwritten unsent')
    retained = until
  }
  const follower = new Follower({
    device,
    round: async () => {
      const report = await courier.round().finally(endInSpool)
      await signer.round().catch(error => log.warn({ err: error }, 'manifest'))
      const cut = await cutLeases(device, browser => requests.quietMs(browser))
      if (cut.length > 0) log.info({ cut }, 'leases of browsers have run out')
      return report
    },
    onReport: ({ sentTo, unable, released, received, refused }) => {
      if (sentTo.length > 0) log.info({ sentTo }, 'keys sent')
      if (unable.length > 0) log.warn({ unable }, 'devices without one-time keys wait for theirs')
      if (released > 0) log.info({ released }, 'release shares handed over')
      if (received.length > 0) log.info({ received: received.length }, 'keys received')
      for (const { packet, code } of refused) log.warn({ packet, code }, 'packet refused')
    },
    onOrders: async orders => {
      const wiped = await spool.wipe(meta => deleted(meta.stream, meta.leaf))
      log.info({ orders: orders.length, wiped }, 'delete orders applied')
    },
    onEntries: async entries => {
      if (!entries.some(({ entry }) => entry.statement.type === 'policy')) return
      await requests.followNames().catch(error => log.warn({ err: error }, 'names'))
    },
    onProblem: error => log.warn({ err: error }, 'log'),
  })
  const claims = new ClaimDesk({
    device,
    onAdmitted: browser => log.info({ browser }, 'a browser was let in by the link'),
    onWrong: (from, wrong) => log.warn({ from, wrong }, 'a wrong proof for the link'),
    onProblem: error => log.warn({ err: error }, 'link'),
  })
  const board: CameraBoard = new CameraBoard({
    home,
    streams,
    live,
    clock,
    log,
    cleanStop: spool.cleanStop,
    source: config.source ?? rtspSource,
  })
  await board.refresh()
  const line: HubLine = (config.line ?? connectLine)(device, {
    answer: requests.answer,
    onViewers: (stream, devices) => live.watched(stream, devices),
    onNews: () => {
      follower.wake()
      claims.wake()
    },
    onGone: () => live.gone(),
  })

  const status = (): HubStatus => ({
    version: 1,
    pid: process.pid,
    startedAtMs,
    writtenAtMs: clock.now(),
    household: device.household,
    device: device.id,
    cameras: board.status(),
    spool: spool.status(),
    vault: {
      reachable: uploader.reachable,
      problem: vaultProblem,
      lastAckMs: uploader.lastAckMs,
      refused,
      lastRefusal,
      withheld: signer.withheld,
    },
    chain: {
      entries: device.chain.entries.length,
      logSize: device.chain.view.size,
      syncedAtMs: follower.syncedAtMs,
      problem: follower.problem,
      appliedOrders: follower.appliedOrders,
      witnesses: [...device.chain.view.cosigned].map(([name, cosignedAtMs]) => ({ name, cosignedAtMs })),
    },
    claim: claims.status(),
    browsers: browsersOf(device),
  })
  let ticking: Promise<void> = Promise.resolve()
  const tick = async () => {
    await board.refresh()
    await writeStatus(home, status()).catch(error => log.warn({ err: error }, 'status'))
    line.push('status', to => requests.status(to))
  }
  await tick()
  const timer = setInterval(() => {
    ticking = ticking.then(tick)
  }, STATUS_MS)
  log.info({ device: device.id, cameras: board.status().length }, 'hub runs')

  return {
    status,
    close: async () => {
      clearInterval(timer)
      await ticking
      await board.close()
      await spool.flush()
      await line.close()
      await claims.close()
      await follower.close()
      await uploader.close()
      await spool.close()
      await writeStatus(home, status()).catch(() => {})
      closeDevice(device)
      if ('close' in transport && typeof transport.close === 'function') transport.close()
      unlock()
      log.info('hub stopped')
    },
  }
}

const browsersOf = ({ chain }: OpenDevice): number =>
  [...(chain.known?.devices.values() ?? [])].filter(
    ({ roles, removedAt }) => removedAt === null && roles.includes('session'),
  ).length
