import { toBase64 } from '@hausrecht/crypto/bytes'
import { deviceIdOf } from '@hausrecht/crypto/ids'
import { generateSigningKey, type SigningKey } from '@hausrecht/crypto/signature'
import { RawHousehold } from '@hausrecht/testkit/raw-household'
import { type TempFolder, tempFolder } from '@hausrecht/testkit/temp'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startVault, type Vault } from '../vault.ts'

let folder: TempFolder
let vault: Vault
let house: RawHousehold
let joiner: SigningKey
const hash = toBase64(new Uint8Array(32))
const confirm = { mac: hash, name: toBase64(new Uint8Array(220)) }

beforeAll(async () => {
  folder = tempFolder('confirm')
  vault = await startVault({ dir: folder.path, port: 0, logLevel: 'silent' })
  house = await RawHousehold.found(vault)
  joiner = (await generateSigningKey()).key
})
afterAll(async () => {
  await vault.close()
  folder.remove()
})

test('the yes of a device with a claim link is taken once, after the reveal, from itself; a new request forgets it', async () => {
  const at = `/pending/${deviceIdOf(joiner.publicKey)}`
  const code = async (key: SigningKey, method: string, path: string, body?: object): Promise<string | null> =>
    (await house.send(key, method, path, body)).code
  const request = { publicKey: toBase64(joiner.publicKey), prekeys: [], commitment: hash, claim: hash }
  const challenge = {
    nonce: hash,
    publicKey: hash,
    chainHead: hash,
    signature: toBase64(new Uint8Array(64)),
    claim: hash,
  }
  const yes = () => code(joiner, 'PUT', `${at}/confirm`, confirm)

  expect(await yes()).toBe('gone')
  expect(await code(joiner, 'POST', '/pending', request)).toBe(null)
  expect(await yes()).toBe('pending_state')
  expect(await code(house.founder, 'PUT', `${at}/challenge`, challenge)).toBe(null)
  expect(await yes()).toBe('pending_state')
  expect(await code(joiner, 'PUT', `${at}/reveal`, { nonce: hash })).toBe(null)
  expect(await code(house.founder, 'PUT', `${at}/confirm`, confirm)).toBe('not_allowed')
  expect(await yes()).toBe(null)
  expect(await yes()).toBe('pending_state')
  const row = (await house.send(house.founder, 'GET', at)).json
  expect(row).toMatchObject({
    claim: hash,
    challenge: { claim: hash },
    reveal: { nonce: hash },
    confirm,
    signedIn: false,
  })

  expect(await code(joiner, 'POST', '/pending', request)).toBe(null)
  const again = (await house.send(house.founder, 'GET', at)).json
  expect(again).toMatchObject({ challenge: null, reveal: null })
  expect(again).not.toHaveProperty('confirm')
})
