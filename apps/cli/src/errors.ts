import type { ErrorCode, ErrorParams, Explanation } from './error-params.ts'
import { words } from './error-words.ts'
import { LANGUAGES, type Language, type Words } from './language.ts'

/** Exit codes: 1 it did not work, 2 it was asked for wrongly, 130 a person stopped it. */
const EXIT: ReadonlyMap<string, number> = new Map<ErrorCode, number>([
  ['usage', 2],
  ['bad_time', 2],
  ['bad_range', 2],
  ['needs_yes', 2],
  ['interrupted', 130],
])

export const exitCodeOf = (code: string): number => EXIT.get(code) ?? 1

/** A reason to stop that a person can act on, in every language. */
export class CliError extends Error {
  readonly code: ErrorCode
  readonly explanation: Words<Explanation>
  readonly exitCode: number

  constructor(code: ErrorCode, explanation: Words<Explanation>, options?: ErrorOptions) {
    super(explanation.en.what, options)
    this.name = 'CliError'
    this.code = code
    this.explanation = explanation
    this.exitCode = exitCodeOf(code)
  }

  /** @param code one of the registry in error-words.ts */
  static of<C extends ErrorCode>(code: C, params: ErrorParams[C], options?: ErrorOptions): CliError {
    return new CliError(code, { en: words.en[code](params), de: words.de[code](params) }, options)
  }
}

/** An explanation on one line. */
export const oneLine = ({ what, kept, next }: Explanation): string =>
  [what, kept, next].filter(part => part !== undefined && part !== '').join(' ')

const isExplanation = (value: unknown): value is Explanation =>
  typeof value === 'object' && value !== null && 'what' in value && typeof value.what === 'string' && 'next' in value

/** Reads an error that another process of ours told of (code and explanation as they are in a CliError). */
export function readError(value: unknown): CliError | undefined {
  if (typeof value !== 'object' || value === null || !('code' in value) || !('explanation' in value)) return undefined
  const { code, explanation } = value
  if (typeof explanation !== 'object' || explanation === null) return undefined
  const said = new Map<string, unknown>(Object.entries(explanation))
  const known = Object.keys(words.en).find((name): name is ErrorCode => name === code)
  const [en, de] = LANGUAGES.map((language: Language) => said.get(language))
  return known !== undefined && isExplanation(en) && isExplanation(de) ? new CliError(known, { en, de }) : undefined
}
