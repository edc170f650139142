import { appendFileSync } from 'node:fs'
import { join } from 'node:path'
import { tempFolder } from '@hausrecht/testkit/temp'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { dropNotes, keepNotes, type Note, readNotes } from './notes.ts'

let folder: ReturnType<typeof tempFolder>
let file = ''
beforeEach(() => {
  folder = tempFolder('notes')
  file = join(folder.path, 'out.mp4')
})
afterEach(() => folder.remove())

const note = (windows: number, video: number): Note => ({ windows, video, audio: 0, picture: [], sound: [] })

test('only windows that the unfinished movie has whole are taken over', () => {
  keepNotes(file, [note(1, 10), note(2, 20), note(3, 30)])
  expect(readNotes(file, { video: 25, audio: 0 })).toEqual([note(1, 10), note(2, 20)])
  expect(readNotes(file, { video: 5, audio: 0 })).toEqual([])
})

test('a torn or missing file is no notes', () => {
  expect(readNotes(file, { video: 9, audio: 9 })).toEqual([])
  keepNotes(file, [note(1, 1)])
  appendFileSync(`${file}.part.notes`, '{"windows":2,"vid')
  expect(readNotes(file, { video: 9, audio: 9 })).toEqual([])
  dropNotes(file)
  dropNotes(file)
})
