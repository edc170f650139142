import type { Pending, SignedIn } from '@hausrecht/contract/schemas'
import { toBase64 } from '@hausrecht/crypto/bytes'
import { generateSigningKey, type SigningKey } from '@hausrecht/crypto/signature'
import { RawHousehold } from '@hausrecht/testkit/raw-household'
import { send } from '@hausrecht/testkit/raw-request'
import { tempFolder } from '@hausrecht/testkit/temp'
import { type Browser, chromium, type Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startVault, type Vault } from '../vault.ts'

/** What browsers really answer: Chromium with its virtual authenticator, on a page of the vault's own origin. */
const folder = tempFolder('chromium')
let vault: Vault
let house: RawHousehold
let browser: Browser
let page: Page
let origin = ''

beforeAll(async () => {
  vault = await startVault({ dir: folder.path, port: 0, logLevel: 'silent' })
  house = await RawHousehold.found(vault)
  browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] })
  page = await browser.newPage()
  origin = vault.url.replace('127.0.0.1', 'localhost')
  await page.goto(`${origin}/`)
  const cdp = await page.context().newCDPSession(page)
  await cdp.send('WebAuthn.enable')
  await cdp.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      ...{ protocol: 'ctap2', transport: 'internal', hasResidentKey: true, hasUserVerification: true },
      ...{ isUserVerified: true, automaticPresenceSimulation: true },
    },
  })
})
afterAll(async () => {
  await browser?.close()
  await vault.close()
  folder.remove()
})

const post = (key: SigningKey, path: string, body?: object) => send(vault.url, key, 'POST', path, body, { origin })

test('a passkey made and shown by a browser lets a new device ask to join', async () => {
  const facts = { witnesses: ['witness.example+00000000+AAAA'], quorum: 1 }
  const made = await post(house.founder, house.path('/passkeys/options'), facts)
  const response = await page.evaluate(async options => {
    const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(options)
    const credential = await navigator.credentials.create({ publicKey })
    return credential instanceof PublicKeyCredential ? credential.toJSON() : null
  }, made.json as PublicKeyCredentialCreationOptionsJSON)
  const kept = await post(house.founder, house.path('/passkeys'), { name: 'AAAA', response })
  expect(kept.code).toBe(null)
  expect(kept.json).toMatchObject({ transports: ['internal'] })

  const { key } = await generateSigningKey()
  const asked = await post(key, '/v1/sign-in/options')
  const shown = await page.evaluate(async options => {
    const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(options)
    const credential = await navigator.credentials.get({ publicKey })
    return credential instanceof PublicKeyCredential ? credential.toJSON() : null
  }, asked.json as PublicKeyCredentialRequestOptionsJSON)
  const signedIn = await post(key, '/v1/sign-in', { response: shown })
  expect(signedIn.code).toBe(null)
  const { household, session } = signedIn.json as SignedIn
  expect(household).toBe(house.household)
  const request = { publicKey: toBase64(key.publicKey), prekeys: [], commitment: toBase64(new Uint8Array(32)) }
  const pending = await send(vault.url, key, 'POST', house.path('/pending'), request, { 'x-session': session })
  expect((pending.json as Pending).signedIn).toBe(true)
})
