import type { Writable } from 'node:stream'
import type { ErrorCode } from '@hausrecht/contract/errors'
import { LIMITS } from '@hausrecht/contract/limits'
import { type FromVault, relayCloseCode } from '@hausrecht/contract/relay'
import type { DeviceId, StreamId } from '@hausrecht/crypto/ids'
import type { WebSocket } from 'ws'
import { Bucket } from './bucket.ts'

/** What is used of a WebSocket. */
type Socket = Pick<WebSocket, 'send' | 'close' | 'terminate' | 'bufferedAmount' | 'readyState' | 'OPEN'>

/** Who does not say goodbye in this time is cut off. */
const GOODBYE_MS = 1000

/** Ends a connection with the code and reason of the contract. */
export function hangUp(socket: Socket, code: number, reason: string): void {
  socket.close(code, reason)
  setTimeout(() => socket.terminate(), GOODBYE_MS).unref()
}

/** What a connection watches: the range of its logged access, and whether it waits for a part that starts with a key frame. */
export type Watch = {
  readonly connection: Connection
  readonly stream: StreamId
  lo: number
  hi: number
  expires: number
  waits: boolean
}

/** A device that has said who it is. */
export class Connection {
  readonly device: DeviceId
  readonly watches = new Map<StreamId, Watch>()
  /** The newest token for each stream: a `watch` that is overtaken by another, or by `unwatch`, comes to nothing. */
  readonly wishes = new Map<StreamId, string>()
  readonly sends = new Bucket(LIMITS.relaySendsPerSecond)
  readonly parts = new Bucket(LIMITS.relayPartsPerSecond)
  readonly #socket: Socket
  readonly #stream: Pick<Writable, 'write'>
  #ended = false

  /** `stream` is what the socket writes to. */
  constructor(device: DeviceId, socket: Socket, stream: Pick<Writable, 'write'>) {
    this.device = device
    this.#socket = socket
    this.#stream = stream
  }

  get ended(): boolean {
    return this.#ended
  }

  /** Bytes that wait in the vault for this device. */
  get waiting(): number {
    return this.#socket.bufferedAmount
  }

  say(message: FromVault): void {
    this.sayText(JSON.stringify(message))
  }

  /** False when it cannot be delivered: the device has gone, or takes nothing any more. */
  sayText(text: string): boolean {
    if (this.#ended) return false
    if (this.waiting > LIMITS.relayBacklogBytes) this.end('too_many')
    else this.#socket.send(text)
    return !this.#ended
  }

  /**
   * A live part, as a whole frame. It goes past `ws`, which without extensions writes each of its own frames at once and as a whole: none
   * is ever half written when this is called.
   */
  show(frame: Uint8Array): void {
    if (!this.#ended && this.#socket.readyState === this.#socket.OPEN) this.#stream.write(frame)
  }

  end(code: ErrorCode): void {
    this.hangUp(relayCloseCode(code), code)
  }

  hangUp(code: number, reason: string): void {
    if (this.#ended) return
    this.#ended = true
    hangUp(this.#socket, code, reason)
  }
}
