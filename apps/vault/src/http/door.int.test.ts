import { createConnection } from 'node:net'
import { LIMITS } from '@hausrecht/contract/limits'
import { utf8 } from '@hausrecht/crypto/bytes'
import { deviceIdOf, newObjectId } from '@hausrecht/crypto/ids'
import { generateSigningKey, type SigningKey } from '@hausrecht/crypto/signature'
import { RawHousehold } from '@hausrecht/testkit/raw-household'
import { sendRaw, signedHeaders } from '@hausrecht/testkit/raw-request'
import { type TempFolder, tempFolder } from '@hausrecht/testkit/temp'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startVault, type Vault } from '../vault.ts'

let folder: TempFolder
let vault: Vault
let house: RawHousehold
const start = (): Promise<Vault> => startVault({ dir: folder.path, port: 0, logLevel: 'silent' })

beforeAll(async () => {
  folder = tempFolder('door')
  vault = await start()
  house = await RawHousehold.found(vault)
})
afterAll(async () => {
  await vault.close()
  folder.remove()
})

/** Sends the headers of an upload and nothing of its body. */
async function announce(key: SigningKey, more: Record<string, string> = {}): Promise<string> {
  const body = new Uint8Array(LIMITS.objectBytes)
  const target = house.path(`/objects/${newObjectId()}`)
  const headers: Record<string, string> = {
    host: 'vault',
    ...(await signedHeaders(key, 'PUT', target, body)),
    'content-type': 'application/octet-stream',
    'content-length': String(body.length),
    ...more,
  }
  const { hostname, port } = new URL(vault.url)
  return new Promise((resolve, reject) => {
    const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`)
    const socket = createConnection({ host: hostname, port: Number(port) }, () =>
      socket.write(`PUT ${target} HTTP/1.1\r\n${lines.join('')}\r\n`),
    )
    let text = ''
    socket.setEncoding('utf8').on('data', part => {
      text += part
      const code = /"code":"(\w+)"/.exec(text)?.[1]
      if (!code) return
      socket.destroy()
      resolve(code)
    })
    socket.once('error', reject)
  })
}

describe('before a byte of its body has come, an upload is refused', () => {
  test('of a stranger', async () => {
    expect(await announce((await generateSigningKey()).key)).toBe('unknown_device')
  })
  test('whose signature is another one’s', async () => {
    const signature = `sig=:${Buffer.alloc(64, 1).toString('base64')}:`
    expect(await announce(house.founder, { signature })).toBe('signature_invalid')
  })
  test('of a device that may not record', async () => {
    expect(await announce(await house.add('session'))).toBe('not_allowed')
  })
  test('of a device that was removed', async () => {
    const key = await house.add('recorder')
    await house.append(house.founder, { type: 'remove_device', device: deviceIdOf(key.publicKey) })
    expect(await announce(key)).toBe('removed_device')
  })
  test('of another kind', async () => {
    expect(await announce(house.founder, { 'content-type': 'application/json' })).toBe('unsupported_media_type')
  })
  test('that is announced as larger than allowed', async () => {
    expect(await announce(house.founder, { 'content-length': String(LIMITS.objectBytes + 1) })).toBe('too_large')
  })
})

test('only so many uploads are let in at once, and the others are asked to come back', async () => {
  const { hostname, port } = new URL(vault.url)
  const body = new Uint8Array(LIMITS.objectBytes)
  const open = async () => {
    const target = house.path(`/objects/${newObjectId()}`)
    const headers = Object.entries(await signedHeaders(house.founder, 'PUT', target, body)).concat([
      ['host', 'vault'],
      ['content-type', 'application/octet-stream'],
      ['content-length', String(body.length)],
      // The answer to this says that the vault wants the body.
      ['expect', '100-continue'],
    ])
    const socket = createConnection({ host: hostname, port: Number(port) })
    const first = new Promise<string>((resolve, reject) => {
      socket.setEncoding('utf8').once('data', text => resolve(String(text)))
      socket.once('error', reject)
    })
    socket.write(`PUT ${target} HTTP/1.1\r\n${headers.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n`)
    return { socket, first }
  }
  const sockets = []
  try {
    for (let i = 0; i < LIMITS.uploadsAtOnce; i++) {
      const { socket, first } = await open()
      sockets.push(socket)
      expect(await first).toMatch(/^HTTP\/1\.1 100 /)
    }
    const id = newObjectId()
    const put = () => house.send(house.founder, 'PUT', `/objects/${id}`, house.segment(1, id))
    const refused = await put()
    expect([refused.status, refused.code, refused.headers['retry-after']]).toEqual([503, 'busy', '1'])
    const [one] = sockets
    await new Promise(resolve => one?.once('close', resolve).destroy())
    await expect.poll(async () => (await put()).status).toBe(200)
  } finally {
    for (const socket of sockets) socket.destroy()
  }
})

test('a request to read is small: it stays in the log for ever', async () => {
  const asked = JSON.stringify({ stream: house.camera, lo: 0, hi: 1, purpose: 'own' })
  const target = house.path('/access')
  const ask = async (length: number) => {
    const body = utf8(asked.padEnd(length))
    const headers = {
      ...(await signedHeaders(house.founder, 'POST', target, body)),
      'content-type': 'application/json',
      'content-length': String(length),
    }
    return sendRaw(vault.url, { method: 'POST', target, headers, body })
  }
  expect((await ask(LIMITS.accessRequestBytes)).status).toBe(200)
  expect((await ask(LIMITS.accessRequestBytes + 1)).code).toBe('too_large')
  expect((await ask(LIMITS.jsonBytes)).code).toBe('too_large')
})

test('a request that was answered before the vault started anew is not answered again', async () => {
  const target = house.path('/usage')
  const headers = await signedHeaders(house.founder, 'GET', target, null)
  const about = await signedHeaders((await generateSigningKey()).key, 'GET', '/v1/about', null)
  const ask = (path: string, signed: Record<string, string>) =>
    sendRaw(vault.url, { method: 'GET', target: path, headers: signed })
  expect([(await ask(target, headers)).code, (await ask('/v1/about', about)).code]).toEqual([null, null])
  await vault.close()
  vault = await start()
  house.url = vault.url
  expect([(await ask(target, headers)).code, (await ask('/v1/about', about)).code]).toEqual([
    'signature_replayed',
    'signature_replayed',
  ])
})
