import { activeDevice } from '@hausrecht/chain/rights'
import type { HouseholdState } from '@hausrecht/chain/state'
import { concat, toHex } from '@hausrecht/crypto/bytes'
import type { DeviceId } from '@hausrecht/crypto/ids'
import { ClientError } from '../errors.ts'
import type { OpenDevice } from '../open-device.ts'
import { Channel, REQUEST_TIMEOUT_MS } from './channel.ts'
import {
  accept,
  answerTo,
  type Calling,
  CHANNEL_ID_BYTES,
  callOut,
  type Parties,
  type Secured,
  WIRE,
} from './handshake.ts'
import type { Answerer, ChannelValue } from './messages.ts'

/** Channels of one other device that are open at once: tabs of a browser. The oldest makes room. */
export const CHANNELS_PER_DEVICE = 8

export type SwitchboardOptions = {
  readonly device: Pick<OpenDevice, 'id' | 'household' | 'key'> & {
    readonly chain: { readonly state: Pick<HouseholdState, 'devices'> }
  }
  /** Gives bytes to the relay; false when there is no line. */
  readonly send: (to: DeviceId, body: Uint8Array) => boolean
  /** Answers requests; left out by devices that only ask. */
  readonly answer?: Answerer
  readonly onEvent?: (from: DeviceId, name: string, value: ChannelValue) => void
  readonly onChannel?: (channel: Channel) => void
  /** A channel ended; `broken` when a message did not open, which only somebody between the two can have caused. */
  readonly onClosed?: (channel: Channel, broken: ClientError | null) => void
}

/** Messages kept while an answer is being opened. */
const EARLY_MAX = 64

type Call = {
  readonly peer: DeviceId
  readonly calling: Calling
  readonly resolve: (answer: Uint8Array) => void
  readonly reject: (error: Error) => void
  /** What came behind the answer while that was being opened. */
  readonly early: Uint8Array[]
}

const refuse: Answerer = async () => {
  throw new ClientError('bad_argument', 'method')
}

/** All channels of this device over its one line. Who speaks is known by the chain: a device that was removed is not answered. */
export class Switchboard {
  readonly #options: SwitchboardOptions
  readonly #calls = new Map<string, Call>()
  readonly #channels = new Map<string, Channel>()

  constructor(options: SwitchboardOptions) {
    this.#options = options
  }

  /** Opens a channel to another device. @throws ClientError channel_closed | channel_timeout | bad_channel | not_member */
  async open(peer: DeviceId): Promise<Channel> {
    const { device, send } = this.#options
    const other = activeDevice(device.chain.state, peer)
    if (other === null) throw new ClientError('not_member')
    const parties: Parties = { household: device.household, caller: device.id, answerer: peer }
    const calling = await callOut(parties, device.key)
    const name = toHex(calling.id)
    const { promise, resolve, reject } = Promise.withResolvers<Uint8Array>()
    const early: Uint8Array[] = []
    this.#calls.set(name, { peer, calling, resolve, reject, early })
    const timer = setTimeout(() => reject(new ClientError('channel_timeout', 'hello')), REQUEST_TIMEOUT_MS)
    try {
      if (!send(peer, calling.hello)) throw new ClientError('channel_closed')
      const channel = this.#add(peer, await accept(calling, await promise, parties, other.publicKey))
      for (const bytes of early) channel.receive(bytes)
      return channel
    } finally {
      clearTimeout(timer)
      this.#calls.delete(name)
      calling.ephemeral.privateKey.zero()
    }
  }

  /** The channels that are open, also those that others opened. */
  channels(): readonly Channel[] {
    return [...this.#channels.values()]
  }

  /** Bytes that the relay brought. */
  receive(from: DeviceId, body: Uint8Array): void {
    const name = toHex(body.subarray(1, 1 + CHANNEL_ID_BYTES))
    const channel = this.#channels.get(name)
    const call = this.#calls.get(name)
    switch (body[0]) {
      case WIRE.hello:
        void this.#answer(from, body).catch(() => undefined)
        return
      case WIRE.answer:
        if (call?.peer === from) call.resolve(body)
        return
      case WIRE.data:
        if (channel?.peer === from) channel.receive(body)
        else if (call?.peer === from && call.early.length < EARLY_MAX) call.early.push(body)
        // Another tab of this device may hold the channel; only one who answers can tell that it is gone.
        else if (this.#options.answer !== undefined) this.#sayClosed(from, body)
        return
      case WIRE.closed:
        // The vault could say it too: that costs a new channel and nothing else.
        if (channel?.peer === from) channel.close()
    }
  }

  /** The relay could not deliver to this device. */
  absent(peer: DeviceId): void {
    for (const call of this.#calls.values()) if (call.peer === peer) call.reject(new ClientError('channel_closed'))
    for (const channel of this.channels()) if (channel.peer === peer) channel.close()
  }

  /** The line is down: nothing that was under way will come. */
  close(): void {
    for (const call of this.#calls.values()) call.reject(new ClientError('channel_closed'))
    for (const channel of this.channels()) channel.close()
  }

  #sayClosed(to: DeviceId, body: Uint8Array): void {
    const told = body.slice(0, 1 + CHANNEL_ID_BYTES)
    told[0] = WIRE.closed
    this.#options.send(to, told)
  }

  async #answer(from: DeviceId, hello: Uint8Array): Promise<void> {
    const { device, send } = this.#options
    const caller = activeDevice(device.chain.state, from)
    if (caller === null) return
    const parties: Parties = { household: device.household, caller: from, answerer: device.id }
    const { answer, secured } = await answerTo(hello, parties, caller.publicKey, device.key)
    const own = this.channels().filter(channel => channel.peer === from)
    if (own.length >= CHANNELS_PER_DEVICE) own[0]?.close()
    const channel = this.#add(from, secured)
    if (!send(from, answer)) channel.close()
  }

  #add(peer: DeviceId, secured: Secured): Channel {
    const { send, answer, onEvent, onChannel, onClosed } = this.#options
    const channel = new Channel({
      peer,
      secured,
      send: bytes => {
        if (!send(peer, bytes)) throw new ClientError('channel_closed')
      },
      answer: answer ?? refuse,
      onEvent: (name, value) => onEvent?.(peer, name, value),
      onClosed: broken => {
        this.#channels.delete(channel.id)
        send(peer, concat(Uint8Array.of(WIRE.closed), secured.id))
        onClosed?.(channel, broken)
      },
    })
    this.#channels.set(channel.id, channel)
    onChannel?.(channel)
    return channel
  }
}
