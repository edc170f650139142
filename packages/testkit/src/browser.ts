import type { Role } from '@hausrecht/chain/types'
import type { ChannelValue } from '@hausrecht/client/channel/messages'
import { Switchboard } from '@hausrecht/client/channel/switchboard'
import { closeDevice, type OpenDevice, openDevice, sync } from '@hausrecht/client/device'
import { createDeviceKey, openHome, saveFacts } from '@hausrecht/client/home'
import { LiveWatcher } from '@hausrecht/client/live'
import { MemoryStore } from '@hausrecht/client/memory-store'
import { Relay } from '@hausrecht/client/relay'
import { fetchKeys } from '@hausrecht/client/session-keys'
import { submit } from '@hausrecht/client/submit'
import type { Transport } from '@hausrecht/client/transport'
import type { DeviceId } from '@hausrecht/crypto/ids'
import { until } from './until.ts'

/** What a browser of the household does, without one: a session in memory, its line, its channel to the hub. */
export class Browser {
  readonly device: OpenDevice
  readonly relay: Relay
  readonly watcher: LiveWatcher
  readonly events: { readonly name: string; readonly value: ChannelValue }[] = []
  readonly #board: Switchboard

  private constructor(device: OpenDevice) {
    this.device = device
    this.#board = new Switchboard({
      device,
      send: (to, body) => this.relay.send(to, body),
      onEvent: (_, name, value) => this.events.push({ name, value }),
    })
    this.relay = new Relay(device, {
      onMessage: (from, body) => this.#board.receive(from, body),
      onAbsent: to => this.#board.absent(to),
      onReady: () => this.watcher.again(),
      onRefused: (stream, code) => this.watcher.refusedBy(stream, code),
      onLive: (_, object) => this.watcher.receive(object),
    })
    this.watcher = new LiveWatcher(device, () => this.relay)
  }

  /** Takes a new browser into the household of `founder`. */
  static async join(
    founder: OpenDevice,
    vault: string,
    transport: Transport,
    roles: readonly Role[] = ['admin', 'session'],
  ): Promise<Browser> {
    const store = new MemoryStore()
    const key = await createDeviceKey(store)
    await submit(founder, () => ({
      statement: {
        type: 'add_device',
        publicKey: key.publicKey,
        roles,
        entitlement: { from: 0, streams: 'all' },
        prekeys: [],
      },
    }))
    const facts = { household: founder.household, vault, witnesses: [], quorum: 0, name: 'browser' }
    await saveFacts(store, key, facts)
    const device = await openDevice(await openHome(store), { transport, clock: founder.clock })
    await sync(device)
    return new Browser(device)
  }

  /** A channel to the hub, over which the session got its keys. */
  async call(hub: DeviceId) {
    await until(() => this.relay.online.has(hub), { what: 'the hub to be there' })
    const channel = await this.#board.open(hub)
    await fetchKeys(this.device, channel)
    return channel
  }

  async close(): Promise<void> {
    this.#board.close()
    await this.relay.close()
    closeDevice(this.device)
  }
}
