import { fromBase64 } from '@hausrecht/crypto/bytes'
import { MAX_LEAF } from '@hausrecht/keytree/leaf'
import { KeyTree } from '@hausrecht/keytree/tree'
import { expect, test } from 'vitest'
import { KeyStore } from './key-store.ts'
import {
  at,
  days,
  FaultyStore,
  name,
  oldFile,
  PROBES,
  page,
  part,
  rawNodes,
  reaching,
  readable,
  spine,
  stream,
  whole,
} from './keys-fixture.ts'
import { MemoryStore } from './memory-store.ts'

const none = (): [] => []
/** The second of the days with probes, as it is called in a file's name. */
const DAY = 20_001

/** Written by the release before pages: three days, 1000 leaves of the second one punctured. */
const OLD_FILE =
  'bEjkNtI6yAEXeyA28rAstvPz17trrOSqrV7ixK1v/CSPgxAZTiBYIKAx2QGOTNvWXi1sSctxexIBhv3UZQvZWjhUvTGUUQtggxcaACcQgFggWxz8kaoNpSxebRPRbxxRfveXmPiqZbXmzP5dztJLLXuDGBgaAE4hAlggN2qzWcwHPoG684pPVzPr0uWZnOYQCMUrdazWjQfzdiWDGBkaAJxCBlggtxxNkZvWYpBMknGX73QZKqzS7cWCdRlU37c/9z81wW+DGBoaATiEDlggsnSdqkqXcoi3FD+Cvzj2+6vdyhZ9wygVntLsSbNhcKWDGBsaAnEIHlggtLIAZwfygWsVqeFUftCYe4iGvpw+yzfDWT2YxgfFhpaDGB0aCcQgfFggPRYawCMhpKOdKRvvP+2vnvxOfhtGh2xPN6Xt/tK/wWiDGBwaBOIQfVggEFHGInMiFTZJx6J6LB8wiE6BeZybo0BNipV5dV9XZaaDGBsaAnEIP1ggAFO+5BbkVSVdO8imEhXrJsZIvlZ64Qg6J0ykUeMyIguDFRoACcQhWCDvxCWs0Zh1qqbcWZodVYom9JhXqPterJPsie+DDwzU/oMUGgAE4hFYIFOkk00V4m2umQJxX/NEZl5NbLE6BbOk9w35MfvcXCt/gxMaAAJxCVggJewDhXQ7PnYPFY/W5YOHh8lMtZBRykXf7yZXTz5N6KqDEhoAATiFWCC5B8LBSzMg1LxIX13Sr6GQ+mJVuzpr59kljKBkSplO+YMRGZxDWCDCGMrzaVFu9Z1XzxEd4KmqazTZIGtHriVQRWK8zxtaeoMQGU4iWCCqyDg1wQebeBEsWO/ZEgin+zzHI13NM7i8SwsC5MYgsQ=='

const opened = async (): Promise<{ store: MemoryStore; keys: KeyStore }> => {
  const store = new MemoryStore()
  const keys = await KeyStore.open(store, none)
  await keys.import(name, whole())
  return { store, keys }
}

test('a file of an older release is read, and lies in pages from then on', async () => {
  const store = new MemoryStore()
  await store.writeSecret(spine, fromBase64(OLD_FILE))
  const keys = await KeyStore.open(store, none)
  const gone = { lo: at(1, 1000), hi: at(1, 1999) }
  const left = KeyTree.fromCover(part(days(0, 2)))
  left.puncture(gone.lo, gone.hi)
  expect(keys.export(name, { lo: 0, hi: MAX_LEAF })).toEqual(left.cover())
  expect(readable(keys)).toEqual(PROBES.filter(probe => left.isAlive(probe)))
  const files = await rawNodes(store)
  expect([...files.keys()]).toEqual([spine, page(DAY)])
  expect(files.get(spine)?.map(({ depth }) => depth)).toEqual([16, 16])
  expect(files.get(page(DAY))).toHaveLength(13)
})

test('a puncture writes the page of its day and no other file', async () => {
  const { store, keys } = await opened()
  await keys.puncture(
    stream,
    [0, 1, 2].map(day => ({ lo: at(day, 5), hi: at(day, 5) })),
  )
  const before = await store.marks('keys/')
  await keys.puncture(stream, { lo: at(1, 9), hi: at(1, 12) })
  const after = await store.marks('keys/')
  expect([...after.keys()].filter(file => after.get(file) !== before.get(file))).toEqual([page(DAY)])
  await keys.puncture(stream, { lo: at(1, 9), hi: at(1, 12) })
  expect(await store.marks('keys/')).toEqual(after)
})

test('a page goes with its day, and the spine does not bring it back', async () => {
  const { store, keys } = await opened()
  await keys.puncture(stream, { lo: at(1, 5), hi: at(1, 5) })
  await keys.puncture(stream, days(1, 1))
  expect(await store.list('keys/')).toEqual([spine])
  expect(readable(keys)).toEqual(PROBES.filter(probe => probe < at(1, 0) || probe >= at(2, 0)))
  // Given again as a whole, what is left of a day with a page is one node of the spine.
  await keys.puncture(stream, { lo: at(2, 5), hi: at(2, 5) })
  await keys.import(name, part(days(2, 2)))
  expect(await store.list('keys/')).toEqual([spine])
})

test('where a crash left a day in both, the page counts, and the spine is put right before the page can go', async () => {
  const { store, keys } = await opened()
  const before = (await store.read(spine)) ?? new Uint8Array(0)
  const gone = { lo: at(1, 1000), hi: at(1, 1999) }
  await keys.puncture(stream, gone)
  const wanted = readable(keys)
  await store.writeSecret(spine, before)
  expect(await reaching(store, [gone])).toEqual([spine])
  // The same process, as when another one crashed; and a new one.
  await keys.puncture(stream, gone)
  expect(await reaching(store, [gone])).toEqual([])
  await store.writeSecret(spine, before)
  expect(readable(await KeyStore.open(store, none))).toEqual(wanted)
  expect(await reaching(store, [gone])).toEqual([])
})

test('a spine that could not be put right at once is put right before its day goes', async () => {
  const store = new FaultyStore()
  const one = await KeyStore.open(store, none)
  await one.import(name, whole())
  const two = await KeyStore.open(store, none)
  // The first process ends between page and spine; the second cannot write the spine when it finds that.
  store.fail({ at: 2, after: false, forGood: true })
  await expect(one.puncture(stream, { lo: at(1, 5), hi: at(1, 5) })).rejects.toThrow('power cut')
  store.fail(null)
  expect(await store.list('keys/')).toEqual([spine, page(DAY)])
  store.fail({ at: 2, after: false, forGood: false })
  await expect(two.refresh()).rejects.toThrow('power cut')
  store.fail(null)
  await two.puncture(stream, days(1, 1))
  expect(await reaching(store, [days(1, 1)])).toEqual([])
})

test('a page has at most half of its day, however the holes are chosen', async () => {
  const { store, keys } = await opened()
  const holes = Array.from({ length: 21_600 }, (_, i) => ({ lo: at(1, 2 * i), hi: at(1, 2 * i) }))
  await keys.puncture(stream, holes)
  const bytes = await store.read(page(DAY))
  expect(keys.positions(name).length).toBeLessThan(21_600 + 40)
  expect(bytes?.length).toBeLessThan(1_000_000)
  expect((await store.read(spine))?.length).toBeLessThan(1000)
})

test('a page that holds another day, or whole days, is damaged', async () => {
  for (const cover of [part({ lo: at(2, 0), hi: at(2, 99) }), part(days(1, 1))]) {
    const { store, keys } = await opened()
    await keys.puncture(stream, { lo: at(1, 5), hi: at(1, 5) })
    await store.writeSecret(page(DAY), oldFile(cover))
    await expect(KeyStore.open(store, none)).rejects.toMatchObject({ code: 'home_damaged', detail: page(DAY) })
  }
})
