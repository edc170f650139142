import { appendFileSync, mkdirSync, readdirSync, rmdirSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { hourLeaves } from '@hausrecht/chain/manifest'
import { newObjectId, newStreamId } from '@hausrecht/crypto/ids'
import { type TempFolder, tempFolder } from '@hausrecht/testkit/temp'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { JOURNAL_HOURS_MAX, Journal } from './journal.ts'

let folder: TempFolder
beforeEach(() => {
  folder = tempFolder('journal')
})
afterEach(() => folder.remove())

const stream = newStreamId()
const noted = (hour: number, offset = 0) => ({
  leaf: hourLeaves(hour).lo + offset,
  stream,
  objectId: newObjectId(),
})

test('what was noted and flushed is there for the next process, once, by its hour', async () => {
  const journal = await Journal.open(folder.path)
  const [a, b, c] = [noted(7), noted(7, 5), noted(8)]
  for (const meta of [a, b, c, a]) journal.note(meta)
  await journal.flush()
  journal.note(b)
  await journal.flush()
  const again = await Journal.open(folder.path)
  expect(again.hours()).toEqual([7, 8])
  expect([...again.of(7)]).toEqual([a, b].map(({ objectId, leaf }) => [objectId, { leaf, stream }]))
  expect(again.of(9).size).toBe(0)
})

test('what was not flushed is not, and a torn line is cut off, so that what follows is read right', async () => {
  const journal = await Journal.open(folder.path)
  const [a, b, c] = [noted(7), noted(7, 1), noted(7, 2)]
  journal.note(a)
  await journal.flush()
  journal.note(b)
  const path = join(folder.path, '7.bin')
  appendFileSync(path, new Uint8Array(11))
  const again = await Journal.open(folder.path)
  expect([...again.of(7).keys()]).toEqual([a.objectId])
  again.note(c)
  await again.flush()
  expect([...(await Journal.open(folder.path)).of(7).keys()]).toEqual([a.objectId, c.objectId])
  truncateSync(path, 0)
  expect((await Journal.open(folder.path)).of(7).size).toBe(0)
})

test('an hour that is done leaves nothing', async () => {
  const journal = await Journal.open(folder.path)
  journal.note(noted(7))
  await journal.flush()
  journal.note(noted(7))
  await journal.drop(7)
  await journal.flush()
  expect([journal.hours(), readdirSync(folder.path)]).toEqual([[], []])
})

test('a disk that takes nothing loses nothing that is still in memory', async () => {
  const journal = await Journal.open(folder.path)
  const [a, b] = [noted(7), noted(8)]
  // A folder in the place of the file fails for root too.
  mkdirSync(join(folder.path, '7.bin'))
  journal.note(a)
  journal.note(b)
  await expect(journal.flush()).rejects.toThrow()
  rmdirSync(join(folder.path, '7.bin'))
  await journal.flush()
  const again = await Journal.open(folder.path)
  expect([...again.of(7).keys(), ...again.of(8).keys()]).toEqual([a.objectId, b.objectId])
})

test('hours that nobody signs do not pile up', async () => {
  const journal = await Journal.open(folder.path)
  for (let hour = 0; hour < JOURNAL_HOURS_MAX + 3; hour++) journal.note(noted(hour))
  await journal.flush()
  expect(journal.hours()).toHaveLength(JOURNAL_HOURS_MAX)
  expect(journal.hours()[0]).toBe(3)
  expect(readdirSync(folder.path)).toHaveLength(JOURNAL_HOURS_MAX)
})

test('other files in its folder are not read', async () => {
  writeFileSync(join(folder.path, 'note.txt'), 'x')
  expect((await Journal.open(folder.path)).hours()).toEqual([])
})
