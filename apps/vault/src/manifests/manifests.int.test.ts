import {
  decodeList,
  decodeSummaries,
  encodeList,
  hourLeaves,
  hourOfLeaf,
  manifestOf,
  summaryOf,
} from '@hausrecht/chain/manifest'
import type { Statement } from '@hausrecht/chain/types'
import { decode } from '@hausrecht/crypto/cbor'
import { sha256 } from '@hausrecht/crypto/hash'
import {
  deviceIdOf,
  newObjectId,
  newOrderId,
  newStreamId,
  type ObjectId,
  type StreamId,
  streamIdFrom,
} from '@hausrecht/crypto/ids'
import { RawHousehold } from '@hausrecht/testkit/raw-household'
import { type TempFolder, tempFolder } from '@hausrecht/testkit/temp'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startVault, type Vault } from '../vault.ts'

let folder: TempFolder
let vault: Vault
let house: RawHousehold

beforeAll(async () => {
  folder = tempFolder('manifests')
  vault = await startVault({ dir: folder.path, port: 0, logLevel: 'silent' })
  house = await RawHousehold.found(vault)
})
afterAll(async () => {
  await vault.close()
  folder.remove()
})

type Part = { readonly stream: StreamId; readonly list: Uint8Array }

async function store(leaf: number, stream: StreamId = house.camera) {
  const object = newObjectId()
  const bytes = house.segment(leaf, object, 3000, { stream })
  expect((await house.send(house.founder, 'PUT', `/objects/${object}`, bytes)).code).toBe(null)
  return { leaf, object, sha256: sha256(bytes), length: bytes.length }
}

async function draft(hour: number): Promise<readonly Part[]> {
  const { bytes } = await house.send(house.founder, 'POST', `/manifests?hour=${hour}`)
  const parts = decode(bytes, 1 << 24)
  if (!Array.isArray(parts)) throw new Error('no list')
  return parts.map(part => {
    const [stream, list] = Array.isArray(part) ? part : []
    if (typeof stream !== 'string' || !(list instanceof Uint8Array)) throw new Error('no part')
    return { stream: stream as StreamId, list }
  })
}

const said = (hour: number, parts: readonly Part[]): Statement => ({
  type: 'manifest',
  hour,
  ...manifestOf(parts.map(({ stream, list }) => summaryOf(stream, list))),
})

async function read(hour: number, stream: StreamId = house.camera) {
  const recorder = deviceIdOf(house.founder.publicKey)
  const answer = await house.send(house.founder, 'GET', `/manifests?hour=${hour}&recorder=${recorder}&stream=${stream}`)
  if (answer.code !== null) return answer.code
  const [summaries, list] = decode(answer.bytes, 1 << 24) as [Uint8Array, Uint8Array | null]
  return { summaries: decodeSummaries(summaries), records: list && decodeList(list) }
}

const objects = (records: readonly { readonly object: ObjectId }[] | null | undefined): readonly ObjectId[] =>
  (records ?? []).map(({ object }) => object).toSorted()

test('the list of an hour is what is stored of it, stream by stream, and nothing of the hours beside it', async () => {
  const hour = 10
  const { lo, hi } = hourLeaves(hour)
  const sound = newStreamId()
  const recorder = deviceIdOf(house.founder.publicKey)
  await house.append(house.founder, { type: 'add_stream', stream: sound, kind: 'audio', recorder, pair: house.camera })
  await house.append(house.founder, {
    ...{ type: 'generation', stream: sound, generation: 0, fromLeaf: 0, reason: 'first' },
  })
  const picture = [await store(lo), await store(lo + 7), await store(hi)]
  const heard = [await store(lo + 7, sound)]
  for (const beside of [lo - 1, hi + 1]) await store(beside)

  const parts = await draft(hour)
  const of = (stream: StreamId) => parts.find(part => part.stream === stream)?.list
  expect(parts).toHaveLength(2)
  expect(of(house.camera)).toEqual(encodeList(picture))
  expect(of(sound)).toEqual(encodeList(heard))

  expect(await read(hour)).toBe('not_found')
  expect((await house.append(house.founder, said(hour, parts))).code).toBe(null)
  const logged = await read(hour)
  expect(logged).toMatchObject({ records: decodeList(encodeList(picture)) })
  // The other stream’s list is not told to who asks for this one; what the root needs of it is.
  expect(logged).toMatchObject({ summaries: { length: 2 } })
})

test('the vault takes no manifest of another list: not of more, not of less, not without a draft', async () => {
  const hour = 20
  const { lo } = hourLeaves(hour)
  const [first] = [await store(lo), await store(lo + 1)]
  const refused = { code: 'entry_rejected' }
  const undrafted = [{ stream: house.camera, list: encodeList([first]) }]
  expect(await house.append(house.founder, said(hour, undrafted))).toMatchObject(refused)
  const parts = await draft(hour)
  const [part] = parts
  const more = encodeList([...decodeList(part?.list ?? new Uint8Array(0)), { ...first, object: newObjectId() }])
  expect(await house.append(house.founder, said(hour, [{ stream: house.camera, list: more }]))).toMatchObject(refused)
  expect(await house.append(house.founder, said(hour, undrafted))).toMatchObject(refused)
  // One came between the list and the signature: it is asked for again.
  await store(lo + 2)
  const again = await draft(hour)
  expect(await house.append(house.founder, said(hour, parts))).toMatchObject(refused)
  expect((await house.append(house.founder, said(hour, again))).code).toBe(null)
})

test('what comes later does not change what was signed', async () => {
  const hour = 30
  const { lo } = hourLeaves(hour)
  const [before] = [await store(lo)]
  const parts = await draft(hour)
  await house.append(house.founder, said(hour, parts))
  await store(lo + 5)
  expect(await draft(hour)).toEqual(parts)
  expect(await read(hour)).toMatchObject({ records: [before] })
  expect((await house.append(house.founder, said(hour, parts))).code).toBe('entry_rejected')
})

test('a deletion inside an hour leaves its list; one of the whole hour takes it', async () => {
  const hour = 40
  const { lo, hi } = hourLeaves(hour)
  const stored = [await store(lo), await store(lo + 3)]
  await house.append(house.founder, said(hour, await draft(hour)))
  const forget = (from: number, to: number) =>
    house.append(house.founder, {
      ...{ type: 'delete_order', order: newOrderId() },
      ranges: [{ stream: house.camera, lo: from, hi: to }],
    })
  await forget(lo, lo)
  const inside = await read(hour)
  expect(typeof inside === 'string' ? inside : objects(inside.records)).toEqual(objects(stored))
  await forget(lo, hi)
  expect(await read(hour)).toMatchObject({ records: null, summaries: [{ objects: 2 }] })
})

test('an hour of which nothing is stored has an empty list, and nothing is kept of the question', async () => {
  expect(await draft(50)).toEqual([])
  expect(await read(50)).toBe('not_found')
})

test('a list is for who may read the stream', async () => {
  const leaf = 3 * 65_536 + 10
  const hour = hourOfLeaf(leaf)
  await store(leaf)
  await house.append(house.founder, said(hour, await draft(hour)))
  const recorder = deviceIdOf(house.founder.publicKey)
  const target = (stream: StreamId): string => `/manifests?hour=${hour}&recorder=${recorder}&stream=${stream}`
  const [reader, camera] = [await house.add('vault'), await house.add('recorder')]
  expect((await house.send(reader, 'GET', target(house.camera))).code).toBe(null)
  expect((await house.send(camera, 'GET', target(house.camera))).code).toBe('not_allowed')
  expect((await house.send(reader, 'GET', target(streamIdFrom(new Uint8Array(16).fill(9))))).code).toBe('not_allowed')
})
