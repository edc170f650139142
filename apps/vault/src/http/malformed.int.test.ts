import { createConnection } from 'node:net'
import { ERRORS, isErrorCode } from '@hausrecht/contract/errors'
import { ROUTE_NAMES, ROUTES, type Route, type RouteName } from '@hausrecht/contract/routes'
import { toBase64, utf8 } from '@hausrecht/crypto/bytes'
import { encode } from '@hausrecht/crypto/cbor'
import { deviceIdOf, idBytes, newObjectId, newPacketId } from '@hausrecht/crypto/ids'
import { generateSigningKey, type SigningKey } from '@hausrecht/crypto/signature'
import { bytesOf, CASES, type Case, type Good, limitOf, typeOf } from '@hausrecht/testkit/malformed-requests'
import { RawHousehold } from '@hausrecht/testkit/raw-household'
import { type Answer, sendRaw, signedHeaders } from '@hausrecht/testkit/raw-request'
import { type TempFolder, tempFolder } from '@hausrecht/testkit/temp'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startVault, type Vault } from '../vault.ts'

/** So many malformed knocks are made from one address. */
const WIDE = { burst: 1e6, perMinute: 1e6 }
const PASSKEYS = ['passkey_invalid', 'passkey_unknown']

let folder: TempFolder
let vault: Vault
let house: RawHousehold
let joiner: SigningKey
let GOOD: Record<RouteName, () => Good | Promise<Good>>

beforeAll(async () => {
  folder = tempFolder('malformed')
  vault = await startVault({
    ...{ dir: folder.path, port: 0, logLevel: 'silent' },
    doors: { address: WIDE, household: WIDE, all: WIDE },
  })
  house = await RawHousehold.found(vault)
  joiner = (await generateSigningKey()).key
  const { founder: key } = house
  const hash = toBase64(new Uint8Array(32))
  const at =
    (rest: string, body?: Uint8Array | object): (() => Good) =>
    () => ({ target: house.path(rest), key, ...(body && { body }) })
  const objectId = newObjectId()
  const me = deviceIdOf(joiner.publicKey)
  const packet = encode(
    new Map<number, number | Uint8Array>([
      [1, 1],
      [2, idBytes(house.household)],
      [3, idBytes(deviceIdOf(key.publicKey))],
      [4, idBytes(deviceIdOf(key.publicKey))],
      [5, 7],
    ]),
  )
  const packetId = newPacketId()
  GOOD = {
    createHousehold: async () => {
      const other = await RawHousehold.prepare(vault)
      return {
        target: '/v1/households',
        key: other.house.founder,
        body: (await other.house.entry(other.house.founder, other.genesis)).bytes,
      }
    },
    appendEntry: async () => ({
      ...{ target: house.path('/entries'), key },
      body: encode([(await house.entry(key, { type: 'policy', deleters: 'admins' })).bytes, null]),
    }),
    listEntries: at('/entries?from=0&limit=10&wait=0'),
    checkpoint: at('/log/checkpoint'),
    tile: at('/log/tile/0/000.p/1'),
    inclusion: at('/log/inclusion?index=0&size=1'),
    consistency: at('/log/consistency?old=1&new=2'),
    putObject: at(`/objects/${objectId}`, house.segment(10, objectId)),
    listObjects: at(`/objects?stream=${house.camera}&lo=0&hi=9&limit=5`),
    listRuns: at(`/runs?stream=${house.camera}&lo=0&hi=9&gap=5`),
    draftManifest: at('/manifests?hour=1'),
    getManifest: at(`/manifests?hour=1&recorder=${deviceIdOf(key.publicKey)}&stream=${house.camera}`),
    requestAccess: at('/access', { stream: house.camera, lo: 0, hi: 9, purpose: 'own' }),
    getObject: at(`/objects/${objectId}`),
    requestJoin: () => ({
      ...{ target: house.path('/pending'), key: joiner },
      body: {
        publicKey: toBase64(joiner.publicKey),
        prekeys: [{ id: 1, publicKey: toBase64(new Uint8Array(1216)) }],
        commitment: hash,
      },
    }),
    listPending: at('/pending'),
    getPending: () => ({ target: house.path(`/pending/${me}`), key: joiner }),
    challengePending: at(`/pending/${me}/challenge`, {
      nonce: hash,
      publicKey: hash,
      chainHead: hash,
      signature: toBase64(new Uint8Array(64)),
    }),
    revealPending: () => ({ target: house.path(`/pending/${me}/reveal`), key: joiner, body: { nonce: hash } }),
    confirmPending: () => ({
      ...{ target: house.path(`/pending/${me}/confirm`), key: joiner },
      body: { mac: hash, name: toBase64(new Uint8Array(220)) },
    }),
    cancelPending: () => ({ target: house.path(`/pending/${me}`), key: joiner }),
    signInOptions: () => ({ target: '/v1/sign-in/options', key: joiner }),
    signIn: () => ({
      ...{ target: '/v1/sign-in', key: joiner },
      body: {
        response: {
          ...{ id: 'AAAA', rawId: 'AAAA', type: 'public-key' },
          response: { clientDataJSON: 'AAAA', authenticatorData: 'AAAA', signature: 'AAAA' },
        },
      },
    }),
    passkeyOptions: at('/passkeys/options', { witnesses: ['w'], quorum: 1 }),
    registerPasskey: at('/passkeys', {
      name: 'AAAA',
      response: {
        ...{ id: 'AAAA', rawId: 'AAAA', type: 'public-key' },
        response: { clientDataJSON: 'AAAA', attestationObject: 'AAAA' },
      },
    }),
    listPasskeys: at('/passkeys'),
    removePasskey: at('/passkeys/AAAA'),
    putPacket: at(`/packets/${packetId}`, packet),
    listPackets: at('/packets'),
    getPacket: at(`/packets/${packetId}`),
    deletePacket: at(`/packets/${packetId}`),
    requestRelease: at(`/packets/${packetId}/release`, { ephemeralKey: 'AAAA' }),
    listReleases: at('/releases'),
    putRelease: at(`/packets/${packetId}/release`, { sealed: 'AAAA' }),
    takeRelease: at(`/packets/${packetId}/release`),
    usage: at('/usage'),
    about: () => ({ target: '/v1/about', key }),
    health: () => ({ target: '/v1/health', key }),
    metrics: () => ({ target: '/metrics', key }),
    openapi: () => ({ target: '/v1/openapi.json', key }),
  }
})
afterAll(async () => {
  await vault.close()
  folder.remove()
})

/** A refusal as the contract has them, which says nothing of the vault's inside. */
function expectRefusal(answer: Answer, codes: readonly string[] = Object.keys(ERRORS)): void {
  const text = new TextDecoder().decode(answer.bytes)
  expect(answer.status, text).toBeGreaterThanOrEqual(400)
  expect(answer.status, text).toBeLessThan(500)
  expect(answer.headers['content-type']).toMatch(/^application\/problem\+json(; charset=utf-8)?$/)
  const { code } = answer
  if (!isErrorCode(code)) throw new Error(`not a code of the contract: ${text}`)
  expect(ERRORS[code][0]).toBe(answer.status)
  expect(codes, text).toContain(code)
  expect(text).not.toMatch(/\bat .+:\d+:\d+|node_modules|\.[tj]s\b|node:|\/(home|root|usr|tmp|var|work)\//)
  expect(text).not.toContain(folder.path)
}

type Malformed = Readonly<{ codes: readonly string[] | undefined; answer(): Promise<Answer> }>

/** The malformed request of a case, still to be sent; none where the case has nothing to change in a route. */
async function malformed(name: RouteName, { change, codes }: Case): Promise<readonly Malformed[]> {
  const route: Route = ROUTES[name]
  const good = await GOOD[name]()
  const changed = change(good, route)
  if (!changed) return []
  const { target = good.target, method = route.method, twice = false, without = [] } = changed
  const body = changed.body === undefined ? bytesOf(good.body) : changed.body
  const isTooLong = body !== null && body.length > limitOf(route)
  const signed = route.auth === 'operator' ? {} : await signedHeaders(good.key, method, target, body, changed.sign)
  const all: Record<string, string | readonly string[]> = {
    ...signed,
    ...(body && { 'content-type': typeOf(route), 'content-length': String(body.length) }),
    ...changed.headers,
  }
  const headers = Object.fromEntries(Object.entries(all).filter(([key]) => !without.includes(key)))
  const send = (): Promise<Answer> => sendRaw(vault.url, { method, target, headers, body })
  const answer = async (): Promise<Answer> => {
    const first = await send()
    return twice ? send() : first
  }
  return [{ codes: isTooLong ? ['too_large'] : codes, answer }]
}

/** What must have been tried with a route, by what it takes. */
const leastCases = (route: Route): number =>
  (route.auth === 'operator' ? 4 : 12) + (route.query ? 9 : 0) + (route.body ? 15 : 0) + (route.params ? 5 : 0)

describe.each(ROUTE_NAMES)('%s', name => {
  test('refuses whatever is malformed, and says which', async () => {
    let tried = 0
    const wrong: string[] = []
    for (const item of CASES) {
      const fail = (error: unknown): void => {
        wrong.push(`${item.name}: ${error instanceof Error ? error.message : error}`)
      }
      const requests = await malformed(name, item)
      tried += requests.length
      for (const { answer, codes } of requests)
        await answer()
          .then(given => expectRefusal(given, codes))
          .catch(fail)
    }
    expect(wrong).toEqual([])
    expect(tried).toBeGreaterThanOrEqual(leastCases(ROUTES[name]))
  })

  test('does not mistake the well-formed request for one of those', async () => {
    const good = await GOOD[name]()
    const route: Route = ROUTES[name]
    const bytes = bytesOf(good.body)
    const headers = {
      ...(route.auth === 'operator'
        ? { authorization: `Bearer ${vault.operatorToken}` }
        : await signedHeaders(good.key, route.method, good.target, bytes)),
      ...(bytes && { 'content-type': typeOf(route), 'content-length': String(bytes.length) }),
    }
    const answer = await sendRaw(vault.url, { method: route.method, target: good.target, headers, body: bytes })
    // What is asked for need not be there; the request itself is fine.
    expect([...['token_missing', 'gone', 'pending_state', 'not_found', 'chain_conflict'], ...PASSKEYS, null]).toContain(
      answer.code,
    )
  })
})

test('bytes that are no HTTP get a refusal or a closed connection, and the vault goes on', async () => {
  const { hostname, port } = new URL(vault.url)
  const say = (bytes: Uint8Array): Promise<string> =>
    new Promise(resolve => {
      const socket = createConnection({ host: hostname, port: Number(port) })
      let text = ''
      socket.setEncoding('latin1').on('data', part => {
        text += part
      })
      socket.on('error', () => undefined)
      socket.once('close', () => resolve(text))
      socket.end(bytes)
    })
  await fc.assert(
    fc.asyncProperty(
      fc.oneof(
        fc.uint8Array({ minLength: 1, maxLength: 3000 }),
        fc.string().map(text => utf8(`GET /${text} HTTP/1.1\r\n${text}\r\n\r\n`)),
      ),
      async bytes => {
        const text = await say(new Uint8Array(bytes))
        expect(text).toMatch(/^(HTTP\/1\.1 4\d\d |$)/)
      },
    ),
    { numRuns: 200 },
  )
  expect((await house.send(house.founder, 'GET', '/usage')).status).toBe(200)
})
