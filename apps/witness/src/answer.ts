/** What the witness says to one request; `text` has its own newline. */
export type Answer = { readonly status: number; readonly type: string; readonly text: string }

/** Why a request gets no cosignature, c2sp.org/tlog-witness §add-checkpoint. */
export const REFUSALS = {
  bad_request: { status: 400, text: 'not an add-checkpoint request' },
  old_too_large: { status: 400, text: 'the old size is larger than the checkpoint' },
  bad_signature: { status: 403, text: 'the checkpoint is not signed by the log' },
  unknown_log: { status: 404, text: 'no such log' },
  too_large: { status: 413, text: 'the request is too large' },
  inconsistent: { status: 422, text: 'the checkpoint is not consistent with the one cosigned before' },
  too_many_logs: { status: 503, text: 'this witness has no room for another log' },
  failed: { status: 500, text: 'the witness could not keep its state; nothing was cosigned' },
} as const

export type Refusal = keyof typeof REFUSALS

const PLAIN = 'text/plain; charset=utf-8'

export const refusal = (reason: Refusal): Answer => ({
  status: REFUSALS[reason].status,
  type: PLAIN,
  text: `${REFUSALS[reason].text}\n`,
})

export const cosigned = (lines: string): Answer => ({ status: 200, type: PLAIN, text: lines })

/** 409: the size that the witness cosigned last, for the log to prove consistency from. */
export const conflict = (size: number): Answer => ({ status: 409, type: 'text/x.tlog.size', text: `${size}\n` })
