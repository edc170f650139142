import { activeDevice } from '@hausrecht/chain/rights'
import type { Channel } from '@hausrecht/client/channel/channel'
import type { Answerer, ChannelValue } from '@hausrecht/client/channel/messages'
import { Switchboard } from '@hausrecht/client/channel/switchboard'
import type { OpenDevice } from '@hausrecht/client/device'
import { Relay } from '@hausrecht/client/relay'
import type { DeviceId, StreamId } from '@hausrecht/crypto/ids'
import { pause } from '../backoff.ts'
import type { LiveLine } from './sender.ts'

export type LineEvents = {
  /** Answers what other devices of the household ask. */
  readonly answer: Answerer
  /** Who watches a stream now, as the vault says. */
  readonly onViewers: (stream: StreamId, devices: readonly DeviceId[]) => void
  /** The vault says that there is something to look for; also when the line comes up, for what was missed. */
  readonly onNews: () => void
  readonly onGone: () => void
}

/** The hub's line to the household: live parts to whoever watches, requests and events over channels that the vault cannot read. */
export type HubLine = LiveLine & {
  /** Tells every device that is connected, if it was not told the same before; `make` says what it may know, null for nothing. */
  push(name: string, make: (device: DeviceId) => ChannelValue): void
  close(): Promise<void>
}

/** How long a vault may take to close the line. */
export const GOODBYE_MS = 1000

type Device = Pick<OpenDevice, 'id' | 'household' | 'key' | 'chain' | 'vault' | 'clock'>

/** Keeps a line up for as long as it is not closed. */
export function connectLine(device: Device, { answer, onViewers, onNews, onGone }: LineEvents): HubLine {
  const relay: Relay = new Relay(device, {
    onReady: onNews,
    onNews,
    onViewers,
    onGone: () => {
      channels.close()
      onGone()
    },
    onMessage: (from, body) => channels.receive(from, body),
    onAbsent: to => channels.absent(to),
  })
  const channels = new Switchboard({ device, send: (to, body) => relay.send(to, body), answer })
  const told = new WeakMap<Channel, string>()
  return {
    publish: (_, startsWithKey, object) => {
      relay.publish(startsWithKey, object)
    },
    waiting: () => relay.waiting,
    push: (name, make) => {
      for (const channel of channels.channels()) {
        const known = device.chain.known
        // A device that was removed hears nothing more, whatever it had open.
        if (known === null || activeDevice(known, channel.peer) === null) channel.close()
        else {
          const value = make(channel.peer)
          const said = JSON.stringify([name, value])
          if (value === null || told.get(channel) === said) continue
          told.set(channel, said)
          channel.push(name, value)
        }
      }
    },
    close: async () => {
      channels.close()
      // A vault that hangs does not say goodbye; the hub does not wait for it to stop.
      const waited = new AbortController()
      await Promise.race([relay.close(), pause(GOODBYE_MS, waited.signal)])
      waited.abort()
    },
  }
}
