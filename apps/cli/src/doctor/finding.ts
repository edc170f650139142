import type { Said } from './said.ts'

export type Level = 'ok' | 'hint' | 'wrong'

/** One thing that was looked at. `next` says what to do, when there is something to do. */
export type Finding = Readonly<{ id: string; level: Level; what: string; next?: string }>

export const finding = (id: string, level: Level, said: Said): Finding => ({ id, level, ...said })
