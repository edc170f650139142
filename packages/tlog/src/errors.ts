/** Every way a log, a note or a proof is refused. */
export const TLOG_ERRORS = {
  bad_note: 'not a signed note',
  bad_key: 'not a verifier key',
  bad_checkpoint: 'not a checkpoint',
  bad_signature: 'a known key did not sign this',
  unsigned: 'no known key signed this',
  wrong_origin: 'the checkpoint is of another log',
  too_few_witnesses: 'too few witnesses cosigned this checkpoint',
  bad_inclusion: 'the entry is not in the log at this place',
  bad_consistency: 'the log was changed: the later tree does not contain the earlier one',
  bad_range: 'no such place in a tree of this size',
  bad_tile: 'not a tile path, or the tile has the wrong length',
  bad_proof: 'not a proof file',
  bad_policy: 'not a policy',
} as const

export type TlogErrorCode = keyof typeof TLOG_ERRORS

export class TlogError extends Error {
  readonly code: TlogErrorCode
  constructor(code: TlogErrorCode, detail?: string) {
    super(detail ? `${TLOG_ERRORS[code]}: ${detail}` : TLOG_ERRORS[code])
    this.name = 'TlogError'
    this.code = code
  }
}
