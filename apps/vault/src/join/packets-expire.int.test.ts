import { LIMITS } from '@hausrecht/contract/limits'
import { toBase64, utf8 } from '@hausrecht/crypto/bytes'
import { encode } from '@hausrecht/crypto/cbor'
import { deviceIdOf, idBytes, newPacketId } from '@hausrecht/crypto/ids'
import type { SigningKey } from '@hausrecht/crypto/signature'
import { TestClock } from '@hausrecht/testkit/clock'
import { RawHousehold } from '@hausrecht/testkit/raw-household'
import { sendRaw, signedHeaders } from '@hausrecht/testkit/raw-request'
import { tempFolder } from '@hausrecht/testkit/temp'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startVault, type Vault } from '../vault.ts'

const clock = new TestClock()
const folder = tempFolder('expire')
let vault: Vault
let house: RawHousehold
let phone: SigningKey
beforeAll(async () => {
  vault = await startVault({ dir: folder.path, port: 0, logLevel: 'silent', clock })
  house = await RawHousehold.found(vault)
  phone = await house.add('vault')
})
afterAll(async () => {
  await vault.close()
  folder.remove()
})

/** Signed by the vault's clock, which this test turns. */
async function send(key: SigningKey, method: string, rest: string, body?: Uint8Array | object) {
  const target = house.path(rest)
  const bytes = body === undefined ? null : body instanceof Uint8Array ? body : utf8(JSON.stringify(body))
  const type = body instanceof Uint8Array ? 'application/octet-stream' : 'application/json'
  const headers = {
    ...(await signedHeaders(key, method, target, bytes, { created: Math.floor(clock.now() / 1000) })),
    ...(bytes && { 'content-type': type, 'content-length': String(bytes.length) }),
  }
  return sendRaw(vault.url, { method, target, headers, body: bytes })
}

async function leave(): Promise<string> {
  const [from, to] = [house.founder, phone].map(key => idBytes(deviceIdOf(key.publicKey)))
  if (!from || !to) throw new Error('keys')
  const id = newPacketId()
  const packet = new Map<number, Uint8Array>([
    [2, idBytes(house.household)],
    [3, from],
    [4, to],
  ])
  expect((await send(house.founder, 'PUT', `/packets/${id}`, encode(packet))).code).toBe(null)
  return `/packets/${id}`
}
const ask = (packet: string) =>
  send(phone, 'POST', `${packet}/release`, { ephemeralKey: toBase64(new Uint8Array(1280)) })
const answer = (packet: string) => send(house.founder, 'PUT', `${packet}/release`, { sealed: 'AAAA' })
const take = (packet: string) => send(phone, 'GET', `${packet}/release`)

test('a request for a release share, and the share that nobody took, are forgotten in time', async () => {
  const [late, untaken, taken] = [await leave(), await leave(), await leave()]
  for (const packet of [late, untaken, taken]) expect((await ask(packet)).status).toBe(204)
  for (const packet of [untaken, taken]) expect((await answer(packet)).status).toBe(204)
  clock.turn(LIMITS.releaseSeconds * 1000 - 5000)
  expect((await take(taken)).json).toEqual({ sealed: 'AAAA' })
  clock.turn(5000)
  expect([(await answer(late)).code, (await take(untaken)).code]).toEqual(['gone', 'gone'])
  // It can be asked for again.
  await ask(untaken)
  await answer(untaken)
  expect((await take(untaken)).status).toBe(200)
})

test('a packet that nobody fetched is forgotten in time, and makes room', async () => {
  const old = await leave()
  clock.turn(LIMITS.packetSeconds * 1000)
  expect((await send(phone, 'GET', old)).code).toBe('not_found')
  expect((await send(phone, 'GET', '/packets')).json).toEqual({ packets: [] })
  for (let i = 0; i < LIMITS.packetsPerDevice; i++) await leave()
  const more = `/packets/${newPacketId()}`
  const body = encode(
    new Map([
      [2, idBytes(house.household)],
      [3, idBytes(deviceIdOf(house.founder.publicKey))],
      [4, idBytes(deviceIdOf(phone.publicKey))],
    ]),
  )
  const refused = await send(house.founder, 'PUT', more, body)
  expect([refused.status, refused.code]).toEqual([429, 'too_many'])
  clock.turn(LIMITS.packetSeconds * 1000)
  expect((await send(house.founder, 'PUT', more, body)).status).toBe(204)
})
