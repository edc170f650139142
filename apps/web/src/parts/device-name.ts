import type { Words } from '../words/en.ts'

const BROWSERS: readonly (readonly [RegExp, string])[] = [
  [/Edg\//, 'Edge'],
  [/Firefox\//, 'Firefox'],
  [/Chrome\//, 'Chrome'],
  [/Safari\//, 'Safari'],
]
const MACHINES: readonly (readonly [RegExp, string])[] = [
  [/iPhone/, 'iPhone'],
  [/iPad/, 'iPad'],
  [/Android/, 'Android'],
  [/Mac OS X/, 'Mac'],
  [/Windows/, 'Windows'],
  [/CrOS/, 'Chromebook'],
  [/Linux/, 'Linux'],
]

/** A name to begin with, "Chrome on Mac": people change it, and it is sealed like all names. */
export function guessDeviceName(words: Words, agent: string): string {
  const find = (table: readonly (readonly [RegExp, string])[]): string | undefined =>
    table.find(([pattern]) => pattern.test(agent))?.[1]
  const [browser, machine] = [find(BROWSERS), find(MACHINES)]
  if (browser === undefined || machine === undefined) return browser ?? machine ?? ''
  return words.firstRun.names.guess.replace('{browser}', browser).replace('{machine}', machine)
}

export const NAME_MOST = 60
