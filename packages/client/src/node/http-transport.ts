import type { IncomingMessage } from 'node:http'
import { type HttpRequest, type HttpResponse, type Transport, TransportError } from '../transport.ts'

// Not imported: an import of node:http touches its every export, which loads the whole of `fetch` and costs each start a quarter of a second.
const { Agent, request: httpRequest } = process.getBuiltinModule('node:http')
const { Agent: TlsAgent, request: httpsRequest } = process.getBuiltinModule('node:https')

/** Connections to one vault that are open at once. */
export const SOCKETS_MAX = 16
const IDLE_MS = 30_000
const NEVER_SENT = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH'])

/**
 * HTTP/1.1 over kept connections, each body read into one buffer. On this project's 1 MiB objects it moves about 1.8 times as
 * many bytes a second as Node's `fetch` for half the CPU (docs/decisions/0061).
 */
export function httpTransport(): Transport & { close(): void } {
  const options = { keepAlive: true, maxSockets: SOCKETS_MAX, scheduling: 'lifo' as const, timeout: IDLE_MS }
  const agent = new Agent(options)
  const tlsAgent = new TlsAgent(options)
  const exchange = (request: HttpRequest): Promise<HttpResponse> => {
    const { promise, resolve, reject } = Promise.withResolvers<HttpResponse>()
    const { signal } = request
    if (signal?.aborted) return Promise.reject(signal.reason)
    const secure = request.url.startsWith('https:')
    const headers =
      request.body === null ? request.headers : { ...request.headers, 'content-length': String(request.body.length) }
    const settings = { method: request.method, headers, agent: secure ? tlsAgent : agent }
    let sent = false
    const outgoing = (secure ? httpsRequest : httpRequest)(request.url, settings, response => {
      collect(response, request.maxBytes).then(
        body => resolve({ status: response.statusCode ?? 0, headers: flat(response), body }),
        error => fail(error),
      )
    })
    const timer = setTimeout(() => fail(new TransportError('timeout', true)), request.timeoutMs)
    const abort = (): void => fail(signal?.reason)
    const fail = (error: unknown): void => {
      outgoing.destroy()
      reject(asTransportError(error, sent))
    }
    outgoing.on('error', fail)
    outgoing.on('socket', socket => {
      if (!socket.connecting) sent = true
      else socket.once(secure ? 'secureConnect' : 'connect', () => (sent = true))
    })
    signal?.addEventListener('abort', abort, { once: true })
    outgoing.end(request.body ?? undefined)
    return promise.finally(() => {
      clearTimeout(timer)
      signal?.removeEventListener('abort', abort)
    })
  }
  return Object.assign(exchange, {
    close: () => {
      agent.destroy()
      tlsAgent.destroy()
    },
  })
}

function asTransportError(error: unknown, sent: boolean): unknown {
  if (error instanceof TransportError) return error
  const code = error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : null
  return code === null ? error : new TransportError('unreachable', sent && !NEVER_SENT.has(code), { cause: error })
}

/** Events, not the stream's async iterator: that costs a quarter of the throughput of large bodies. */
function collect(response: IncomingMessage, maxBytes: number): Promise<Uint8Array> {
  const { promise, resolve, reject } = Promise.withResolvers<Uint8Array>()
  const announced = Number(response.headers['content-length'] ?? Number.NaN)
  const known = Number.isSafeInteger(announced) && announced <= maxBytes
  if (announced > maxBytes) reject(new TransportError('too_large', true))
  // One buffer of the right size where the size is announced, so that nothing is copied twice.
  const whole = new Uint8Array(known ? announced : 0)
  const parts: Uint8Array[] = []
  let length = 0
  response.on('data', (chunk: Uint8Array) => {
    const end = length + chunk.length
    if (end > (known ? announced : maxBytes)) return reject(new TransportError('too_large', true))
    if (known) whole.set(chunk, length)
    else parts.push(chunk)
    length = end
  })
  response.on('end', () => {
    if (known && length !== announced) reject(new TransportError('unreachable', true))
    else resolve(known ? whole : new Uint8Array(Buffer.concat(parts, length)))
  })
  const cut = (error?: Error): void => reject(new TransportError('unreachable', true, { cause: error }))
  response.on('error', cut)
  response.on('close', cut)
  return promise
}

function flat(response: IncomingMessage): Record<string, string> {
  const headers: Record<string, string> = {}
  for (const [name, value] of Object.entries(response.headers)) {
    if (value !== undefined) headers[name] = Array.isArray(value) ? value.join(', ') : value
  }
  return headers
}
