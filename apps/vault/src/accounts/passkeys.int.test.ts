import { LIMITS } from '@hausrecht/contract/limits'
import type { PasskeyRow, Pending, SignedIn } from '@hausrecht/contract/schemas'
import { toBase64, utf8 } from '@hausrecht/crypto/bytes'
import { deviceIdOf } from '@hausrecht/crypto/ids'
import { generateSigningKey, type SigningKey } from '@hausrecht/crypto/signature'
import { type Mischief, SoftAuthenticator } from '@hausrecht/testkit/authenticator'
import { RawHousehold } from '@hausrecht/testkit/raw-household'
import { type Answer, send, sendRaw, signedHeaders } from '@hausrecht/testkit/raw-request'
import { type TempFolder, tempFolder } from '@hausrecht/testkit/temp'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startVault, type Vault } from '../vault.ts'

const APP = 'https://app.example'
const OTHER_APP = 'http://localhost:5173'
const WIDE = { burst: 1e6, perMinute: 1e6 }
const facts = { witnesses: ['witness.example+00000000+AAAA'], quorum: 1 }
const hash = toBase64(new Uint8Array(32))
const stranger = async (): Promise<SigningKey> => (await generateSigningKey()).key

let folder: TempFolder
let vault: Vault
let house: RawHousehold
let ahead = 0

beforeAll(async () => {
  folder = tempFolder('passkeys')
  vault = await startVault({
    ...{ dir: folder.path, port: 0, logLevel: 'silent', appOrigins: [APP, OTHER_APP] },
    doors: { address: WIDE, household: WIDE, all: WIDE },
    clock: { now: () => Date.now() + ahead },
  })
  house = await RawHousehold.found(vault)
})
afterAll(async () => {
  await vault.close()
  folder.remove()
})

const post = (key: SigningKey, path: string, body?: object, origin: string = APP): Promise<Answer> =>
  send(vault.url, key, 'POST', path, body, { origin })
const optionsFor = async (key: SigningKey, origin = APP): Promise<unknown> =>
  (await post(key, house.path('/passkeys/options'), facts, origin)).json
const register = (key: SigningKey, response: object, at: RawHousehold = house): Promise<Answer> =>
  post(key, at.path('/passkeys'), { name: 'c2VhbGVk', response })
const signInOptions = async (key: SigningKey, origin = APP): Promise<unknown> =>
  (await post(key, '/v1/sign-in/options', undefined, origin)).json
const signIn = (key: SigningKey, response: object): Promise<Answer> => post(key, '/v1/sign-in', { response })

/** An authenticator with a passkey of the household. */
async function owner(): Promise<SoftAuthenticator> {
  const authenticator = new SoftAuthenticator(APP)
  const answer = await register(house.founder, authenticator.create(await optionsFor(house.founder)))
  expect(answer.code).toBe(null)
  return authenticator
}
async function signedIn(authenticator: SoftAuthenticator, key: SigningKey): Promise<SignedIn> {
  const answer = await signIn(key, authenticator.get(await signInOptions(key)))
  expect(answer.code).toBe(null)
  return answer.json as SignedIn
}

describe('registering', () => {
  test('asks for a discoverable passkey that verifies its user, and names nobody', async () => {
    expect(await optionsFor(house.founder)).toMatchObject({
      rp: { id: 'app.example', name: 'Hausrecht' },
      user: { name: 'Hausrecht', displayName: '' },
      attestation: 'none',
      authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
    })
    expect(await optionsFor(house.founder, OTHER_APP)).toMatchObject({ rp: { id: 'localhost' } })
  })

  test('keeps it once; the list shows it, the next options leave it out', async () => {
    const authenticator = new SoftAuthenticator(APP)
    const response = authenticator.create(await optionsFor(house.founder))
    expect((await register(house.founder, response)).json).toMatchObject({ id: response.id, transports: ['internal'] })
    expect((await register(house.founder, response)).code).toBe('passkey_invalid')
    const { passkeys } = (await house.send(house.founder, 'GET', '/passkeys')).json as { passkeys: PasskeyRow[] }
    const row = passkeys.find(({ id }) => id === response.id)
    expect(row).toMatchObject({ name: 'c2VhbGVk', device: deviceIdOf(house.founder.publicKey), lastUsedAt: null })
    const { excludeCredentials } = (await optionsFor(house.founder)) as { excludeCredentials: { id: string }[] }
    expect(excludeCredentials.map(({ id }) => id)).toContain(response.id)
  })

  test.each<[string, Mischief]>([
    ['another origin', { origin: 'https://app.example.evil' }],
    ['another origin that the vault knows', { origin: OTHER_APP }],
    ['another name', { rpId: 'localhost' }],
    ['another challenge', { challenge: 'AAAA' }],
    ['an answer to another question', { type: 'webauthn.get' }],
    ['nobody verified', { flags: 0x01 }],
    ['nobody present', { flags: 0x04 }],
  ])('with %s is refused, and the challenge is used up', async (_, wrong) => {
    const authenticator = new SoftAuthenticator(APP)
    const options = await optionsFor(house.founder)
    expect((await register(house.founder, authenticator.create(options, wrong))).code).toBe('passkey_invalid')
    expect((await register(house.founder, authenticator.create(options))).code).toBe('passkey_invalid')
  })

  test('answers only the device that asked, and only for the household it asked for', async () => {
    const authenticator = new SoftAuthenticator(APP)
    const other = await house.add('vault')
    const options = await optionsFor(house.founder)
    expect((await register(other, authenticator.create(options))).code).toBe('passkey_invalid')
    const neighbours = await RawHousehold.found(vault)
    expect((await register(house.founder, authenticator.create(options), neighbours)).code).toBe('unknown_device')
  })

  test('an id that another household has is not taken over', async () => {
    const authenticator = new SoftAuthenticator(APP)
    const response = authenticator.create(await optionsFor(house.founder))
    expect((await register(house.founder, response)).code).toBe(null)
    const neighbours = await RawHousehold.found(vault)
    const options = (await post(neighbours.founder, neighbours.path('/passkeys/options'), facts)).json
    const id = new Uint8Array(Buffer.from(response.id, 'base64url'))
    const copied = new SoftAuthenticator(APP).create(options, { id })
    expect(copied.id).toBe(response.id)
    expect((await register(neighbours.founder, copied, neighbours)).code).toBe('passkey_invalid')
  })

  test('five minutes, and no longer', async () => {
    const half = (LIMITS.challengeSeconds * 1000) / 2
    // The vault's clock, behind and then ahead: requests are signed by the right one, and may be off by five minutes too.
    const after = async (ms: number): Promise<string | null> => {
      try {
        ahead = -half
        const response = new SoftAuthenticator(APP).create(await optionsFor(house.founder))
        ahead = ms - half
        return (await register(house.founder, response)).code
      } finally {
        ahead = 0
      }
    }
    expect(await after(2 * half - 10_000)).toBe(null)
    expect(await after(2 * half + 1)).toBe('passkey_invalid')
  })

  test('not at an address where the app is not', async () => {
    for (const origin of ['https://evil.example', 'null', `${APP}.evil`, `${APP}/`])
      expect((await post(house.founder, house.path('/passkeys/options'), facts, origin)).code).toBe('bad_origin')
  })

  test(`a household has at most ${LIMITS.passkeysPerHousehold}`, async () => {
    const crowded = await RawHousehold.found(vault)
    const options = () => post(crowded.founder, crowded.path('/passkeys/options'), facts)
    for (let i = 0; i < LIMITS.passkeysPerHousehold; i++) {
      const response = new SoftAuthenticator(APP).create((await options()).json)
      expect((await register(crowded.founder, response, crowded)).code).toBe(null)
    }
    expect((await options()).code).toBe('too_many')
  })
})

describe('signing in', () => {
  test('tells a new device whom to ask, whom to trust, and gives it a session', async () => {
    const authenticator = await owner()
    const key = await stranger()
    const answer = await signedIn(authenticator, key)
    expect(answer).toMatchObject({ household: house.household, ...facts })
    expect(answer.session).toMatch(/^[\w-]{43}$/)
    const { passkeys } = (await house.send(house.founder, 'GET', '/passkeys')).json as { passkeys: PasskeyRow[] }
    const { id } = authenticator.get({ challenge: '' })
    expect(passkeys.find(passkey => passkey.id === id)?.lastUsedAt).toBeGreaterThan(Date.now() - 60_000)
  })

  test.each<[string, Mischief]>([
    ['another origin', { origin: 'https://evil.example' }],
    ['another origin that the vault knows', { origin: OTHER_APP }],
    ['another name', { rpId: 'localhost' }],
    ['another challenge', { challenge: 'AAAA' }],
    ['an answer to another question', { type: 'webauthn.create' }],
    ['nobody verified', { flags: 0x01 }],
    ['nobody present', { flags: 0x00 }],
    ['a counter that stands still', { counter: 1 }],
    ['a counter that goes back', { counter: 0 }],
    ['another user', { userHandle: 'AAAA' }],
  ])('with %s is refused, and the challenge is used up', async (_, wrong) => {
    const authenticator = await owner()
    const key = await stranger()
    const options = await signInOptions(key)
    expect((await signIn(key, authenticator.get(options, wrong))).code).toBe('passkey_invalid')
    expect((await signIn(key, authenticator.get(options, { counter: 9 }))).code).toBe('passkey_invalid')
    await signedIn(authenticator, key)
  })

  test('the same answer twice, by another device, or for an older question is refused', async () => {
    const authenticator = await owner()
    const [key, other] = [await stranger(), await stranger()]
    const response = authenticator.get(await signInOptions(key))
    expect((await signIn(other, response)).code).toBe('passkey_invalid')
    expect((await signIn(key, response)).code).toBe(null)
    expect((await signIn(key, response)).code).toBe('passkey_invalid')
    const old = authenticator.get(await signInOptions(key))
    await signInOptions(key)
    expect((await signIn(key, old)).code).toBe('passkey_invalid')
  })

  test('with a signature that is not the passkey’s is refused', async () => {
    const authenticator = await owner()
    const key = await stranger()
    const response = authenticator.get(await signInOptions(key))
    const signature = new SoftAuthenticator(APP)
    signature.create(await optionsFor(house.founder))
    const forged = {
      ...response,
      response: {
        ...response.response,
        signature: signature.get({ challenge: 'AAAA', rpId: 'app.example' }).response.signature,
      },
    }
    expect((await signIn(key, forged)).code).toBe('passkey_invalid')
  })

  test('with a passkey that nobody has, or that was removed, is refused in its own words', async () => {
    const key = await stranger()
    const unknown = new SoftAuthenticator(APP)
    unknown.create(await optionsFor(house.founder))
    expect((await signIn(key, unknown.get(await signInOptions(key)))).code).toBe('passkey_unknown')
    const authenticator = await owner()
    const session = await signedIn(authenticator, key)
    const { id } = authenticator.get(await signInOptions(key))
    const member = await house.add('vault')
    expect((await house.send(member, 'DELETE', `/passkeys/${id}`)).code).toBe('not_allowed')
    expect((await house.send(house.founder, 'DELETE', `/passkeys/${id}`)).code).toBe(null)
    expect((await house.send(house.founder, 'DELETE', `/passkeys/${id}`)).code).toBe('not_found')
    expect((await signIn(key, authenticator.get(await signInOptions(key)))).code).toBe('passkey_unknown')
    // The session that came by it went with it.
    expect((await join(key, session.session)).code).toBe('session_invalid')
  })
})

const join = (key: SigningKey, session?: string, at: RawHousehold = house): Promise<Answer> =>
  send(
    vault.url,
    key,
    'POST',
    at.path('/pending'),
    { publicKey: toBase64(key.publicKey), prekeys: [], commitment: hash },
    session === undefined ? {} : { 'x-session': session },
  )

describe('a session', () => {
  test('marks the request to join, and opens nothing', async () => {
    const authenticator = await owner()
    const key = await stranger()
    const { session } = await signedIn(authenticator, key)
    expect((await join(key, session)).json).toMatchObject({ signedIn: true })
    const { pending } = (await house.send(house.founder, 'GET', '/pending')).json as { pending: Pending[] }
    expect(pending.find(({ device }) => device === deviceIdOf(key.publicKey))?.signedIn).toBe(true)
    for (const target of ['/entries?from=0', '/usage', '/passkeys', '/packets', '/log/checkpoint'])
      expect((await house.send(key, 'GET', target, undefined, { 'x-session': session })).code).toBe('unknown_device')
    expect((await join(await stranger())).json).toMatchObject({ signedIn: false })
  })

  test('is good for its device, its household and ten minutes', async () => {
    const authenticator = await owner()
    const key = await stranger()
    const { session } = await signedIn(authenticator, key)
    expect((await join(await stranger(), session)).code).toBe('session_invalid')
    expect((await join(key, session, await RawHousehold.found(vault))).code).toBe('session_invalid')
    expect((await join(key, 'A'.repeat(43))).code).toBe('session_invalid')
    expect((await join(key, '')).code).toBe('session_invalid')
    expect((await join(key, session)).code).toBe(null)
  })

  test('runs out', async () => {
    const authenticator = await owner()
    const key = await stranger()
    const { session } = await signedIn(authenticator, key)
    const target = house.path('/pending')
    const body = utf8(JSON.stringify({ publicKey: toBase64(key.publicKey), prekeys: [], commitment: hash }))
    const after = async (ms: number): Promise<string | null> => {
      try {
        ahead = ms
        const created = Math.floor((Date.now() + ahead) / 1000)
        const signed = await signedHeaders(key, 'POST', target, body, { created })
        const type = { 'content-type': 'application/json', 'content-length': String(body.length) }
        const headers = { ...signed, ...type, 'x-session': session }
        return (await sendRaw(vault.url, { method: 'POST', target, headers, body })).code
      } finally {
        ahead = 0
      }
    }
    expect(await after(LIMITS.sessionSeconds * 1000 - 20_000)).toBe(null)
    expect(await after(LIMITS.sessionSeconds * 1000 + 1)).toBe('session_invalid')
  })

  test('has a place that strangers cannot take, and takes none of theirs', async () => {
    const crowd = await RawHousehold.found(vault)
    for (let i = 0; i < LIMITS.pendingDevices; i++)
      expect((await join(await stranger(), undefined, crowd)).code).toBe(null)
    expect((await join(await stranger(), undefined, crowd)).code).toBe('too_many')
    const authenticator = new SoftAuthenticator(APP)
    const options = (await post(crowd.founder, crowd.path('/passkeys/options'), facts)).json
    expect((await register(crowd.founder, authenticator.create(options), crowd)).code).toBe(null)
    for (let i = 0; i <= LIMITS.pendingSignedIn; i++) {
      const key = await stranger()
      const { session } = await signedIn(authenticator, key)
      expect((await join(key, session, crowd)).code).toBe(i < LIMITS.pendingSignedIn ? null : 'too_many')
    }
  })
})
