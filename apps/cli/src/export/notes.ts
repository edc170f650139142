import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import type { Finding } from '@hausrecht/client/sequence'

/** What was found out when a window of an export was complete, and how many segments the movie had then. */
export type Note = Readonly<{
  windows: number
  video: number
  audio: number
  picture: readonly Finding[]
  sound: readonly Finding[]
}>

export const NOTHING_YET: Note = { windows: 0, video: 0, audio: 0, picture: [], sound: [] }

const pathOf = (file: string): string => `${file}.part.notes`

/** Keeps what was found so far, one line a window: an export that is continued still tells all of it. */
export function keepNotes(file: string, notes: readonly Note[]): void {
  writeFileSync(pathOf(file), notes.map(note => `${JSON.stringify(note)}\n`).join(''), { mode: 0o600 })
}

const isNote = (value: unknown): value is Note =>
  typeof value === 'object' &&
  value !== null &&
  ['windows', 'video', 'audio'].every(name => Number.isInteger(Reflect.get(value, name))) &&
  ['picture', 'sound'].every(name => Array.isArray(Reflect.get(value, name)))

/**
 * The notes that an unfinished movie still bears out: its journal may be some segments behind after a crash, and windows that it does
 * not have whole are read again.
 */
export function readNotes(file: string, has: Readonly<{ video: number; audio: number }>): readonly Note[] {
  try {
    const lines = readFileSync(pathOf(file), 'utf8').split('\n').filter(Boolean)
    const notes = lines.map((line): unknown => JSON.parse(line)).filter(isNote)
    return notes.filter(note => note.video <= has.video && note.audio <= has.audio)
  } catch {
    return []
  }
}

export const dropNotes = (file: string): void => rmSync(pathOf(file), { force: true })
