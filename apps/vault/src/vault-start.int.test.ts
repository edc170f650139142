import { spawnSync } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { LIMITS } from '@hausrecht/contract/limits'
import { newObjectId, newOrderId } from '@hausrecht/crypto/ids'
import { freePort } from '@hausrecht/testkit/port'
import { startProgram } from '@hausrecht/testkit/program'
import { RawHousehold } from '@hausrecht/testkit/raw-household'
import { sendRaw } from '@hausrecht/testkit/raw-request'
import { Line } from '@hausrecht/testkit/relay-line'
import { tempFolder } from '@hausrecht/testkit/temp'
import { until } from '@hausrecht/testkit/until'
import { afterAll, afterEach, describe, expect, test } from 'vitest'
import type { VaultConfig } from './config.ts'
import { StartError } from './errors.ts'
import { startVault, type Vault } from './vault.ts'

const folder = tempFolder('start')
const running: Vault[] = []
let number = 0
const start = async (more: Partial<VaultConfig> = {}): Promise<Vault> => {
  const vault = await startVault({ dir: join(folder.path, String(++number)), port: 0, logLevel: 'silent', ...more })
  running.push(vault)
  return vault
}
afterEach(async () => {
  for (const vault of running.splice(0)) await vault.close()
})
afterAll(() => folder.remove())

describe('limits', () => {
  test('a household that has used its space up is told so, until an order makes room', async () => {
    const house = await RawHousehold.found(await start({ quotaBytes: 20_000 }))
    const put = (leaf: number) => {
      const id = newObjectId()
      return house.send(house.founder, 'PUT', `/objects/${id}`, house.segment(leaf, id, 3000))
    }
    let leaf = 0
    let answer = await put(leaf)
    while (answer.status === 200 && leaf < 50) answer = await put(++leaf)
    expect([answer.status, answer.code, answer.headers['retry-after']]).toEqual([507, 'quota_exceeded', '60'])
    expect((await house.send(house.founder, 'GET', '/usage')).json).toMatchObject({ objects: leaf, quotaBytes: 20_000 })
    const ranges = [{ stream: house.camera, lo: 0, hi: 0 }]
    expect((await house.append(house.founder, { type: 'delete_order', order: newOrderId(), ranges })).code).toBe(null)
    expect((await put(100)).status).toBe(200)
  })

  test('more uploads at once than allowed are asked to come back, and the others get through', async () => {
    // A store that holds on to what it is given.
    const held: (() => void)[] = []
    let holding = true
    const store = createServer((request, response) => {
      request.resume().once('end', () => {
        const answer = (): void => void response.end()
        if (holding && (request.url ?? '').split('/').length > 2) held.push(answer)
        else answer()
      })
    })
    await new Promise<void>(resolve => store.listen(0, '127.0.0.1', resolve))
    const endpoint = `http://127.0.0.1:${(store.address() as AddressInfo).port}`
    const blobs = { kind: 's3', endpoint, bucket: 'b', region: 'r', accessKeyId: 'k', secretAccessKey: 's' } as const
    const house = await RawHousehold.found(await start({ blobs }))
    const put = (leaf: number) => {
      const id = newObjectId()
      return house.send(house.founder, 'PUT', `/objects/${id}`, house.segment(leaf, id, 3000))
    }
    const waiting = Array.from({ length: LIMITS.uploadsAtOnce }, (_, leaf) => put(leaf))
    await until(() => held.length === LIMITS.uploadsAtOnce, { what: 'all uploads are held', timeoutMs: 30_000 })
    const refused = await put(1000)
    expect([refused.status, refused.code, refused.headers['retry-after']]).toEqual([503, 'busy', '1'])
    holding = false
    for (const answer of held) answer()
    expect((await Promise.all(waiting)).map(answer => answer.status)).toEqual(waiting.map(() => 200))
    expect((await put(1000)).status).toBe(200)
    store.closeAllConnections()
    await new Promise(resolve => store.close(resolve))
  })
})

describe('TLS', () => {
  const [cert, key] = [join(folder.path, 'cert.pem'), join(folder.path, 'key.pem')]
  test('a vault with a certificate talks HTTPS and nothing else', async () => {
    const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1']
    const made = spawnSync('openssl', [
      'req',
      '-x509',
      '-newkey',
      'ec',
      '-pkeyopt',
      'ec_paramgen_curve:P-256',
      '-nodes',
      '-days',
      '1',
      ...subject,
      '-keyout',
      key,
      '-out',
      cert,
    ])
    expect(made.status, String(made.stderr)).toBe(0)
    const app = { dir: join(folder.path, 'app') }
    mkdirSync(app.dir)
    writeFileSync(join(app.dir, 'index.html'), 'the app')
    const vault = await start({ tls: { cert, key }, app })
    expect(vault.url).toMatch(/^https:/)
    const ask = { method: 'GET', target: '/v1/health', headers: { authorization: `Bearer ${vault.operatorToken}` } }
    expect((await sendRaw(vault.url, ask, readFileSync(cert))).status).toBe(200)
    await expect(sendRaw(vault.url, ask)).rejects.toThrow(/certificate/)
    await expect(sendRaw(vault.url.replace('https', 'http'), ask)).rejects.toThrow()
    const line = new Line(vault.url, 'a'.repeat(26), { ca: readFileSync(cert), origin: vault.url })
    await line.opened()
    line.socket.close(1000)
    expect((await line.ended()).code).toBe(1000)
    const page = await sendRaw(vault.url, { method: 'GET', target: '/', headers: {} }, readFileSync(cert))
    expect(page.headers['strict-transport-security']).toBe('max-age=31536000')
  })
  test('what is no certificate is said at the start', async () => {
    const bad = join(folder.path, 'bad.pem')
    writeFileSync(bad, 'not a certificate')
    for (const tls of [
      { cert: bad, key: bad },
      { cert: '/nowhere', key: '/nowhere' },
    ])
      await expect(start({ tls })).rejects.toMatchObject({ name: 'StartError', code: 'tls' })
  })
})

describe('what keeps a vault from starting is said, and what to do', () => {
  const failure = async (more: Partial<VaultConfig>): Promise<StartError> => {
    const error = await start(more).then(
      () => null,
      (caught: unknown) => caught,
    )
    if (!(error instanceof StartError)) throw new Error(`no StartError: ${error}`)
    return error
  }
  test('the port is taken', async () => {
    const { port } = new URL((await start()).url)
    expect(await failure({ port: Number(port) })).toMatchObject({
      code: 'port_taken',
      message: expect.stringContaining('--port'),
    })
  })
  test('the machine has no such address', async () => {
    expect((await failure({ host: '192.0.2.1' })).code).toBe('port_taken')
  })
  test('the folder is a file', async () => {
    const file = join(folder.path, 'file')
    writeFileSync(file, '')
    expect((await failure({ dir: file })).code).toBe('folder')
  })
  test('another vault uses the folder, which goes on', async () => {
    const dir = join(folder.path, 'shared')
    const first = await start({ dir })
    const error = await failure({ dir })
    expect(error).toMatchObject({ code: 'folder', message: expect.stringContaining(`process ${process.pid}`) })
    const headers = { authorization: `Bearer ${first.operatorToken}` }
    expect((await sendRaw(first.url, { method: 'GET', target: '/v1/health', headers })).status).toBe(200)
  })
  test('the database is not there', async () => {
    const databaseUrl = `postgres://nobody@127.0.0.1:${await freePort()}/x`
    expect(await failure({ databaseUrl })).toMatchObject({ code: 'database' })
  })
  test('the program says it in one line, without a stack', async () => {
    const { port } = new URL((await start()).url)
    const main = join(import.meta.dirname, 'main.ts')
    const program = await startProgram(process.execPath, [main, '--dir', join(folder.path, 'other'), '--port', port])
    expect((await program.ended).code).toBe(1)
    expect(program.stderr()).toMatch(/^Port \d+ on 127\.0\.0\.1 is taken: .*\n$/)
  })
})
