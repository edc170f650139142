import { isErrorCode } from '@hausrecht/contract/errors'
import { LIMITS } from '@hausrecht/contract/limits'
import { ROUTES, type RouteName, routePath } from '@hausrecht/contract/routes'
import {
  contentDigestHeader,
  signatureBase,
  signatureHeader,
  signatureInputHeader,
  splitTarget,
} from '@hausrecht/contract/signing'
import { toBase64, toHex, utf8 } from '@hausrecht/crypto/bytes'
import { sha256 } from '@hausrecht/crypto/hash'
import { deviceIdOf } from '@hausrecht/crypto/ids'
import { randomBytes } from '@hausrecht/crypto/random'
import type { SigningKey } from '@hausrecht/crypto/signature'
import type { Clock } from './clock.ts'
import { type HttpResponse, type Transport, TransportError } from './transport.ts'
import { VaultError, WAY_ERRORS } from './vault-error.ts'

export type CallOptions = {
  readonly signal?: AbortSignal
  /** How often to try in all; 1 for callers with a backoff of their own. */
  readonly attempts?: number
  readonly timeoutMs?: number
}

export type Call = CallOptions & {
  readonly params?: Readonly<Record<string, string>>
  readonly query?: Readonly<Record<string, string | number | undefined>>
  readonly json?: unknown
  readonly octets?: Uint8Array
  readonly headers?: Readonly<Record<string, string>>
}

export const DEFAULT_ATTEMPTS = 5
export const DEFAULT_TIMEOUT_MS = 30_000
export const RETRY_FIRST_MS = 150
export const RETRY_MOST_MS = 5000
const ANSWER_MAX = 16 * 1024 * 1024
const LATER = new Set([429, 503])
const UNKNOWN: ReadonlySet<string> = new Set(['joiner', 'any_device'])

export type Caller = {
  readonly url: string
  readonly key: SigningKey
  readonly transport: Transport
  readonly clock: Clock
  /** 0…1, for jitter. */
  readonly random?: () => number
}

/**
 * One call of a route of the contract: signed (RFC 9421), retried with backoff and jitter where that is safe, refusals as
 * `VaultError`. GET, PUT and DELETE of the contract are idempotent; a POST is repeated only if it cannot have arrived or the
 * vault said that it did nothing (429, 503).
 */
export async function call(caller: Caller, name: RouteName, options: Call): Promise<HttpResponse> {
  const attempts = options.attempts ?? DEFAULT_ATTEMPTS
  for (let attempt = 1; ; attempt++) {
    try {
      return await once(caller, name, options)
    } catch (error) {
      if (!(error instanceof VaultError) || attempt >= attempts || !mayRepeat(name, error)) throw error
      await pause(error.retryAfterMs ?? backoff(attempt, caller.random ?? Math.random), options.signal)
    }
  }
}

function mayRepeat(name: RouteName, error: VaultError): boolean {
  if (LATER.has(error.status)) return true
  if (error.code === 'unreachable' || error.code === 'timeout') return !error.sent || ROUTES[name].method !== 'POST'
  return error.code === 'internal' && ROUTES[name].method !== 'POST'
}

/** Full jitter: anything between half of the step and the step, which doubles. */
export const backoff = (attempt: number, random: () => number): number =>
  Math.min(RETRY_MOST_MS, RETRY_FIRST_MS * 2 ** (attempt - 1)) * (0.5 + random() / 2)

async function once(caller: Caller, name: RouteName, options: Call): Promise<HttpResponse> {
  const { method } = ROUTES[name]
  const target = routePath(name, options.params) + queryText(options.query)
  const body = options.octets ?? (options.json === undefined ? null : utf8(JSON.stringify(options.json)))
  const headers = await signedHeaders(caller, name, target, body)
  if (body !== null) headers['content-type'] = options.octets ? 'application/octet-stream' : 'application/json'
  let response: HttpResponse
  try {
    response = await caller.transport({
      method,
      url: caller.url + target,
      headers: { ...headers, ...options.headers },
      body,
      timeoutMs: options.timeoutMs ?? DEFAULT_TIMEOUT_MS,
      maxBytes: Math.max(ANSWER_MAX, LIMITS.objectBytes),
      ...(options.signal && { signal: options.signal }),
    })
  } catch (error) {
    if (!(error instanceof TransportError)) throw error
    const code = error.code === 'too_large' ? 'bad_answer' : error.code
    throw new VaultError(code, WAY_ERRORS[code], { sent: error.sent, cause: error })
  }
  if (response.status >= 200 && response.status < 300) return response
  throw refusal(response)
}

async function signedHeaders(
  caller: Caller,
  name: RouteName,
  target: string,
  body: Uint8Array | null,
): Promise<Record<string, string>> {
  const signed = await signTarget(caller, ROUTES[name].method, target, body)
  // Routes for keys that no household knows yet: the vault cannot look the key up.
  return UNKNOWN.has(ROUTES[name].auth) ? { ...signed, 'x-device-key': toBase64(caller.key.publicKey) } : signed
}

/** The headers by which a device signs a request (RFC 9421, RFC 9530). */
export async function signTarget(
  { key, clock }: Pick<Caller, 'key' | 'clock'>,
  method: string,
  target: string,
  body: Uint8Array | null,
): Promise<Record<string, string>> {
  const params = {
    created: Math.floor(clock.now() / 1000),
    nonce: toHex(randomBytes(16)),
    keyId: deviceIdOf(key.publicKey),
    hasBody: body !== null,
  }
  const contentDigest = body === null ? null : contentDigestHeader(toBase64(sha256(body)))
  const base = signatureBase({ method, ...splitTarget(target), contentDigest }, params)
  return {
    'signature-input': signatureInputHeader(params),
    signature: signatureHeader(toBase64(await key.sign(utf8(base)))),
    ...(contentDigest !== null && { 'content-digest': contentDigest }),
  }
}

function queryText(query: Call['query']): string {
  const pairs = Object.entries(query ?? {}).filter(([, value]) => value !== undefined)
  return pairs.length === 0
    ? ''
    : `?${pairs.map(([name, value]) => `${name}=${encodeURIComponent(String(value))}`).join('&')}`
}

function refusal(response: HttpResponse): VaultError {
  const retryAfter = Number(response.headers['retry-after'] ?? Number.NaN)
  const more = { status: response.status, retryAfterMs: Number.isFinite(retryAfter) ? retryAfter * 1000 : null }
  try {
    const said: unknown = JSON.parse(new TextDecoder().decode(response.body))
    if (typeof said === 'object' && said !== null && 'code' in said && isErrorCode(said.code)) {
      const detail = 'detail' in said && typeof said.detail === 'string' ? `: ${said.detail}` : ''
      const title = 'title' in said && typeof said.title === 'string' ? said.title : said.code
      const info = 'info' in said && typeof said.info === 'object' && said.info !== null ? said.info : {}
      return new VaultError(said.code, title + detail, { ...more, info: Object.fromEntries(Object.entries(info)) })
    }
  } catch {
    // falls through: not a problem document
  }
  return new VaultError('bad_answer', `${WAY_ERRORS.bad_answer} (${response.status})`, more)
}

/** Resolves after `ms`; rejects with the signal's reason. */
export function pause(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason)
    const done = (): void => {
      signal?.removeEventListener('abort', stop)
      resolve()
    }
    const timer = setTimeout(done, ms)
    const stop = (): void => {
      clearTimeout(timer)
      reject(signal?.reason)
    }
    signal?.addEventListener('abort', stop, { once: true })
  })
}
