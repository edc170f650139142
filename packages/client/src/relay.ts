import { decodeLive, encodeLive, type News, RELAY_PATH, RELAY_PROTOCOL, readFromVault } from '@hausrecht/contract/relay'
import { fromBase64, toBase64 } from '@hausrecht/crypto/bytes'
import { type DeviceId, parseDeviceId, parseStreamId, type StreamId } from '@hausrecht/crypto/ids'
import { backoff, pause, signTarget } from './http-call.ts'
import type { OpenDevice } from './open-device.ts'

/** A socket that says nothing for this long counts as gone, ms. The vault pings more often. */
export const SILENCE_MS = 45_000

/** What comes from the vault. None of it is trusted: bodies are opened by channels, live parts by their seals. */
export type RelayEvents = {
  readonly onReady?: () => void
  readonly onGone?: () => void
  readonly onOnline?: (devices: ReadonlySet<DeviceId>) => void
  readonly onMessage?: (from: DeviceId, body: Uint8Array) => void
  /** What was sent to this device was not delivered: it is not connected. */
  readonly onAbsent?: (to: DeviceId) => void
  readonly onWatching?: (stream: StreamId) => void
  readonly onRefused?: (stream: StreamId, code: string) => void
  readonly onViewers?: (stream: StreamId, devices: readonly DeviceId[]) => void
  readonly onNews?: (what: News) => void
  /** A sealed part of a stream that is watched. */
  readonly onLive?: (startsWithKey: boolean, object: Uint8Array) => void
}

type Device = Pick<OpenDevice, 'household' | 'key' | 'clock' | 'vault'>

/**
 * This device's line to the vault's relay: kept up, connected again with backoff. What is sent while it is down is not sent later;
 * who needs an answer asks again.
 */
export class Relay {
  readonly #device: Device
  readonly #events: RelayEvents
  readonly #stop = new AbortController()
  readonly #online = new Set<DeviceId>()
  readonly #done: Promise<void>
  #socket: WebSocket | null = null
  #ready = false

  constructor(device: Device, events: RelayEvents) {
    this.#device = device
    this.#events = events
    this.#done = this.#run()
  }

  get ready(): boolean {
    return this.#ready
  }

  /** Devices that are connected, as the vault says. */
  get online(): ReadonlySet<DeviceId> {
    return this.#online
  }

  /** Bytes that wait to be sent. */
  get waiting(): number {
    return this.#socket?.bufferedAmount ?? 0
  }

  /** False when there is no line. */
  send(to: DeviceId, body: Uint8Array): boolean {
    return this.#say({ type: 'send', to, body: toBase64(body) })
  }

  watch(stream: StreamId, token: string): boolean {
    return this.#say({ type: 'watch', stream, token })
  }

  unwatch(stream: StreamId): boolean {
    return this.#say({ type: 'unwatch', stream })
  }

  /** A sealed live part, to whoever watches. */
  publish(startsWithKey: boolean, object: Uint8Array): boolean {
    if (!this.#ready || this.#socket === null) return false
    this.#socket.send(new Uint8Array(encodeLive({ startsWithKey, object })))
    return true
  }

  async close(): Promise<void> {
    this.#stop.abort()
    this.#socket?.close(1000)
    await this.#done
  }

  #say(message: Readonly<Record<string, string>>): boolean {
    if (!this.#ready || this.#socket === null) return false
    this.#socket.send(JSON.stringify(message))
    return true
  }

  async #run(): Promise<void> {
    const { signal } = this.#stop
    for (let attempt = 1; !signal.aborted; attempt++) {
      if (await this.#connect().catch(() => false)) attempt = 0
      if (signal.aborted) return
      await pause(backoff(Math.max(1, attempt), Math.random), signal).catch(() => undefined)
    }
  }

  /** Resolves when the line is down again: true when it had been up. */
  async #connect(): Promise<boolean> {
    const { household, vault } = this.#device
    const target = RELAY_PATH.replace(':household', household)
    const signed = await signTarget(this.#device, 'GET', target, null)
    const { promise, resolve } = Promise.withResolvers<void>()
    const socket = new WebSocket(vault.url.replace(/^http/, 'ws') + target, RELAY_PROTOCOL)
    socket.binaryType = 'arraybuffer'
    this.#socket = socket
    let silence = setTimeout(() => socket.close(), SILENCE_MS)
    let was = false
    socket.onopen = () =>
      socket.send(JSON.stringify({ 'signature-input': signed['signature-input'], signature: signed.signature }))
    socket.onmessage = ({ data }) => {
      clearTimeout(silence)
      silence = setTimeout(() => socket.close(), SILENCE_MS)
      if (typeof data === 'string') this.#take(data)
      else if (data instanceof ArrayBuffer) this.#live(new Uint8Array(data))
      was ||= this.#ready
    }
    socket.onclose = () => resolve()
    await promise
    clearTimeout(silence)
    this.#socket = null
    if (this.#ready) {
      this.#ready = false
      this.#online.clear()
      this.#events.onGone?.()
    }
    return was
  }

  #live(bytes: Uint8Array): void {
    const part = decodeLive(bytes)
    if (part !== null) this.#events.onLive?.(part.startsWithKey, part.object)
  }

  #take(text: string): void {
    const message = readFromVault(text)
    const events = this.#events
    switch (message?.type) {
      case 'ready':
        for (const device of message.online) this.#online.add(parseDeviceId(device))
        this.#ready = true
        events.onReady?.()
        events.onOnline?.(this.#online)
        break
      case 'online': {
        const device = parseDeviceId(message.device)
        if (message.online) this.#online.add(device)
        else this.#online.delete(device)
        events.onOnline?.(this.#online)
        break
      }
      case 'message':
        events.onMessage?.(parseDeviceId(message.from), fromBase64(message.body))
        break
      case 'absent':
        events.onAbsent?.(parseDeviceId(message.to))
        break
      case 'watching':
        events.onWatching?.(parseStreamId(message.stream))
        break
      case 'refused':
        events.onRefused?.(parseStreamId(message.stream), message.code)
        break
      case 'viewers':
        events.onViewers?.(parseStreamId(message.stream), message.devices.map(parseDeviceId))
        break
      case 'news':
        events.onNews?.(message.what)
    }
  }
}
