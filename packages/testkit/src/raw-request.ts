import { request as httpRequest, type IncomingHttpHeaders } from 'node:http'
import { request as httpsRequest } from 'node:https'
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

export type Answer = {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly bytes: Uint8Array
  readonly json: unknown
  /** Of a problem document. */
  readonly code: string | null
}
/** Several values send a header several times. */
export type Headers = Readonly<Record<string, string | readonly string[]>>
export type Raw = {
  readonly method: string
  readonly target: string
  readonly headers: Headers
  readonly body?: Uint8Array | null
}

/** Sends exactly this: nothing is made well on the way. */
export function sendRaw(url: string, { method, target, headers, body }: Raw, ca?: Uint8Array): Promise<Answer> {
  const { hostname, port, protocol } = new URL(url)
  const options = {
    ...{ host: hostname.replace(/^\[|\]$/g, ''), port, method, path: target, agent: false as const },
    headers: Object.fromEntries(
      Object.entries(headers).map(([name, value]) => [name, typeof value === 'string' ? value : [...value]]),
    ),
  }
  return new Promise((resolve, reject) => {
    const secure = ca === undefined ? {} : { ca: Buffer.from(ca), servername: 'localhost' }
    const sent = protocol === 'https:' ? httpsRequest({ ...options, ...secure }) : httpRequest(options)
    let answered = false
    sent.once('response', response => {
      answered = true
      const parts: Buffer[] = []
      response.on('data', (part: Buffer) => parts.push(part))
      response.once('error', reject)
      response.once('end', () => {
        const bytes = new Uint8Array(Buffer.concat(parts))
        const isJson = (response.headers['content-type'] ?? '').includes('json') && bytes.length > 0
        const json: unknown = isJson ? JSON.parse(new TextDecoder().decode(bytes)) : null
        const code = json && typeof json === 'object' && 'code' in json ? String(json.code) : null
        resolve({ status: response.statusCode ?? 0, headers: response.headers, bytes, json, code })
      })
    })
    // A refusal may come, and the connection go, before the whole body is sent.
    sent.on('error', error => {
      if (!answered) reject(error)
    })
    sent.end(body ?? undefined)
  })
}

export type SignOptions = {
  readonly created?: number
  readonly nonce?: string
  readonly signedBody?: Uint8Array
  readonly signedTarget?: string
  readonly signedMethod?: string
}

/** The headers with which a device signs a request; the options make it sign something else than it sends. */
export async function signedHeaders(
  key: SigningKey,
  method: string,
  target: string,
  body: Uint8Array | null,
  options: SignOptions = {},
): Promise<Record<string, string>> {
  const signedBody = options.signedBody ?? body
  const params = {
    created: options.created ?? Math.floor(Date.now() / 1000),
    nonce: options.nonce ?? toHex(randomBytes(16)),
    keyId: deviceIdOf(key.publicKey),
    hasBody: signedBody !== null,
  }
  const contentDigest = signedBody ? contentDigestHeader(toBase64(sha256(signedBody))) : null
  const base = signatureBase(
    { method: options.signedMethod ?? method, ...splitTarget(options.signedTarget ?? target), contentDigest },
    params,
  )
  return {
    'signature-input': signatureInputHeader(params),
    signature: signatureHeader(toBase64(await key.sign(utf8(base)))),
    'x-device-key': toBase64(key.publicKey),
    ...(contentDigest && { 'content-digest': contentDigest }),
  }
}

/** Signs and sends as a device does, without the client package: an independent reading of the contract. */
export async function send(
  url: string,
  key: SigningKey,
  method: string,
  target: string,
  body?: Uint8Array | object,
  more: Headers = {},
): Promise<Answer> {
  const bytes = body === undefined ? null : body instanceof Uint8Array ? body : utf8(JSON.stringify(body))
  const type = body instanceof Uint8Array ? 'application/octet-stream' : 'application/json'
  const headers = {
    ...(await signedHeaders(key, method, target, bytes)),
    ...(bytes && { 'content-type': type, 'content-length': String(bytes.length) }),
    ...more,
  }
  return sendRaw(url, { method, target, headers, body: bytes })
}
