import type { ErrorCode } from '@hausrecht/contract/errors'
import { type Auth, ROUTE_NAMES, ROUTES, type RouteName } from '@hausrecht/contract/routes'
import { toBase64, utf8 } from '@hausrecht/crypto/bytes'
import { encode } from '@hausrecht/crypto/cbor'
import { deviceIdOf, idBytes, newObjectId, newPacketId } from '@hausrecht/crypto/ids'
import { generateSigningKey, type SigningKey } from '@hausrecht/crypto/signature'
import { RawHousehold } from '@hausrecht/testkit/raw-household'
import { send, sendRaw } from '@hausrecht/testkit/raw-request'
import { type TempFolder, tempFolder } from '@hausrecht/testkit/temp'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startVault, type Vault } from '../vault.ts'

const CALLERS = [
  'founder',
  'admin',
  'recorder',
  'vault',
  'session',
  'removed',
  'neighbour',
  'stranger',
  'operator',
  'nobody',
] as const
type Caller = (typeof CALLERS)[number]
type Verdict = 'let in' | ErrorCode

const MEMBERS = ['founder', 'admin', 'recorder', 'vault', 'session'] as const
/** The devices of the household that each kind of right lets in. */
const LET_IN: { readonly [A in Auth]?: readonly Caller[] } = {
  member: MEMBERS,
  reader: ['founder', 'admin', 'vault', 'session'],
  recorder: ['founder', 'recorder'],
  admin: ['founder', 'admin'],
}

/** What a route's declared right means for a caller. */
function verdict(auth: Auth, caller: Caller, about: 'self' | 'another'): Verdict {
  if (auth === 'operator') return caller === 'operator' ? 'let in' : 'operator_only'
  if (caller === 'operator' || caller === 'nobody') return 'signature_missing'
  if (auth === 'any_device' || auth === 'founder') return 'let in'
  if (auth === 'joiner') return about === 'self' || ['founder', 'admin'].includes(caller) ? 'let in' : 'not_allowed'
  if (caller === 'removed') return 'removed_device'
  if (caller === 'neighbour' || caller === 'stranger') return 'unknown_device'
  return LET_IN[auth]?.includes(caller) ? 'let in' : 'not_allowed'
}

/** Refusals for who one is; all others come after the caller was let in. */
const BY_CALLER: readonly (string | null)[] = [
  'signature_missing',
  'signature_invalid',
  'unknown_device',
  'removed_device',
  'not_allowed',
  'operator_only',
]

let folder: TempFolder
let vault: Vault
let house: RawHousehold
const keys = new Map<Caller, SigningKey>()
const keyOf = (caller: Caller): SigningKey => {
  const key = keys.get(caller)
  if (!key) throw new Error(caller)
  return key
}

beforeAll(async () => {
  folder = tempFolder('policy')
  vault = await startVault({ dir: folder.path, port: 0, logLevel: 'silent' })
  house = await RawHousehold.found(vault)
  keys.set('founder', house.founder)
  for (const role of ['admin', 'recorder', 'vault', 'session'] as const) keys.set(role, await house.add(role))
  const removed = await house.add('admin', 'recorder', 'vault')
  const device = deviceIdOf(removed.publicKey)
  expect((await house.append(house.founder, { type: 'remove_device', device })).code).toBe(null)
  keys.set('removed', removed)
  keys.set('neighbour', (await RawHousehold.found(vault)).founder)
  keys.set('stranger', (await generateSigningKey()).key)
})
afterAll(async () => {
  await vault.close()
  folder.remove()
})

/** A request to a route as a caller would make it, about itself or about another. */
async function requestTo(
  name: RouteName,
  key: SigningKey,
  about: 'self' | 'another',
): Promise<{ target: string; body?: Uint8Array | object }> {
  const me = deviceIdOf(key.publicKey)
  const device = about === 'self' ? me : deviceIdOf((await generateSigningKey()).key.publicKey)
  const hash = toBase64(new Uint8Array(32))
  const [objectId, packetId] = [newObjectId(), newPacketId()]
  const at = (rest: string, body?: Uint8Array | object) => ({ target: house.path(rest), ...(body && { body }) })
  switch (name) {
    case 'createHousehold': {
      // Founded by the caller itself: nobody's household is asked.
      const { house: other, genesis } = await RawHousehold.prepare(vault)
      return { target: '/v1/households', body: (await other.entry(other.founder, genesis)).bytes }
    }
    case 'appendEntry':
      return at('/entries', encode([(await house.entry(key, { type: 'prekeys', prekeys: [] })).bytes, null]))
    case 'listEntries':
      return at('/entries?from=0')
    case 'checkpoint':
      return at('/log/checkpoint')
    case 'tile':
      return at('/log/tile/0/000.p/1')
    case 'inclusion':
      return at('/log/inclusion?index=0&size=1')
    case 'consistency':
      return at('/log/consistency?old=1&new=2')
    case 'putObject':
      return at(`/objects/${objectId}`, utf8('not a segment'))
    case 'listObjects':
      return at(`/objects?stream=${house.camera}&lo=0&hi=1`)
    case 'listRuns':
      return at(`/runs?stream=${house.camera}&lo=0&hi=1&gap=2`)
    case 'draftManifest':
      return at('/manifests?hour=1')
    case 'getManifest':
      return at(`/manifests?hour=1&recorder=${me}&stream=${house.camera}`)
    case 'requestAccess':
      return at('/access', { stream: house.camera, lo: 0, hi: 1, purpose: 'own' })
    case 'getObject':
      return at(`/objects/${objectId}`)
    case 'requestJoin':
      return at('/pending', {
        publicKey: toBase64(key.publicKey),
        prekeys: [{ id: 1, publicKey: '' }],
        commitment: hash,
      })
    case 'listPending':
      return at('/pending')
    case 'getPending':
    case 'cancelPending':
      return at(`/pending/${device}`)
    case 'challengePending':
      return at(`/pending/${device}/challenge`, { nonce: hash, publicKey: hash, chainHead: hash, signature: '' })
    case 'revealPending':
      return at(`/pending/${device}/reveal`, { nonce: hash })
    case 'confirmPending':
      return at(`/pending/${device}/confirm`, { mac: hash, name: toBase64(new Uint8Array(220)) })
    case 'signInOptions':
      return { target: '/v1/sign-in/options' }
    case 'signIn':
      return { target: '/v1/sign-in', body: { response: {} } }
    case 'passkeyOptions':
      return at('/passkeys/options', { witnesses: [], quorum: 0 })
    case 'registerPasskey':
      return at('/passkeys', { name: '', response: {} })
    case 'listPasskeys':
      return at('/passkeys')
    case 'removePasskey':
      return at('/passkeys/AAAA')
    case 'putPacket':
      return at(`/packets/${packetId}`, utf8('not a packet'))
    case 'listPackets':
      return at('/packets')
    case 'getPacket':
    case 'deletePacket':
      return at(`/packets/${packetId}`)
    case 'requestRelease':
      return at(`/packets/${packetId}/release`, { ephemeralKey: '' })
    case 'putRelease':
      return at(`/packets/${packetId}/release`, { sealed: '' })
    case 'takeRelease':
      return at(`/packets/${packetId}/release`)
    case 'listReleases':
      return at('/releases')
    case 'usage':
      return at('/usage')
    case 'about':
    case 'health':
    case 'metrics':
    case 'openapi':
      return { target: ROUTES[name].path }
  }
}

async function ask(name: RouteName, caller: Caller, about: 'self' | 'another' = 'self'): Promise<string | null> {
  const { method } = ROUTES[name]
  if (caller === 'operator' || caller === 'nobody') {
    const { target, body } = await requestTo(name, house.founder, about)
    const headers: Record<string, string> =
      caller === 'operator' ? { authorization: `Bearer ${vault.operatorToken}` } : {}
    const bytes = body instanceof Uint8Array ? body : body && utf8(JSON.stringify(body))
    const length: Record<string, string> = bytes
      ? { 'content-type': 'application/octet-stream', 'content-length': String(bytes.length) }
      : {}
    return (await sendRaw(vault.url, { method, target, headers: { ...headers, ...length }, body: bytes ?? null })).code
  }
  const key = keyOf(caller)
  const { target, body } = await requestTo(name, key, about)
  return (await send(vault.url, key, method, target, body)).code
}

/** What an answer says of the caller: a refusal for who asks, or let in, whatever else is wrong with the request. */
const said = (code: string | null): string | null => (BY_CALLER.some(refusal => refusal === code) ? code : 'let in')

describe.each(ROUTE_NAMES)('%s', name => {
  const { auth } = ROUTES[name]
  test.each(CALLERS)(`${auth}, asked by %s`, async caller => {
    const code = await ask(name, caller)
    const expected = verdict(auth, caller, 'self')
    // A genesis is signed by the key in it: who sends another's is refused.
    const founding = auth === 'founder' && expected === 'let in'
    expect(founding ? code : said(code)).toBe(founding ? 'signature_invalid' : expected)
  })
})

describe('requests to join', () => {
  test.each(CALLERS)('of another device, asked about by %s', async caller => {
    for (const name of ['getPending', 'cancelPending'] as const) {
      const expected = verdict('joiner', caller, 'another')
      const code = await ask(name, caller, 'another')
      expect(said(code)).toBe(expected)
    }
  })
  test('are opened by the joiner alone, not even by an admin', async () => {
    expect(await ask('revealPending', 'admin', 'another')).toBe('not_allowed')
    expect(await ask('confirmPending', 'admin', 'another')).toBe('not_allowed')
  })
  test('by a device of the household are pointless', async () => {
    expect(await ask('requestJoin', 'removed')).toBe('pending_state')
  })
})

describe('what a right does not reach', () => {
  test('a recorder stores its own streams only', async () => {
    const key = keyOf('recorder')
    const objectId = newObjectId()
    const code = async (recorder: SigningKey): Promise<string | null> =>
      (await house.send(key, 'PUT', `/objects/${objectId}`, house.segment(5, objectId, 3000, { recorder }))).code
    expect(await code(key)).toBe('not_allowed')
    expect(await code(house.founder)).toBe('bad_segment')
  })

  test('a token is good for the device that it was given to', async () => {
    const objectId = newObjectId()
    expect((await house.send(house.founder, 'PUT', `/objects/${objectId}`, house.segment(5, objectId))).code).toBe(null)
    const range = { stream: house.camera, lo: 0, hi: 9, purpose: 'own' }
    const { token } = (await house.send(keyOf('vault'), 'POST', '/access', range)).json as { token: string }
    const get = async (caller: Caller): Promise<string | null> =>
      (await house.send(keyOf(caller), 'GET', `/objects/${objectId}`, undefined, { 'x-access-token': token })).code
    expect([await get('vault'), await get('session'), await get('recorder')]).toEqual([
      null,
      'token_invalid',
      'not_allowed',
    ])
  })

  test('packets are read by their recipient, taken away by the two they concern', async () => {
    const packetId = newPacketId()
    const [from, to] = [keyOf('founder'), keyOf('vault')].map(key => idBytes(deviceIdOf(key.publicKey)))
    if (!from || !to) throw new Error('ids')
    const packet = encode(
      new Map<number, Uint8Array>([
        [2, idBytes(house.household)],
        [3, from],
        [4, to],
      ]),
    )
    const code = async (
      caller: Caller,
      method: string,
      rest = '',
      body?: Uint8Array | object,
    ): Promise<string | null> => (await house.send(keyOf(caller), method, `/packets/${packetId}${rest}`, body)).code
    expect(await code('admin', 'PUT', '', packet)).toBe('bad_packet')
    expect(await code('founder', 'PUT', '', packet)).toBe(null)
    expect([await code('admin', 'GET'), await code('founder', 'GET'), await code('vault', 'GET')]).toEqual([
      'not_found',
      'not_found',
      null,
    ])
    const ask = { ephemeralKey: 'AAAA' }
    expect([await code('admin', 'POST', '/release', ask), await code('vault', 'POST', '/release', ask)]).toEqual([
      'not_found',
      null,
    ])
    const share = { sealed: 'AAAA' }
    expect([await code('admin', 'PUT', '/release', share), await code('founder', 'PUT', '/release', share)]).toEqual([
      'gone',
      null,
    ])
    expect([
      await code('admin', 'GET', '/release'),
      await code('vault', 'GET', '/release'),
      await code('vault', 'GET', '/release'),
    ]).toEqual(['gone', null, 'gone'])
    await code('admin', 'DELETE')
    expect(await code('vault', 'GET')).toBe(null)
    await code('vault', 'DELETE')
    expect(await code('vault', 'GET')).toBe('not_found')
  })

  test('entries are judged by the chain: a session adds no device', async () => {
    const { key } = await generateSigningKey()
    const statement = {
      type: 'add_device',
      publicKey: key.publicKey,
      roles: ['admin'],
      entitlement: { from: 0, streams: 'all' },
      prekeys: [],
    } as const
    for (const caller of ['session', 'vault', 'recorder'] as const)
      expect((await house.append(keyOf(caller), statement)).code).toBe('entry_rejected')
    expect((await house.append(keyOf('admin'), statement)).code).toBe(null)
  })
})
