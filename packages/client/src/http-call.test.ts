import { parseSignature, parseSignatureInput, signatureBase, splitTarget } from '@hausrecht/contract/signing'
import { fromBase64, utf8 } from '@hausrecht/crypto/bytes'
import { householdIdFrom, newStreamId } from '@hausrecht/crypto/ids'
import { generateSigningKey, type SigningKey, verify } from '@hausrecht/crypto/signature'
import { beforeAll, describe, expect, test } from 'vitest'
import { backoff, call, DEFAULT_ATTEMPTS, RETRY_FIRST_MS, RETRY_MOST_MS } from './http-call.ts'
import { type HttpRequest, type HttpResponse, TransportError } from './transport.ts'
import { VaultClient } from './vault-client.ts'
import { VaultError } from './vault-error.ts'

const household = householdIdFrom(new Uint8Array(16))
const reply = (status: number, body: unknown = {}, headers: Record<string, string> = {}): HttpResponse => ({
  status,
  headers,
  body: utf8(JSON.stringify(body)),
})
const problem = (status: number, code: string, headers: Record<string, string> = {}): HttpResponse =>
  reply(status, { type: 'x', title: 'Title', status, code, info: { seq: 4 } }, headers)

let key: SigningKey
beforeAll(async () => {
  key = (await generateSigningKey()).key
})

/** Answers in turn; the last one for ever. */
function scripted(...answers: (HttpResponse | Error)[]) {
  const requests: HttpRequest[] = []
  const transport = async (request: HttpRequest): Promise<HttpResponse> => {
    requests.push(request)
    const answer = answers[Math.min(requests.length, answers.length) - 1]
    if (answer === undefined || answer instanceof Error) throw answer
    return answer
  }
  return { requests, transport }
}

const caller = (transport: ReturnType<typeof scripted>['transport']) => ({
  url: 'http://vault',
  key,
  transport,
  clock: { now: () => 1_795_434_000_000 },
  random: () => 0,
})
const params = { household }

describe('a call', () => {
  test('is signed over method, path, query and body, and anew for each attempt', async () => {
    const { requests, transport } = scripted(problem(503, 'busy', { 'retry-after': '0' }), reply(200))
    await call(caller(transport), 'requestAccess', { params, json: { a: 1 } })
    expect(requests).toHaveLength(2)
    const nonces = new Set<string>()
    for (const { method, url, headers, body } of requests) {
      const input = parseSignatureInput(headers['signature-input'] ?? '')
      const signature = fromBase64(parseSignature(headers.signature ?? '') ?? '')
      if (input === null) throw new Error('not our profile')
      nonces.add(input.nonce)
      const parts = {
        method,
        ...splitTarget(url.slice('http://vault'.length)),
        contentDigest: headers['content-digest'] ?? null,
      }
      expect(await verify(key.publicKey, utf8(signatureBase(parts, input)), signature)).toBe(true)
      expect(new TextDecoder().decode(body ?? undefined)).toBe('{"a":1}')
    }
    expect(nonces.size).toBe(2)
  })

  test('comes back when the vault says later, and gives up after so many attempts', async () => {
    const { requests, transport } = scripted(problem(429, 'too_many', { 'retry-after': '0' }))
    await expect(call(caller(transport), 'checkpoint', { params })).rejects.toMatchObject({
      code: 'too_many',
      status: 429,
      retryAfterMs: 0,
      info: { seq: 4 },
    })
    expect(requests).toHaveLength(DEFAULT_ATTEMPTS)
  })

  test('is not repeated when it may have had an effect', async () => {
    const lost = new TransportError('unreachable', true)
    const post = scripted(lost, reply(200))
    await expect(call(caller(post.transport), 'appendEntry', { params, octets: utf8('x') })).rejects.toMatchObject({
      code: 'unreachable',
      sent: true,
    })
    expect(post.requests).toHaveLength(1)
    const never = scripted(new TransportError('unreachable', false), reply(200))
    await call(caller(never.transport), 'appendEntry', { params, octets: utf8('x') })
    expect(never.requests).toHaveLength(2)
    const get = scripted(lost, new TransportError('timeout', true), problem(500, 'internal'), reply(200))
    await call(caller(get.transport), 'checkpoint', { params })
    expect(get.requests).toHaveLength(4)
  })

  test('says the registry’s code, or that the answer is none of ours', async () => {
    const codeOf = async (answer: HttpResponse): Promise<string> => {
      const error = await call(caller(scripted(answer).transport), 'checkpoint', { params, attempts: 1 }).catch(
        (e: unknown) => e,
      )
      return error instanceof VaultError ? error.code : 'none'
    }
    expect(await codeOf(problem(409, 'chain_conflict'))).toBe('chain_conflict')
    expect(await codeOf(problem(409, 'no_such_code'))).toBe('bad_answer')
    expect(await codeOf({ status: 502, headers: {}, body: utf8('<html>') })).toBe('bad_answer')
  })

  test('an answer of another shape than the contract’s is refused', async () => {
    const page = { objects: [], next: null }
    const client = (body: unknown) =>
      new VaultClient({ url: 'http://vault/', household, key, transport: scripted(reply(200, body)).transport })
    const range = { stream: newStreamId(), lo: 0, hi: 1 }
    expect(await client(page).listObjects(range, null)).toEqual(page)
    for (const body of [{}, { ...page, next: 3 }, { ...page, objects: [{ leaf: 'x' }] }, [], null])
      await expect(client(body).listObjects(range, null)).rejects.toMatchObject({ code: 'bad_answer' })
  })

  test('can be stopped while it waits', async () => {
    const stop = new AbortController()
    const { transport } = scripted(problem(503, 'busy', { 'retry-after': '60' }))
    const waiting = call(caller(transport), 'checkpoint', { params, signal: stop.signal })
    stop.abort(new Error('stopped'))
    await expect(waiting).rejects.toThrow('stopped')
  })

  test('waits longer each time, up to a limit, and never the same', () => {
    expect(backoff(1, () => 0)).toBe(RETRY_FIRST_MS / 2)
    expect(backoff(1, () => 1)).toBe(RETRY_FIRST_MS)
    expect(backoff(3, () => 1)).toBe(RETRY_FIRST_MS * 4)
    expect(backoff(30, () => 1)).toBe(RETRY_MOST_MS)
  })
})
