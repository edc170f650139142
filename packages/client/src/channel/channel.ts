import { toHex } from '@hausrecht/crypto/bytes'
import type { DeviceId } from '@hausrecht/crypto/ids'
import { ClientError } from '../errors.ts'
import type { Secured } from './handshake.ts'
import { type Answerer, type ChannelMap, ChannelRefusal, type ChannelValue } from './messages.ts'
import { decodeValue, encodeValue, isMap } from './values.ts'

/** How long a request waits for its answer, ms, where the caller says nothing. */
export const REQUEST_TIMEOUT_MS = 15_000
/** Requests of the other side that are worked on at once; more are refused. */
export const REQUESTS_AT_ONCE = 16

type Waiting = { readonly resolve: (value: ChannelValue) => void; readonly reject: (error: Error) => void }

export type ChannelOptions = {
  readonly peer: DeviceId
  readonly secured: Secured
  /** Gives sealed bytes to the relay. */
  readonly send: (bytes: Uint8Array) => void
  readonly answer: Answerer
  readonly onEvent: (name: string, value: ChannelValue) => void
  /** `broken`: a message that did not open ended it: changed, repeated or held back on its way. Else null. */
  readonly onClosed: (broken: ClientError | null) => void
}

/**
 * Requests, answers and events over a secured pair of directions:
 * {q: number, m: method, p: params} · {a: number, r: result} · {a: number, e: code, d: detail} · {n: event, v: value}.
 */
export class Channel {
  readonly peer: DeviceId
  readonly #options: ChannelOptions
  readonly #waiting = new Map<number, Waiting>()
  #asked = 0
  #working = 0
  #closed = false
  #sending: Promise<void> = Promise.resolve()
  #receiving: Promise<void> = Promise.resolve()

  constructor(options: ChannelOptions) {
    this.peer = options.peer
    this.#options = options
  }

  get id(): string {
    return toHex(this.#options.secured.id)
  }

  get closed(): boolean {
    return this.#closed
  }

  /**
   * @throws ClientError channel_closed | channel_timeout; ChannelRefusal with the code of the other side
   */
  async request(
    method: string,
    params: ChannelMap = {},
    timeoutMs: number = REQUEST_TIMEOUT_MS,
  ): Promise<ChannelValue> {
    if (this.#closed) throw new ClientError('channel_closed')
    const number = this.#asked++
    const { promise, resolve, reject } = Promise.withResolvers<ChannelValue>()
    this.#waiting.set(number, { resolve, reject })
    const timer = setTimeout(() => reject(new ClientError('channel_timeout', method)), timeoutMs)
    try {
      this.#send({ q: number, m: method, p: params })
      return await promise
    } finally {
      clearTimeout(timer)
      this.#waiting.delete(number)
    }
  }

  push(name: string, value: ChannelValue): void {
    if (!this.#closed) this.#send({ n: name, v: value })
  }

  /** Bytes from the relay, in order. What cannot be opened ends the channel. */
  receive(bytes: Uint8Array): void {
    this.#receiving = this.#receiving
      .then(async () => {
        if (this.#closed) return
        this.#take(decodeValue(await this.#options.secured.open(bytes)))
      })
      .catch((error: unknown) => this.#end(error instanceof ClientError ? error : null))
  }

  close(): void {
    this.#end(null)
  }

  #end(broken: ClientError | null): void {
    if (this.#closed) return
    this.#closed = true
    this.#options.secured.close()
    for (const { reject } of this.#waiting.values()) reject(new ClientError('channel_closed'))
    this.#options.onClosed(broken)
  }

  #send(message: ChannelMap): void {
    const plain = encodeValue(message)
    this.#sending = this.#sending
      .then(async () => {
        if (!this.#closed) this.#options.send(await this.#options.secured.seal(plain))
      })
      .catch(() => this.close())
  }

  #take(message: ChannelValue): void {
    if (!isMap(message)) throw new ClientError('bad_channel', 'message')
    if (typeof message.q === 'number' && typeof message.m === 'string') {
      void this.#work(message.q, message.m, isMap(message.p) ? message.p : {})
    } else if (typeof message.a === 'number') {
      const waiting = this.#waiting.get(message.a)
      if (typeof message.e === 'string')
        waiting?.reject(new ChannelRefusal(message.e, typeof message.d === 'string' ? message.d : null))
      else waiting?.resolve(message.r ?? null)
    } else if (typeof message.n === 'string') this.#options.onEvent(message.n, message.v ?? null)
    else throw new ClientError('bad_channel', 'message')
  }

  async #work(number: number, method: string, params: ChannelMap): Promise<void> {
    if (this.#working >= REQUESTS_AT_ONCE) return this.#send({ a: number, e: 'busy', d: null })
    this.#working++
    try {
      const result = await this.#options.answer(this.peer, method, params)
      if (!this.#closed) this.#send({ a: number, r: result })
    } catch (error) {
      if (!this.#closed) this.#send({ a: number, ...refusalOf(error) })
    } finally {
      this.#working--
    }
  }
}

/** Codes of our registries go to the other side; what is our own mistake stays here. */
function refusalOf(error: unknown): ChannelMap {
  if (error instanceof ChannelRefusal) return { e: error.code, d: error.detail }
  if (error instanceof ClientError) return { e: error.code, d: error.detail ?? null }
  if (error instanceof Error && 'code' in error && typeof error.code === 'string') return { e: error.code, d: null }
  return { e: 'internal', d: null }
}
