/** Every refusal of the vault: HTTP status and what to tell a person. docs/errors.md is compared with this by a test. */
export const ERRORS = {
  bad_request: [400, 'The request is malformed.'],
  bad_id: [400, 'An identifier in the address is malformed.'],
  bad_segment: [400, 'The body is not a sealed segment, or its header does not match the address.'],
  bad_entry: [400, 'The body is not a signed entry.'],
  bad_packet: [400, 'The body is not a packet.'],
  bad_range: [400, 'The range is empty or malformed.'],
  signature_missing: [401, 'Requests are signed by a device; this one is not.'],
  signature_invalid: [401, 'The signature does not fit the request.'],
  signature_expired: [401, 'The request’s clock is too far off. Set the clock of this device.'],
  signature_replayed: [401, 'This request was seen before.'],
  digest_mismatch: [400, 'The body is not the one that was signed.'],
  unknown_device: [403, 'This device does not belong to the household.'],
  removed_device: [403, 'This device was removed from the household.'],
  not_allowed: [403, 'This device may not do that.'],
  bad_origin: [403, 'The app is not served at this address, so no passkey can belong to it.'],
  passkey_invalid: [403, 'The passkey’s answer does not fit the question. Ask again.'],
  passkey_unknown: [403, 'No household here knows this passkey.'],
  session_invalid: [403, 'The sign-in has run out or belongs to another device. Sign in again.'],
  operator_only: [403, 'This address is for the operator.'],
  token_missing: [403, 'Reading needs an access token.'],
  token_invalid: [403, 'The access token is not good for this object, or has run out.'],
  not_found: [404, 'There is nothing here.'],
  unknown_household: [404, 'There is no such household here.'],
  method_not_allowed: [405, 'That cannot be done with this address.'],
  chain_conflict: [409, 'The chain has moved on. Fetch it and sign again.'],
  household_exists: [409, 'This household is here already.'],
  object_differs: [409, 'Another object is stored under this id.'],
  pending_state: [409, 'This step of joining is not due.'],
  deleted_range: [410, 'This range was deleted by an order of the household.'],
  gone: [410, 'This was taken or has run out.'],
  too_large: [413, 'The body is larger than allowed.'],
  unsupported_media_type: [415, 'The body has the wrong content type.'],
  range_not_satisfiable: [416, 'The object is shorter than that.'],
  entry_rejected: [422, 'The chain’s rules do not allow this entry.'],
  too_many: [429, 'Too many at once. Try again later.'],
  headers_too_large: [431, 'The headers are larger than allowed.'],
  internal: [500, 'Something went wrong in the vault. Nothing was lost; try again.'],
  busy: [503, 'The vault is busy. Try again in a moment.'],
  log_unavailable: [503, 'The log cannot be written, so nothing is served.'],
  storage_full: [507, 'The vault’s disk is full.'],
  quota_exceeded: [507, 'The household’s space is used up.'],
} as const satisfies Record<string, readonly [number, string]>

export type ErrorCode = keyof typeof ERRORS
export const ERROR_CODES = Object.keys(ERRORS) as readonly ErrorCode[]

export const isErrorCode = (code: unknown): code is ErrorCode => typeof code === 'string' && Object.hasOwn(ERRORS, code)

/** An error body, RFC 9457. */
export type Problem = {
  readonly type: string
  readonly title: string
  readonly status: number
  readonly code: ErrorCode
  readonly detail?: string
  /** What the caller needs to go on: the chain’s head after a conflict, say. */
  readonly info?: Readonly<Record<string, string | number>>
}

export const problem = (code: ErrorCode, detail?: string, info?: Problem['info']): Problem => {
  const [status, title] = ERRORS[code]
  return { type: `urn:hausrecht:error:${code}`, title, status, code, ...(detail && { detail }), ...(info && { info }) }
}
