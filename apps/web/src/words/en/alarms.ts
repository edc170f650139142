/** What people must know: what happened, what was not lost, the one next step. Codes of engine/alarms.ts. */
const log = {
  kept: 'This browser has accepted nothing of it. Your recordings stay sealed.',
  next: 'Let no device in until it is cleared up. If somebody else runs the vault, ask them.',
}
const object = {
  kept: 'It was not shown. Everything else can be opened.',
  next: 'Look whether other times are affected. If somebody else runs the vault, tell them.',
}

export const alarms = {
  titleOne: 'Something is wrong',
  at: 'noticed {when}',
  bad_checkpoint: { what: 'The vault signed the log in a way that does not fit its key.', ...log },
  not_cosigned: {
    what: 'The log lacks the signatures of witnesses that your household asks for.',
    kept: 'Nothing new is accepted until they are there. Your recordings stay sealed.',
    next: 'Wait a few minutes; if it stays so, look whether the witness is running.',
  },
  log_rolled_back: { what: 'The vault showed an older log than before, as if something had not happened.', ...log },
  log_forked: { what: 'The vault has signed two logs that contradict each other.', ...log },
  log_mismatch: { what: 'The vault served other entries than its signed log holds.', ...log },
  bad_log_entry: { what: 'The log holds an entry that nobody in your household could have made.', ...log },
  entry_lost: { what: 'The vault confirmed an entry that its log does not hold.', ...log },
  payload_mismatch: { what: 'Names in the log were exchanged for others.', ...log },
  access_not_logged: {
    what: 'The vault offered a recording without writing down who asked for it.',
    kept: 'It was not opened. Nobody else can open it either.',
    next: 'Let no device in until it is cleared up. If somebody else runs the vault, ask them.',
  },
  object_mismatch: { what: 'The vault handed out another recording than the one asked for.', ...object },
  damaged_header: { what: 'A recording came back from the vault changed at its start.', ...object },
  damaged_commitment: { what: 'A recording came back from the vault changed, or sealed with a wrong key.', ...object },
  damaged_chunk: { what: 'A recording came back from the vault changed.', ...object },
  damaged_payload: { what: 'A recording could be opened, but what is in it is broken.', ...object },
  withheld: {
    what: 'The vault keeps back something that was recorded.',
    kept: 'Everything else can be opened.',
    next: object.next,
  },
  reordered: { what: 'The vault handed out a recording twice, or in a wrong order.', ...object },
  live_changed: {
    what: 'A live picture was changed on its way through the vault.',
    kept: 'It was not shown. What is recorded is not touched by it.',
    next: object.next,
  },
  bad_channel: {
    what: 'A message between this browser and the hub was changed, repeated or held back on its way.',
    kept: 'It was thrown away, and both have begun anew with fresh keys. Nobody could read it.',
    next: 'If it happens again, somebody stands in between. If somebody else runs the vault, tell them.',
  },
  log_stale: {
    what: 'No witness has seen the log for ten minutes or longer: something newer may be kept from you.',
    kept: 'What is shown was checked. Your recordings stay sealed.',
    next: 'Look whether the witness is running and this device’s clock is right. If both are, tell whoever runs the vault.',
  },
  join_substituted: {
    what: 'The key of a device was exchanged while it was being let in.',
    kept: 'It was given no keys of recordings.',
    next: 'Remove the device in Family, and let it ask again from another network.',
  },
}
