/** Why a witness does not start. What it answers to requests is in `answer.ts`. */
export const WITNESS_ERRORS = {
  bad_config: 'the witness is not configured right',
  folder_in_use: 'another witness runs on this folder',
  damaged_key: 'the key file of the witness is not a key',
  damaged_state: 'the state of a log is damaged: a witness that forgot what it signed must not go on',
} as const

export type WitnessErrorCode = keyof typeof WITNESS_ERRORS

export class WitnessError extends Error {
  readonly code: WitnessErrorCode
  constructor(code: WitnessErrorCode, detail?: string) {
    super(detail ? `${WITNESS_ERRORS[code]}: ${detail}` : WITNESS_ERRORS[code])
    this.name = 'WitnessError'
    this.code = code
  }
}
