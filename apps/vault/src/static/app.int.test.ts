import { mkdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { brotliCompressSync, gzipSync } from 'node:zlib'
import { ROUTE_NAMES, routePath } from '@hausrecht/contract/routes'
import { type Answer, type Headers, sendRaw } from '@hausrecht/testkit/raw-request'
import { tempFolder } from '@hausrecht/testkit/temp'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { StartError } from '../errors.ts'
import { startVault, type Vault } from '../vault.ts'

const INDEX = '<!doctype html><title>Hausrecht</title>'
const SCRIPT = 'console.log("'.concat('x'.repeat(500), '")')
const PROBLEM = 'application/problem+json; charset=utf-8'
const HASHED = '/assets/main-B1a2C3d4.js'

let folder: ReturnType<typeof tempFolder>
let dist: string
let vault: Vault

beforeAll(async () => {
  folder = tempFolder('app')
  dist = join(folder.path, 'dist')
  mkdirSync(join(dist, 'assets'), { recursive: true })
  const put = (name: string, content: string | Uint8Array): void => writeFileSync(join(dist, name), content)
  put('index.html', INDEX)
  put('sw.js', 'self')
  put('manifest.webmanifest', '{}')
  put(HASHED, SCRIPT)
  put(`${HASHED}.br`, brotliCompressSync(SCRIPT))
  put(`${HASHED}.gz`, gzipSync(SCRIPT))
  put('assets/lonely.gz', 'no file beside it')
  writeFileSync(join(folder.path, 'secret.txt'), 'not of the app')
  vault = await startVault({ dir: join(folder.path, 'vault'), port: 0, logLevel: 'silent', app: { dir: dist } })
})
afterAll(async () => {
  await vault.close()
  folder.remove()
})

const get = (target: string, headers: Headers = {}, method = 'GET'): Promise<Answer> =>
  sendRaw(vault.url, { method, target, headers: { host: 'house.example:8420', ...headers } })
const text = ({ bytes }: Answer): string => new TextDecoder().decode(bytes)

describe('the app', () => {
  test.each(['/', '/index.html', '/camera/abc', '/family?x=1', '/claim'])('is at %s', async target => {
    const answer = await get(target)
    expect([answer.status, answer.headers['content-type'], text(answer)]).toEqual([
      200,
      'text/html; charset=utf-8',
      INDEX,
    ])
    expect(answer.headers['cache-control']).toBe('no-cache')
  })

  test.each(['/', HASHED, '/camera/abc', '/sw.js'])('comes with a page’s whole policy: %s', async target => {
    const { headers } = await get(target)
    const policy = new Map(
      (headers['content-security-policy'] as string).split('; ').map(part => {
        const [name = '', ...values] = part.split(' ')
        return [name, values.join(' ')]
      }),
    )
    expect(Object.fromEntries(policy)).toEqual({
      'default-src': "'none'",
      'script-src': "'self'",
      'style-src': "'self'",
      'img-src': "'self' blob: data:",
      'media-src': "'self' blob:",
      'connect-src': "'self' ws://house.example:8420 wss://house.example:8420",
      'worker-src': "'self'",
      'font-src': "'self'",
      'manifest-src': "'self'",
      'base-uri': "'none'",
      'form-action': "'none'",
      'frame-ancestors': "'none'",
      'require-trusted-types-for': "'script'",
      'trusted-types': 'hausrecht',
    })
    expect(headers).toMatchObject({
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-embedder-policy': 'require-corp',
      'cross-origin-resource-policy': 'same-origin',
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
    })
    expect(headers['permissions-policy']).toMatch(/(^|, )microphone=\(\)(,|$)/)
    expect(headers['permissions-policy']).toContain('publickey-credentials-get=(self)')
    expect(headers['strict-transport-security']).toBeUndefined()
    expect(headers['set-cookie']).toBeUndefined()
  })

  test('has files that never change and files that are asked about each time', async () => {
    const script = await get(HASHED)
    expect(script.headers['cache-control']).toBe('public, max-age=31536000, immutable')
    expect(script.headers['content-type']).toBe('text/javascript; charset=utf-8')
    const worker = await get('/sw.js')
    expect(worker.headers['cache-control']).toBe('no-cache')
    expect((await get('/manifest.webmanifest')).headers['content-type']).toBe('application/manifest+json')
    const again = await get('/sw.js', { 'if-none-match': worker.headers.etag ?? '' })
    expect([again.status, again.bytes.length]).toEqual([304, 0])
    expect(again.headers['content-security-policy']).toBeDefined()
    expect((await get('/sw.js', { 'if-none-match': '"other"' })).status).toBe(200)
  })

  test('comes as small as the browser takes it', async () => {
    const packed = async (accept: string) => {
      const answer = await get(HASHED, { 'accept-encoding': accept })
      expect(answer.headers.vary).toBe('accept-encoding')
      return [answer.headers['content-encoding'], answer.bytes.length]
    }
    expect(await packed('gzip, deflate, br')).toEqual(['br', brotliCompressSync(SCRIPT).length])
    expect(await packed('gzip;q=0.5')).toEqual(['gzip', gzipSync(SCRIPT).length])
    expect(await packed('br;q=0, identity')).toEqual([undefined, SCRIPT.length])
    expect(await packed('zstd')).toEqual([undefined, SCRIPT.length])
    const tags = await Promise.all(
      ['br', 'gzip', ''].map(async accept => (await get(HASHED, { 'accept-encoding': accept })).headers.etag),
    )
    expect(new Set(tags).size).toBe(3)
    expect((await get('/assets/lonely.gz')).status).toBe(200)
  })

  test('answers a HEAD without a body', async () => {
    const answer = await get(HASHED, {}, 'HEAD')
    expect([answer.status, answer.headers['content-length'], answer.bytes.length]).toEqual([
      200,
      String(SCRIPT.length),
      0,
    ])
  })

  test('is nothing that was not built: no way out of the folder, no guess at a file', async () => {
    for (const target of [
      '/../secret.txt',
      '/%2e%2e/secret.txt',
      '/..%2fsecret.txt',
      '/assets/../../secret.txt',
      '//secret.txt',
      '/assets/missing.js',
      '/favicon.ico',
    ])
      expect([target, (await get(target)).status]).toEqual([target, 404])
  })

  test('stays out of the API: every address of it answers as it does without an app', async () => {
    const id = 'a'.repeat(26)
    for (const name of ROUTE_NAMES) {
      const params = { household: id, objectId: id, device: id, packetId: id, '*': 'x' }
      const answer = await get(routePath(name, new Proxy(params, { get: (all, key) => Reflect.get(all, key) ?? id })))
      expect([name, answer.headers['content-type']]).toEqual([name, PROBLEM])
    }
    for (const target of ['/v1', '/v1/', '/v1/camera', '/v1/households/x/relay', '/metrics'])
      expect((await get(target)).headers['content-type']).toBe(PROBLEM)
    expect((await get('/', {}, 'POST')).status).toBe(404)
    expect((await get('/', {}, 'DELETE')).status).toBe(404)
  })

  test('is the new one once it has been built again, and stays while it is being built', async () => {
    const index = join(dist, 'index.html')
    rmSync(index)
    expect(text(await get('/'))).toBe(INDEX)
    writeFileSync(index, 'newer')
    utimesSync(index, 1, 1)
    expect(text(await get('/'))).toBe('newer')
    writeFileSync(index, INDEX)
  })
})

test('a folder without an app is an error that says so', async () => {
  const start = startVault({
    ...{ dir: join(folder.path, 'other'), port: 0, logLevel: 'silent' },
    app: { dir: join(folder.path, 'nowhere') },
  })
  await expect(start).rejects.toThrow(StartError)
  await expect(start).rejects.toThrow('The app in')
})
