/**
 * Every way a household device refuses something by its own judgement. Codes are closed: a new one is added here, with its
 * meaning. What the vault answers comes as a VaultError with the code of the contract's registry.
 */
export const CLIENT_ERRORS = {
  home_missing: 'this folder holds no device',
  home_exists: 'this folder holds a device already',
  home_damaged: 'a file of the device is damaged',
  cell_unavailable: 'the place of the key that opens this device’s keys does not answer',
  cell_mismatch: 'the keys in this folder are older than the key that opens them, or belong to another machine',
  cell_taken: 'something lies in the place that was chosen for the key',
  home_locked: 'another process works on this folder',
  not_member: 'this device does not belong to a household yet',
  removed: 'this device was removed from the household',
  bad_argument: 'a value that the caller gave is out of range',

  bad_checkpoint: 'a checkpoint is malformed or not signed by the log key named in the genesis',
  not_cosigned: 'a checkpoint lacks the cosignatures this device asks for',
  log_rolled_back: 'the vault showed an older log than it did before',
  log_forked: 'the vault signed two logs that contradict each other',
  log_mismatch: 'the entries the vault served are not those of its checkpoint',
  bad_log_entry: 'the log holds an entry that no honest vault would have accepted',
  entry_lost: 'the vault acknowledged an entry that its log does not hold',
  payload_mismatch: 'the sealed part of an entry is not the one its author committed to',

  access_not_logged: 'the vault offered a recording without a matching, logged access entry',
  object_mismatch: 'an object is not the one that was asked for',
  damaged_header: 'the header of an object is damaged',
  damaged_commitment: 'the start of an object is damaged, or it was sealed under another key',
  damaged_chunk: 'a chunk of an object is damaged',
  damaged_payload: 'an object opened, but what is inside is not well formed',
  key_deleted: 'the key was erased by a delete order',
  key_missing: 'this device was not given the key',

  join_none: 'there is no such request to join',
  join_busy: 'another request to join is being decided',
  join_expired: 'the request to join is too old',
  join_cancelled: 'the request to join was withdrawn',
  join_broken: 'the other side did not keep to the protocol: what it revealed is not what it committed to',
  claim_refused: 'the link was used already, is too old, or belongs to another household',
  bad_passkey: 'the vault names another household, or other witnesses, than the passkey was made for',
  join_substituted: 'the household approved another key than the one that was compared',

  no_prekey: 'the device has no one-time key left to receive keys with',
  bad_packet: 'a packet is malformed, not for this device, or was changed',
  packet_replayed: 'a packet was opened before, or its one-time key was used',
  packet_not_entitled: 'a packet holds keys that its recipient is not entitled to',
  bad_channel: 'a message of another device was changed, repeated or not made by it',
  channel_closed: 'the other device went away',
  channel_timeout: 'the other device did not answer in time',

  release_pending: 'the sender has not yet released the second share of a packet',
} as const

export type ClientErrorCode = keyof typeof CLIENT_ERRORS

/** The one error of this package for its own judgements; `detail` says which part, never a secret. */
export class ClientError extends Error {
  override readonly name: string = 'ClientError'
  readonly code: ClientErrorCode
  readonly detail: string | undefined
  constructor(code: ClientErrorCode, detail?: string, options?: ErrorOptions) {
    super(detail === undefined ? CLIENT_ERRORS[code] : `${CLIENT_ERRORS[code]}: ${detail}`, options)
    this.code = code
    this.detail = detail
  }
}

/** The vault showed two histories. Both signed checkpoints are kept as evidence; the device stops following this log. */
export class ForkError extends ClientError {
  override readonly name = 'ForkError'
  /** The checkpoint seen before and the one that contradicts it, as signed notes. */
  readonly checkpoints: readonly [string, string]
  /** The file in the store that keeps both. */
  readonly evidence: string
  constructor(code: 'log_forked' | 'log_rolled_back', checkpoints: readonly [string, string], evidence: string) {
    super(code, `kept as ${evidence}`)
    this.checkpoints = checkpoints
    this.evidence = evidence
  }
}
