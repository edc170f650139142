import { Agent, createServer, type IncomingMessage, request, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { LyingRelay } from './lying-relay.ts'

export type Asked = {
  readonly method: string
  readonly path: string
  readonly query: string
  readonly body: Uint8Array
}
export type Answered = {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: Uint8Array
}

/** A lie: sees a request, may ask the honest vault itself, and answers in its place; null leaves the request to the next. */
export type Lie = (asked: Asked, honest: (change?: Partial<Asked>) => Promise<Answered>) => Promise<Answered | null>

/**
 * Stands before a real vault and passes everything on, byte for byte, until it is told to lie. What it cannot do is what a real lying
 * vault cannot do either: sign for a device or a witness. (It cannot sign for the vault's log key; forks are made with `forger.ts`.)
 */
export class LyingVault {
  readonly url: string
  /** Its WebSockets. */
  readonly relay: LyingRelay
  readonly #server: Server
  readonly #target: string
  readonly #agent = new Agent({ keepAlive: true })
  #lies: readonly Lie[] = []
  readonly asked: Asked[] = []

  private constructor(server: Server, target: string) {
    this.#server = server
    this.#target = target
    this.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    this.relay = new LyingRelay(server, target)
    server.on('request', (incoming, outgoing) => void this.#handle(incoming, outgoing))
  }

  static async start(target: string): Promise<LyingVault> {
    const server = createServer()
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
    return new LyingVault(server, target)
  }

  /** Lies from now on, instead of before; nothing is the truth. */
  tell(...lies: readonly Lie[]): void {
    this.#lies = lies
  }

  /** Lies for as long as `work` takes. */
  async during<T>(lies: Lie | readonly Lie[], work: () => Promise<T>): Promise<T> {
    this.tell(...(typeof lies === 'function' ? [lies] : lies))
    try {
      return await work()
    } finally {
      this.tell()
    }
  }

  async close(): Promise<void> {
    this.#agent.destroy()
    this.relay.close()
    this.#server.closeAllConnections()
    await new Promise<void>(resolve => this.#server.close(() => resolve()))
  }

  async #handle(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    try {
      const body = await collect(incoming)
      const [path = '', query = ''] = (incoming.url ?? '').split('?')
      const asked: Asked = { method: incoming.method ?? 'GET', path, query, body }
      this.asked.push({ ...asked, body: new Uint8Array(0) })
      const honest = (change: Partial<Asked> = {}): Promise<Answered> =>
        this.#forward({ ...asked, ...change }, incoming.headers as Record<string, string>)
      let answer: Answered | null = null
      for (const lie of this.#lies) answer ??= await lie(asked, honest)
      answer ??= await honest()
      outgoing.writeHead(answer.status, { ...answer.headers, 'content-length': String(answer.body.length) })
      outgoing.end(answer.body)
    } catch {
      outgoing.destroy()
    }
  }

  #forward(asked: Asked, headers: Record<string, string>): Promise<Answered> {
    const { promise, resolve, reject } = Promise.withResolvers<Answered>()
    const target = `${this.#target}${asked.path}${asked.query === '' ? '' : `?${asked.query}`}`
    // What is to be changed must not come packed. The name of the host is what browsers know the vault by.
    const { connection: _, 'content-length': __, 'accept-encoding': ___, ...kept } = headers
    const length = asked.body.length > 0 ? { 'content-length': String(asked.body.length) } : {}
    const outgoing = request(
      target,
      { method: asked.method, headers: { ...kept, ...length }, agent: this.#agent },
      response => {
        collect(response).then(body => {
          const { connection: _c, 'keep-alive': _k, 'transfer-encoding': _t, ...rest } = response.headers
          resolve({ status: response.statusCode ?? 500, headers: rest as Record<string, string>, body })
        }, reject)
      },
    )
    outgoing.on('error', reject)
    outgoing.end(asked.body)
    return promise
  }
}

async function collect(stream: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const parts: Uint8Array[] = []
  for await (const part of stream) parts.push(part)
  return new Uint8Array(Buffer.concat(parts))
}

const decoder = new TextDecoder()
const encoder = new TextEncoder()

/** Changes a JSON answer of matching requests. */
export function changeJson(path: RegExp, change: (value: Record<string, unknown>, asked: Asked) => unknown): Lie {
  return async (asked, honest) => {
    if (!path.test(`${asked.method} ${asked.path}`)) return null
    const answer = await honest()
    if (answer.status >= 300) return answer
    const value: Record<string, unknown> = JSON.parse(decoder.decode(answer.body))
    return { ...answer, body: encoder.encode(JSON.stringify(change(value, asked))) }
  }
}

/** Changes the bytes of matching answers. */
export function changeBytes(path: RegExp, change: (body: Uint8Array, asked: Asked) => Uint8Array): Lie {
  return async (asked, honest) => {
    if (!path.test(`${asked.method} ${asked.path}`)) return null
    const answer = await honest()
    return answer.status >= 300 ? answer : { ...answer, body: change(answer.body, asked) }
  }
}

/** Keeps what was answered, and answers with it again: a replay. */
export class Recording {
  readonly #kept = new Map<string, Answered>()

  /** Keeps the newest answer that was not empty for each matching address. */
  keep(path: RegExp): Lie {
    return async (asked, honest) => {
      const name = `${asked.method} ${asked.path}`
      if (!path.test(name)) return null
      const answer = await honest()
      if (answer.status < 300 && !EMPTY.test(new TextDecoder().decode(answer.body))) this.#kept.set(name, answer)
      return answer
    }
  }

  /** Answers every address that has a kept answer with it. */
  again(): Lie {
    return async asked => this.#kept.get(`${asked.method} ${asked.path}`) ?? null
  }
}

/** A list without rows. */
const EMPTY = /^\{"\w+":\[\]\}$/
