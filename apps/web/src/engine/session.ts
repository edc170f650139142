import { activeDevice } from '@hausrecht/chain/rights'
import { listJoinRequests } from '@hausrecht/client/approve'
import type { Channel } from '@hausrecht/client/channel/channel'
import { Switchboard } from '@hausrecht/client/channel/switchboard'
import { closeDevice, self, sync } from '@hausrecht/client/device'
import { ClientError, ForkError } from '@hausrecht/client/errors'
import { pause } from '@hausrecht/client/http-call'
import { LiveWatcher } from '@hausrecht/client/live'
import { type Names, readNames } from '@hausrecht/client/names'
import type { OpenDevice } from '@hausrecht/client/open-device'
import { postReceipt } from '@hausrecht/client/receipts'
import { Relay } from '@hausrecht/client/relay'
import { keyHolders, missingTrees } from '@hausrecht/client/session-keys'
import { SessionLease } from '@hausrecht/client/session-lease'
import { VaultError } from '@hausrecht/client/vault-error'
import type { DeviceId } from '@hausrecht/crypto/ids'
import { Alarms, PATIENCE_MS, STALE_MS } from './alarms.ts'
import type { PendingView } from './api.ts'
import { EngineError } from './errors.ts'
import { type HubView, readHubView } from './hub-view.ts'

/** Looks at the log at least this often, ms, also when nobody says that it has grown. */
export const LOOK_MS = 15_000
/** Between two attempts to reach a hub that does not answer, ms. */
const HUB_AGAIN_MS = 1500

type Since = { readonly here: boolean; readonly since: number }

/**
 * A browser that belongs to a household, at work: follows the log, keeps a line to the vault and a channel to the hub, and holds the
 * keys that the hub gave it for as long as it runs.
 */
export class Session {
  readonly device: OpenDevice
  readonly alarms = new Alarms()
  readonly watcher: LiveWatcher
  readonly #onChange: () => void
  readonly #onEnd: (code: string, detail: string | null) => void
  readonly #stop = new AbortController()
  readonly #relay: Relay
  readonly #board: Switchboard
  readonly #lease: SessionLease
  names: Names | null = null
  pending: readonly PendingView[] = []
  hubView: HubView | null = null
  hub: Since
  vault: Since
  checkedAt: number | null = null
  #hubId: DeviceId | null = null
  #channel: Channel | null = null
  #reaching: Promise<void> | null = null
  #looking: Promise<void> | null = null
  #lookAgain = false

  constructor(device: OpenDevice, onChange: () => void, onEnd: (code: string, detail: string | null) => void) {
    this.device = device
    this.#onChange = onChange
    this.#onEnd = onEnd
    const now = device.clock.now()
    this.hub = { here: false, since: now }
    this.vault = { here: false, since: now }
    this.#lease = new SessionLease(device)
    this.#board = new Switchboard({
      device,
      send: (to, body) => this.#relay.send(to, body),
      onEvent: (from, name, value) => {
        if (from === this.#hubId && name === 'status') this.#takeHub(readHubView(value))
      },
      onClosed: (channel, broken) => {
        if (broken !== null) this.judge(broken)
        if (channel !== this.#channel) return
        this.#channel = null
        this.#reachAgain()
      },
    })
    this.watcher = new LiveWatcher(device, () => this.#relay)
    this.#relay = new Relay(device, {
      onReady: () => {
        this.vault = { here: true, since: device.clock.now() }
        this.look()
        this.watcher.again()
        this.#onChange()
      },
      onGone: () => {
        this.vault = { here: false, since: device.clock.now() }
        this.#board.close()
        this.#lostHub()
        // The vault also hangs up when this device was removed: then it says so now.
        this.look()
      },
      onOnline: online => {
        const ids = device.chain.known === null ? [] : keyHolders(device.chain.known)
        const holder = ids.find(id => online.has(id)) ?? null
        if (holder === null) this.#lostHub()
        else if (this.#channel === null || this.#channel.closed) void this.reachHub(holder)
        this.#onChange()
      },
      onMessage: (from, body) => this.#board.receive(from, body),
      onAbsent: to => this.#board.absent(to),
      onNews: what => {
        if (what === 'entries') this.look()
        if (what === 'pending') void this.lookAtPending()
      },
      onLive: (_, object) => this.watcher.receive(object),
      onRefused: (stream, code) => this.watcher.refusedBy(stream, code),
    })
    this.look()
    void this.#beat()
  }

  get online(): ReadonlySet<DeviceId> {
    return this.#relay.online
  }

  get hubId(): DeviceId | null {
    return this.#hubId
  }

  get hasKeys(): boolean {
    return this.device.chain.known !== null && this.#lease.left > 0 && this.device.keys.held().length > 0
  }

  /** The channel to the hub. @throws EngineError hub_away */
  channel(): Channel {
    if (this.#channel === null || this.#channel.closed) throw new EngineError('hub_away')
    return this.#channel
  }

  /** Follows the log soon; calls that come while it is under way are one. */
  look(): void {
    this.#lookAgain = true
    this.#looking ??= this.#run().finally(() => {
      this.#looking = null
    })
  }

  async close(): Promise<void> {
    this.#stop.abort()
    this.#board.close()
    await this.#relay.close()
    closeDevice(this.device)
  }

  async lookAtPending(): Promise<void> {
    if (!self(this.device).roles.includes('admin')) return
    const { state } = this.device.chain
    const requests = await listJoinRequests(this.device).catch(() => [])
    this.pending = requests
      .filter(({ device }) => !state.devices.has(device))
      .map(({ device: id, createdAt, expiresAt, busy }) => ({ id, createdAt, expiresAt, busy }))
    this.#onChange()
  }

  async readNames(): Promise<void> {
    this.names = await readNames(this.device)
    this.#onChange()
  }

  /** One attempt at a time; gives up when the hub is not there any more. */
  reachHub(holder: DeviceId): Promise<void> {
    this.#reaching ??= this.#reach(holder).finally(() => {
      this.#reaching = null
      // It may have been cut while that was coming to its end.
      this.#reachAgain()
    })
    return this.#reaching
  }

  async #reach(holder: DeviceId): Promise<void> {
    const { signal } = this.#stop
    while (!signal.aborted && this.online.has(holder)) {
      try {
        const channel = await this.#board.open(holder)
        await this.#lease.fetch(channel)
        this.#channel = channel
        this.#hubId = holder
        this.hub = { here: true, since: this.device.clock.now() }
        this.#takeHub(readHubView(await channel.request('status')))
        await this.readNames()
        return
      } catch (error) {
        if (this.hub.here) this.#lostHub()
        this.judge(error)
        await pause(HUB_AGAIN_MS, signal).catch(() => undefined)
      }
    }
  }

  /** When the hub is there, and no channel to it. */
  #reachAgain(): void {
    if (this.#stop.signal.aborted || this.device.chain.known === null) return
    if (this.#channel !== null && !this.#channel.closed) return
    const holder = keyHolders(this.device.chain.known).find(id => this.online.has(id))
    if (holder !== undefined) void this.reachHub(holder)
  }

  #lostHub(): void {
    this.#channel?.close()
    this.#channel = null
    this.hubView = null
    if (this.hub.here) this.hub = { here: false, since: this.device.clock.now() }
    this.#onChange()
  }

  #takeHub(view: HubView | null): void {
    if (view === null) return
    this.hubView = view
    if (view.withheld > 0) this.raise('hub', 'withheld')
    this.#onChange()
  }

  async #beat(): Promise<void> {
    const { signal } = this.#stop
    while (!signal.aborted) {
      await pause(LOOK_MS, signal).catch(() => undefined)
      if (signal.aborted) return
      this.#judgeAge()
      await this.#keepLease()
      this.look()
    }
  }

  /** Keys are lent: without a hub that answers they go, and are fetched again when it is there. */
  async #keepLease(): Promise<void> {
    const channel = this.#channel
    try {
      if (channel !== null && !channel.closed) await this.#lease.renew(channel)
    } catch (error) {
      this.judge(error)
    }
    if (await this.#lease.end()) this.#onChange()
  }

  /** A vault that answers, and whose log no witness has seen for long, may hold back what is newer. */
  #judgeAge(): void {
    const { chain, clock } = this.device
    const now = clock.now()
    const seen = chain.witnessedAt
    if (seen === null || now - seen <= STALE_MS) this.alarms.settle('log_stale')
    else if (this.vault.here) this.raise('log_stale', 'log_stale')
  }

  /** Says that something is wrong. */
  raise(about: string, code: string, detail: string | null = null): void {
    this.alarms.raise(about, code, detail, this.device.clock.now())
    this.#onChange()
    // A witness that is only slow is no alarm yet; when it is, it has to be said without anything else happening.
    if (code === 'not_cosigned') void pause(PATIENCE_MS + 1, this.#stop.signal).then(this.#onChange, () => undefined)
  }

  async #run(): Promise<void> {
    while (this.#lookAgain && !this.#stop.signal.aborted) {
      this.#lookAgain = false
      try {
        const { entries } = await sync(this.device)
        self(this.device)
        await postReceipt(this.device)
        this.checkedAt = this.device.clock.now()
        this.alarms.settle('not_cosigned')
        this.#judgeAge()
        if (this.#channel !== null && !this.#channel.closed && missingTrees(this.device).length > 0)
          await this.#lease.fetch(this.#channel)
        if (entries.length > 0 || this.names === null) {
          if (this.hasKeys) await this.readNames()
          await this.lookAtPending()
          this.#reachAgain()
        }
      } catch (error) {
        this.judge(error)
      }
      this.#onChange()
    }
  }

  /** What an error says about the household: an end, an alarm, or nothing beyond itself. */
  judge(error: unknown): void {
    if (this.#stop.signal.aborted) return
    if (error instanceof ForkError) {
      if (error.code === 'log_forked') this.#onEnd(error.code, error.detail ?? null)
      else this.raise(error.code, error.code, error.detail ?? null)
    } else if (error instanceof ClientError) {
      if (error.code === 'removed') this.#onEnd(error.code, null)
      else if (Alarms.knows(error.code)) this.raise(error.code, error.code, error.detail ?? null)
    } else if (error instanceof VaultError && error.code === 'removed_device') {
      this.#onEnd('removed', null)
    }
    this.#onChange()
  }

  /** Is a device one of the household now? */
  isActive(id: DeviceId): boolean {
    const { known } = this.device.chain
    return known !== null && activeDevice(known, id) !== null
  }
}
