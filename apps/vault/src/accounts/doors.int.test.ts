import { toBase64 } from '@hausrecht/crypto/bytes'
import { generateSigningKey } from '@hausrecht/crypto/signature'
import { RawHousehold } from '@hausrecht/testkit/raw-household'
import { send } from '@hausrecht/testkit/raw-request'
import { tempFolder } from '@hausrecht/testkit/temp'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startVault, type Vault } from '../vault.ts'
import { DOOR_RATES } from './doors.ts'

const folder = tempFolder('doors')
let vault: Vault
let house: RawHousehold
beforeAll(async () => {
  const doors = { ...DOOR_RATES, address: { burst: 3, perMinute: 1 } }
  vault = await startVault({ dir: folder.path, port: 0, logLevel: 'silent', doors })
  house = await RawHousehold.found(vault)
})
afterAll(async () => {
  await vault.close()
  folder.remove()
})

test('strangers who knock too often are told when to come back, and members notice nothing', async () => {
  const { key } = await generateSigningKey()
  const hash = toBase64(new Uint8Array(32))
  const doors = [
    () => send(vault.url, key, 'POST', '/v1/sign-in/options'),
    () => send(vault.url, key, 'POST', '/v1/sign-in', { response: {} }),
    () => house.send(key, 'POST', '/pending', { publicKey: toBase64(key.publicKey), prekeys: [], commitment: hash }),
  ]
  const first = []
  for (const knock of doors) first.push((await knock()).code)
  expect(first).toEqual([null, 'bad_request', null])
  for (const knock of doors) {
    const answer = await knock()
    expect([answer.code, answer.status]).toEqual(['too_many', 429])
    expect(Number(answer.headers['retry-after'])).toBeGreaterThan(50)
    expect(Number(answer.headers['retry-after'])).toBeLessThanOrEqual(60)
  }
  // Waiting for an answer is not knocking.
  expect((await house.send(key, 'GET', `/pending`)).code).toBe('unknown_device')
  expect((await house.send(house.founder, 'GET', '/pending')).code).toBe(null)
  expect((await house.send(house.founder, 'GET', '/usage')).code).toBe(null)
})
