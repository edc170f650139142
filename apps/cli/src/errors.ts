import { type ErrorCode, type ErrorParams, type Explanation, words } from './error-words.ts'
import type { Language } from './language.ts'

export type { ErrorCode } from './error-words.ts'

/** Exit codes: 1 it did not work, 2 it was asked for wrongly, 130 a person stopped it. */
const EXIT: Partial<Readonly<Record<ErrorCode, number>>> = {
  usage: 2,
  bad_time: 2,
  bad_range: 2,
  needs_yes: 2,
  interrupted: 130,
  declined: 1,
}

/** A reason to stop that a person can act on; it is worded when it is printed, in their language. */
export class CliError extends Error {
  readonly code: ErrorCode
  readonly explain: (language: Language) => Explanation
  readonly exitCode: number

  private constructor(code: ErrorCode, explain: (language: Language) => Explanation, options?: ErrorOptions) {
    super(explain('en').what, options)
    this.name = 'CliError'
    this.code = code
    this.explain = explain
    this.exitCode = EXIT[code] ?? 1
  }

  /** @param code one of the registry in error-words.ts */
  static of<C extends ErrorCode>(code: C, params: ErrorParams[C], options?: ErrorOptions): CliError {
    return new CliError(code, language => words[language][code](params), options)
  }
}

/** An explanation on one line. */
export const oneLine = ({ what, kept, next }: Explanation): string =>
  [what, kept, next].filter(part => part !== undefined && part !== '').join(' ')
