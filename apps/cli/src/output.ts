import { type CliError, oneLine } from './errors.ts'
import type { Language } from './language.ts'
import { type Style, styleFor } from './terminal/style.ts'

/** Where a command's words go. With `--json`, stdout carries JSON values only, one a line; words go to stderr. */
export type Output = Readonly<{
  json: boolean
  /** stdout is a terminal that can be redrawn, and JSON was not asked for. */
  live: boolean
  style: Style
  columns(): number
  /** A line for people. */
  line(text: string): void
  /** A line that is drawn over by the next one; nothing when stdout can't be redrawn. */
  progress(text: string): void
  /** A value for programs; nothing unless `--json`. */
  value(value: unknown): void
  error(error: CliError, language: Language): void
}>

type Stream = Readonly<{ write(text: string): unknown; isTTY?: boolean; columns?: number }>
export type Streams = Readonly<{ stdout: Stream; stderr: Stream; env: Readonly<Record<string, string | undefined>> }>

const DEFAULT_COLUMNS = 80

/** @param invocation how commands are called from here, for the next steps that errors name */
export function createOutput({ stdout, stderr, env }: Streams, json: boolean, invocation = 'hausrecht'): Output {
  const words = json ? stderr : stdout
  const live = words.isTTY === true && env.TERM !== 'dumb' && env.CI === undefined
  let drawn = false
  const wipe = (): string => {
    const before = drawn ? '\r\x1b[K' : ''
    drawn = false
    return before
  }
  return {
    json,
    live,
    style: styleFor(words.isTTY === true, env),
    columns: () => words.columns ?? DEFAULT_COLUMNS,
    line: text => void words.write(`${wipe()}${text}\n`),
    progress(text) {
      if (!live) return
      words.write(`\r${text}\x1b[K`)
      drawn = true
    },
    value: value => void (json && stdout.write(`${JSON.stringify(value)}\n`)),
    error(error, language) {
      const explanation = error.explanation[language]
      if (json) stdout.write(`${JSON.stringify({ error: { code: error.code, ...explanation } })}\n`)
      const before = words === stderr || drawn ? wipe() : ''
      stderr.write(`${before}${oneLine(explanation).replaceAll('`hausrecht ', `\`${invocation} `)}\n`)
    },
  }
}
