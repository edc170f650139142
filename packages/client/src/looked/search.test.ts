import type { Access } from '@hausrecht/chain/access'
import { type DeviceId, newStreamId } from '@hausrecht/crypto/ids'
import { describe, expect, test } from 'vitest'
import { EVERYTHING, matcher } from './query.ts'
import { everyAccess, LOOKED_PAGE_MOST, searchAccesses } from './search.ts'
import type { AccessSource } from './source.ts'

const [PHONE, TABLET] = ['phone'.padEnd(26, 'a') as DeviceId, 'tablet'.padEnd(26, 'a') as DeviceId]
const HALL = newStreamId()
const blank = new Uint8Array(0)
const access = (reader: DeviceId): Access => ({
  ...{ time: 0, reader, stream: HALL, purpose: 'own', expires: 0, lo: 1, hi: 1 },
  ...{ tokenHash: blank, request: blank, signature: blank, bytes: blank },
})

/** A log of `size` accesses, every tenth by the tablet, read 50 at a time. */
function source(size: number) {
  const asked: (number | null)[] = []
  const read: AccessSource = async before => {
    asked.push(before)
    const end = before ?? size
    const first = Math.max(0, end - 50)
    const found = Array.from({ length: end - first }, (_, i) => end - 1 - i).map(index => ({
      access: access(index % 10 === 0 ? TABLET : PHONE),
      index,
    }))
    return { found, next: first === 0 ? null : first }
  }
  return { read, asked }
}
const tablet = matcher({ ...EVERYTHING, readers: new Set([TABLET]) }, new Map())
const places = (rows: readonly { readonly index: number }[]): readonly number[] => rows.map(({ index }) => index)

describe('looking through the log', () => {
  test('goes to its beginning, newest first, and is bounded by the limit', async () => {
    const { read } = source(1203)
    const first = await searchAccesses(read, tablet, { limit: 3 })
    expect([places(first.rows), first.next]).toEqual([[1200, 1190, 1180], 1180])
    const next = await searchAccesses(read, tablet, { limit: 1000, before: first.next })
    expect([next.rows.length, next.rows[0]?.index, next.rows.at(-1)?.index, next.next]).toEqual([118, 1170, 0, null])
  })

  test('an empty log has nothing, and there is nothing before its beginning', async () => {
    expect(await searchAccesses(source(0).read, tablet, { limit: 5 })).toEqual({ rows: [], next: null, unnamed: 0 })
    expect((await searchAccesses(source(9).read, tablet, { limit: 5, before: 0 })).next).toBeNull()
  })

  test('counts what was left out because a name is missing', async () => {
    const found = await searchAccesses(source(100).read, matcher({ ...EVERYTHING, text: 'phone' }, new Map()), {
      limit: 1000,
    })
    expect([found.rows.length, found.unnamed]).toEqual([90, 10])
  })

  test('gives LOOKED_PAGE_MOST at once and no more', async () => {
    const all = matcher(EVERYTHING, new Map())
    expect((await searchAccesses(source(1500).read, all, { limit: LOOKED_PAGE_MOST })).rows).toHaveLength(1000)
    for (const limit of [0, -1, Number.NaN, LOOKED_PAGE_MOST + 1])
      await expect(searchAccesses(source(1).read, all, { limit })).rejects.toMatchObject({ code: 'bad_argument' })
  })

  test('stops when nobody waits any more, before it reads on', async () => {
    const { read, asked } = source(10_000)
    const stop = new AbortController()
    const going = searchAccesses(read, tablet, {
      limit: 1000,
      signal: stop.signal,
      onProgress: place => place < 9900 && stop.abort(new Error('enough')),
    })
    await expect(going).rejects.toThrow('enough')
    expect(asked).toEqual([null, 9950, 9900])
  })

  test('says how far it is', async () => {
    const seen: number[] = []
    await searchAccesses(source(120).read, tablet, { limit: 100, onProgress: place => seen.push(place) })
    expect(seen).toEqual([70, 20, 0])
  })
})

test('all that match come page by page, each once', async () => {
  const found: number[] = []
  const sizes: number[] = []
  for await (const { rows } of everyAccess(source(2345).read, matcher(EVERYTHING, new Map()))) {
    found.push(...places(rows))
    sizes.push(rows.length)
  }
  expect(found).toEqual(Array.from({ length: 2345 }, (_, i) => 2344 - i))
  expect(sizes).toEqual([1000, 1000, 345])
})
