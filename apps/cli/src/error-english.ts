import type { Catalogue } from './error-params.ts'

export const english: Catalogue = {
  port_taken: ({ port, who }) => ({
    what: `Port ${port} is taken${who === '' ? '' : ` by ${who}`}.`,
    kept: 'Nothing was changed.',
    next: `Stop that program, or choose another port: --port ${port + 10}`,
  }),
  host_refused: ({ host }) => ({
    what: `This machine has no address ${host} to listen on.`,
    next: 'Leave out --host to listen on this machine only, or use --host 0.0.0.0 for every address.',
  }),
  read_only: ({ path }) => ({
    what: `${path} cannot be written to.`,
    kept: 'Nothing was changed.',
    next: 'Choose another folder with --data DIR, or change the owner of this one.',
  }),
  disk_full: ({ path }) => ({
    what: `The disk that holds ${path} is full.`,
    kept: 'What was recorded is kept.',
    next: 'Make room, then start again.',
  }),
  already_running: ({ path, pid }) => ({
    what: `Hausrecht already runs on ${path} (process ${pid}).`,
    next: 'Look at it with `hausrecht status`, or use another folder with --data DIR.',
  }),
  not_set_up: ({ path }) => ({
    what: `There is no household in ${path} yet.`,
    next: 'Start one with `hausrecht start`, or join one with `hausrecht join`.',
  }),
  already_set_up: ({ path }) => ({
    what: `${path} already holds a device of a household.`,
    kept: 'Nothing was changed.',
    next: 'Use another folder with --data DIR.',
  }),
  still_pending: ({ path }) => ({
    what: `The device in ${path} waits to be let in.`,
    next: 'Run `hausrecht join` here again, and `hausrecht approve` on a device that is already in.',
  }),
  no_such_camera: ({ name, known }) => ({
    what: `There is no camera "${name}".`,
    next: known === '' ? 'Add one: hausrecht cameras add rtsp://…' : `Cameras here: ${known}.`,
  }),
  ambiguous_camera: ({ name, known }) => ({
    what: `"${name}" could be more than one camera: ${known}.`,
    next: 'Write more of its name.',
  }),
  camera_name_taken: ({ name }) => ({
    what: `A camera named "${name}" is already there.`,
    kept: 'Nothing was changed.',
    next: 'Give this one another name: --name NAME',
  }),
  no_such_device: ({ name }) => ({
    what: `There is no device "${name}".`,
    next: 'See them with `hausrecht devices list`.',
  }),
  bad_time: ({ text }) => ({
    what: `"${text}" is not a time that I understand.`,
    next: 'Write it like 10:00, "yesterday 18:30", -10m, or 2026-11-23T10:00.',
  }),
  bad_range: ({ from, to }) => ({
    what: `The range ends (${to}) before it begins (${from}).`,
    next: 'Write the earlier time first.',
  }),
  in_the_future: ({ from }) => ({
    what: `${from} is still to come.`,
    next: 'Choose a time that has been recorded.',
  }),
  nothing_recorded: ({ camera, span }) => ({
    what: `${camera} has no recording from ${span}.`,
    next: 'See what there is with `hausrecht status`.',
  }),
  all_deleted: ({ camera, span, when }) => ({
    what: `What ${camera} recorded from ${span} was deleted ${when}.`,
    next: 'Nobody can bring it back, and that is the point. Choose another range.',
  }),
  not_allowed: ({ reason }) => ({
    what: `This device may not do that: ${reason}.`,
    next: 'Do it on a device that may, or ask for the right there.',
  }),
  output_exists: ({ path }) => ({
    what: `${path} is already there.`,
    kept: 'It was not touched.',
    next: 'Choose another name, or overwrite it with --overwrite.',
  }),
  needs_yes: ({ what }) => ({
    what,
    kept: 'Nothing was changed.',
    next: 'Nobody is here to ask: add --yes if you mean it.',
  }),
  declined: () => ({ what: 'You said no.', kept: 'Nothing was changed.', next: '' }),
  interrupted: ({ next }) => ({ what: 'Stopped.', kept: 'What was done so far is kept.', next }),
  vault_unreachable: ({ url }) => ({
    what: `The vault at ${url} does not answer.`,
    kept: 'Nothing is lost: what was recorded waits in the spool.',
    next: 'Start it with `hausrecht start`, or check the address and the network.',
  }),
  digits_differ: () => ({
    what: 'The six digits were not the same, so this device was not let in.',
    kept: 'No key has left the house.',
    next: 'Somebody may be in between. Start again with `hausrecht join`; if it happens again, look at the vault.',
  }),
  nobody_waits: () => ({
    what: 'No device waits to be let in.',
    next: 'Run `hausrecht join` on the new device first.',
  }),
  child_failed: ({ part, reason }) => ({
    what: `The ${part} did not start: ${reason}.`,
    kept: 'What was recorded is kept.',
    next: 'Run `hausrecht doctor` to see why.',
  }),
  camera_problem: ({ what, next }) => ({ what, kept: 'No camera was added.', next }),
  damaged: ({ what }) => ({
    what,
    kept: 'Everything else opens.',
    next: 'Run `hausrecht doctor`; if the vault is not yours, tell its operator.',
  }),
  log_alarm: ({ what }) => ({
    what: `The vault's log does not add up: ${what}.`,
    kept: 'This device stopped trusting it and keeps the evidence.',
    next: 'Do not approve devices until this is explained. `hausrecht doctor` shows the evidence.',
  }),
  clock_off: () => ({
    what: 'The clock of this device is too far off for the vault to accept what it signs.',
    kept: 'Nothing is lost: what was recorded waits in the spool.',
    next: 'Set the clock (timedatectl set-ntp true), then try again.',
  }),
  vault_full: ({ reason }) => ({
    what: `The vault takes nothing more: ${reason}.`,
    kept: 'What was recorded waits in the spool.',
    next: 'Make room at the vault, or delete what you no longer need.',
  }),
  vault_refused: ({ reason }) => ({
    what: `The vault refused: ${reason}.`,
    kept: 'Nothing was changed.',
    next: 'Try again; if it stays so, run `hausrecht doctor`.',
  }),
  join_failed: ({ reason }) => ({
    what: `The device was not let in: ${reason}.`,
    kept: 'No key has left the house.',
    next: 'Start again with `hausrecht join` on the new device.',
  }),
  start_failed: ({ reason }) => ({
    what: `It did not start. ${reason}`,
    kept: 'What was recorded is kept.',
    next: 'Run `hausrecht doctor` to see what else is missing.',
  }),
  joined_folder: ({ path, vault }) => ({
    what: `${path} is a device of a household whose vault is at ${vault}.`,
    kept: 'Nothing was changed.',
    next: 'Run `hausrecht hub` to record here, or use another folder with --data DIR.',
  }),
  app_build: ({ reason }) => ({
    what: `The app for browsers could not be built: ${reason}`,
    kept: 'What was recorded is kept.',
    next: 'Run `npm ci` and start again; without the app, `hausrecht` in the terminal does the same.',
  }),
  codec_changed: () => ({
    what: 'The codec changes within this range, and an MP4 has only one.',
    kept: 'Nothing was lost.',
    next: 'Export the time before the change and the time after it separately.',
  }),
  no_log: ({ source }) => ({
    what: `There is no log in ${source}: the file "checkpoint" is missing.`,
    next: 'Name the folder that `hausrecht log export` wrote, or the address under which its files lie.',
  }),
  log_unreachable: ({ url }) => ({
    what: `${url} does not answer, or not with the files of a log.`,
    next: 'Check the address and the network. An exported folder is verified without any.',
  }),
  log_not_open: ({ url }) => ({
    what: `${url} shows its log only to devices of the household.`,
    next: 'On such a device leave the address out: hausrecht verify log. Or let somebody of the household export it.',
  }),
  bad_policy: ({ path, reason }) => ({
    what: `${path} is not a policy: ${reason}.`,
    next: 'It names witnesses and a quorum, a line each, as c2sp.org/tlog-policy says; docs/log.md has an example.',
  }),
  no_policy: ({ log }) => ({
    what: `Nothing here says by which keys ${log} has to be signed.`,
    next: 'Name them with --policy FILE (the file "policy" of an exported log, say), or run this on a device of the household.',
  }),
  unreadable: ({ path }) => ({
    what: `${path} cannot be read.`,
    next: 'Check the name, and that you may read the file.',
  }),
  no_such_order: ({ name }) => ({
    what: `No deletion, or more than one, begins with "${name}".`,
    next: 'Run `hausrecht deletions` and copy the number of one.',
  }),
  no_such_leaf: ({ index, size }) => ({
    what: `The log has no leaf ${index}: it has ${size}, and they are counted from 0.`,
    next: 'Choose a smaller number.',
  }),
  cell: ({ what }) => ({
    what: `Keys: ${what}`,
    kept: 'Nothing was changed.',
    next: 'Is the TPM there, is tpm2-tools installed, and may this user use it (on Debian: group tss)? Keys from an older copy of this folder open nothing: remove this device and let it join anew.',
  }),
  usage: ({ what, command }) => ({ what, next: `See: ${command} --help` }),
  unexpected: ({ what }) => ({
    what: `Something unexpected happened: ${what}.`,
    kept: 'What was recorded is kept.',
    next: 'Run `hausrecht doctor`; with HAUSRECHT_DEBUG=1 the details are printed.',
  }),
}
