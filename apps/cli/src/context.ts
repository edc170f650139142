import type { Language } from './language.ts'
import type { Output } from './output.ts'
import type { Asker } from './terminal/ask.ts'

export type Clock = { now(): number }

/** What every command is given: nothing in a command reaches for the process by itself. */
export type Context = Readonly<{
  language: Language
  out: Output
  ask: Asker
  clock: Clock
  env: Readonly<Record<string, string | undefined>>
  /** The data folder, absolute. */
  dataDir: string
  /** How a person calls us from here: `hausrecht`, or `npx hausrecht` in the repository. */
  invocation: string
  version: string
  /** Aborts when a person presses Ctrl-C. */
  signal: AbortSignal
}>
