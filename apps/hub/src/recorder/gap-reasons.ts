/**
 * Why nothing was recorded, as it stands in gap objects (docs/formats.md §segment: the recorder's list) and in docs/hub.md, which a
 * test compares with this. Words are never reused for another meaning.
 */
export const GAP_REASONS = {
  hub_stopped: 'the hub was stopped in order',
  hub_crashed: 'the hub or its machine went down without a stop, or the disk was full at the stop',
  camera_added: 'the camera was just added: recording starts with its first key frame',
  camera_unreachable: 'nothing answered at the camera’s address',
  camera_silent: 'the camera was connected and sent nothing',
  camera_refused: 'the camera answered, but gave no stream at this address',
  wrong_password: 'the camera refused the password',
  unsupported_codec: 'the camera sends what the hub can’t record',
  camera_clock: 'the clock of the camera or of the hub jumped: times around it are uncertain',
  frames_missing: 'the camera went on, but frames of this time never came',
  hub_overloaded: 'the hub could not seal or write as fast as the camera sent',
  no_key: 'the hub holds no key to seal this time with: it was deleted, or the household is not set up',
  seal_failed: 'sealing failed inside the hub; its log says how',
  disk_full: 'the hub’s disk was full and its memory too',
  spool_full: 'the vault was away for so long that the spool reached its size; the oldest went',
  spool_expired: 'the vault was away for so long that the spool reached its days; the oldest went',
  spool_damaged: 'what the disk gave back was not what was written',
} as const

export type GapReason = keyof typeof GAP_REASONS
