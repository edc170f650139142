import { readdir, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { toHex } from '@hausrecht/crypto/bytes'
import { sha256 } from '@hausrecht/crypto/hash'
import { householdIdFrom, newObjectId } from '@hausrecht/crypto/ids'
import { randomBytes } from '@hausrecht/crypto/random'
import { type Swift, startSwift } from '@hausrecht/testkit/swift'
import { tempFolder } from '@hausrecht/testkit/temp'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { StartError, VaultRefusal } from '../errors.ts'
import type { BlobStore } from './blob-store.ts'
import { folderStore } from './folder.ts'
import { s3Store } from './s3.ts'

const folder = tempFolder('blobs')
let swift: Swift
beforeAll(async () => {
  swift = await startSwift()
})
afterAll(async () => {
  await swift.close()
  folder.remove()
})

const s3 = (more: Partial<Parameters<typeof s3Store>[0]> = {}): Promise<BlobStore> => {
  const { endpoint, region, accessKeyId, secretAccessKey } = swift
  return s3Store({ kind: 's3', bucket: 'blobs', endpoint, region, accessKeyId, secretAccessKey, ...more })
}
const household = householdIdFrom(randomBytes(16))
const name = () => ({ household, object: newObjectId() })
const digest = (bytes: Uint8Array | null): string | null => bytes && toHex(sha256(bytes))

const STORES = { folder: () => folderStore(join(folder.path, 'blobs')), s3 } as const

describe.each(['folder', 's3'] as const)('a %s', kind => {
  let store: BlobStore
  beforeAll(async () => {
    store = await STORES[kind]()
  })

  test('says what it is', async () => {
    expect(await store.check()).toBe(kind)
  })

  test.each([1, 4096, 3 * 1024 * 1024 + 17])('gives %d bytes back as they were', async length => {
    const at = name()
    const bytes = randomBytes(Math.min(length, 65_536))
    const blob = new Uint8Array(length)
    for (let offset = 0; offset < length; offset += bytes.length) blob.set(bytes.subarray(0, length - offset), offset)
    await store.put(at, blob)
    expect(await store.size(at)).toBe(length)
    expect(digest(await store.get(at))).toBe(digest(blob))
  })

  test('gives ranges', async () => {
    const at = name()
    const bytes = randomBytes(1000)
    await store.put(at, bytes)
    for (const [start, end] of [
      [0, 1],
      [0, 1000],
      [999, 1000],
      [10, 500],
    ] as const)
      expect(digest(await store.get(at, { start, end }))).toBe(digest(bytes.subarray(start, end)))
  })

  test('replaces', async () => {
    const at = name()
    await store.put(at, randomBytes(500))
    const second = randomBytes(300)
    await store.put(at, second)
    expect([await store.size(at), digest(await store.get(at))]).toEqual([300, digest(second)])
  })

  test('knows what it has not got', async () => {
    const at = name()
    expect([await store.get(at), await store.get(at, { start: 0, end: 1 }), await store.size(at)]).toEqual([
      null,
      null,
      null,
    ])
  })

  test('removes, also what is not there', async () => {
    const [at, other] = [name(), name()]
    await store.put(at, randomBytes(100))
    await store.put(other, randomBytes(100))
    expect(await store.remove([at])).toEqual([])
    expect(await store.remove([at, name()])).toEqual([])
    expect([await store.get(at), await store.size(at), await store.size(other)]).toEqual([null, null, 100])
  })

  test('takes many at once, and a new store on the same place has them all', async () => {
    const blobs = Array.from({ length: 24 }, () => ({ at: name(), bytes: randomBytes(2000) }))
    await Promise.all(blobs.map(({ at, bytes }) => store.put(at, bytes)))
    const again = await STORES[kind]()
    for (const { at, bytes } of blobs) expect(digest(await again.get(at))).toBe(digest(bytes))
  })

  test('keeps households apart', async () => {
    const [at, object] = [name(), newObjectId()]
    await store.put({ ...at, object }, randomBytes(10))
    expect(await store.size({ household: householdIdFrom(randomBytes(16)), object })).toBe(null)
  })
})

test('a folder forgets what was never finished', async () => {
  const dir = join(folder.path, 'unfinished')
  const store = await folderStore(dir)
  await store.put(name(), randomBytes(10))
  expect(await readdir(join(dir, 'tmp'))).toEqual([])
  await writeFile(join(dir, 'tmp', 'half'), 'x')
  await folderStore(dir)
  expect(await readdir(join(dir, 'tmp'))).toEqual([])
})

describe('an S3 store that cannot be used says so at the start', () => {
  const failure = (more: Parameters<typeof s3>[0]): Promise<unknown> =>
    s3(more).then(
      () => null,
      error => error,
    )

  test('wrong secret', async () => {
    const error = await failure({ secretAccessKey: 'wrong' })
    expect(error).toBeInstanceOf(StartError)
    expect(error).toMatchObject({ code: 'blobs', message: expect.stringMatching(/refuses the key.*secret/s) })
  })
  test('unknown key', async () => {
    expect(await failure({ accessKeyId: 'test:nobody' })).toMatchObject({
      code: 'blobs',
      message: expect.stringMatching(/refuses the key/),
    })
  })
  test('nobody there', async () => {
    expect(await failure({ endpoint: 'http://127.0.0.1:9' })).toMatchObject({
      code: 'blobs',
      message: expect.stringMatching(/127\.0\.0\.1:9.*does not answer/),
    })
  })
  test('a bucket name that S3 does not have', async () => {
    expect(await failure({ bucket: 'x' })).toMatchObject({ code: 'blobs' })
  })
  test('and a store that goes away later is only busy', async () => {
    const server = createServer((_, response) => response.end())
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
    const { port } = server.address() as AddressInfo
    const store = await s3({ endpoint: `http://127.0.0.1:${port}` })
    server.closeAllConnections()
    await new Promise(resolve => server.close(resolve))
    const error = await store.put(name(), randomBytes(10)).catch((caught: unknown) => caught)
    expect(error).toBeInstanceOf(VaultRefusal)
    expect(error).toMatchObject({ code: 'busy', retryAfter: 5 })
  })
})
