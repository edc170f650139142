/** Why bytes are not an entry. */
export const CHAIN_ERRORS = {
  bad_entry: 'not a control entry',
  entry_too_large: 'the entry is larger than 65,535 bytes',
  bad_access: 'not an access entry',
  bad_manifest: 'not the list of a manifest',
  bad_removal: 'not a removal entry, or one that cannot stand there',
  bad_signature: 'the entry is not signed by its author',
  unknown_actor: 'the author is not a device of this household',
} as const

export type ChainErrorCode = keyof typeof CHAIN_ERRORS

export class ChainError extends Error {
  readonly code: ChainErrorCode
  constructor(code: ChainErrorCode, detail?: string) {
    super(detail ? `${CHAIN_ERRORS[code]}: ${detail}` : CHAIN_ERRORS[code])
    this.name = 'ChainError'
    this.code = code
  }
}

/** Why a well-formed, signed entry is not accepted by `applyEntry`. */
export const REJECTIONS = {
  genesis_expected: 'a chain begins with its genesis',
  genesis_again: 'a chain has one genesis',
  bad_genesis: 'the household id does not follow from the founder’s key and nonce',
  chain_conflict: 'the entry does not follow the newest one; fetch the chain and sign again',
  author_conflict: 'the entry does not follow its author’s last one of this kind',
  unknown_actor: 'the author is not a device of this household',
  removed_actor: 'the author was removed from this household',
  not_allowed: 'the author’s role does not allow this',
  bad_key: 'the device key is malformed or of a kind that verifiers disagree on',
  device_exists: 'this device was added before',
  unknown_device: 'there is no such device',
  last_admin: 'the last admin cannot be removed, and browsers do not count',
  too_many_devices: 'a household has at most 64 devices at one time',
  stream_exists: 'this stream was added before',
  unknown_stream: 'there is no such stream',
  stream_stopped: 'this stream was stopped',
  too_many_streams: 'a household has at most 1024 running streams',
  bad_generation: 'generations of a stream follow each other, and so do their first leaves',
  order_exists: 'this order was given before',
  unknown_order: 'there is no such order',
  order_complete: 'this order was found complete before',
  order_owed: 'a device that may hold keys has not erased them yet',
  bad_hour: 'a recorder signs each hour once, in their order',
  bad_frontier: 'a receipt or cut names orders that are not the household’s, or fewer than the one before',
} as const

export type Rejection = keyof typeof REJECTIONS
