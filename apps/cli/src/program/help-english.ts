import { example } from './help-example.ts'

export const english = {
  about: 'Home cameras that only the household can look through.',
  titles: {
    'Usage:': 'Usage:',
    'Options:': 'Options:',
    'Arguments:': 'Arguments:',
    'Commands:': 'Commands:',
  },
  examples: 'Examples:',
  more: (invocation: string) => `${invocation} COMMAND --help says more about each.`,
  helpOption: 'show this help',
  versionOption: 'show the version',
  groups: {
    cell: 'What the keys of this device lie in',
    cameras: 'the cameras of the household',
    devices: 'the devices that can open its recordings',
    verify: 'what anybody can check, without an account',
    log: 'the log of the household, to keep and to give away',
  },
  arguments: {
    camera: 'name of a camera, or the beginning of it',
    from: 'where the range begins: 10:00, "yesterday 18:30", -10m, 2026-11-23T10:00',
    to: 'where it ends: a time as before, +5m after the beginning, or now',
    file: 'the MP4 file to write',
    url: 'address of the camera: rtsp://user@host/path or rtsps://…',
    address: 'what `hausrecht status` on a device of the household shows under "join"',
    device: 'name or id of a device',
    waitingDevice: 'id of the waiting device, if more than one waits',
    shell: 'the shell to write the completion for',
    source: 'a folder with an exported log, or its address; left out: the log of this household, as its vault has it',
    proofFile: 'a proof file (c2sp.org/tlog-proof), usually named .tlog-proof',
    leaf: 'place of an entry in the log, counted from 0',
    order: 'number of a deletion, or the beginning of it, as `hausrecht deletions` shows it',
    receiptFile: 'a receipt of a deletion, usually named receipt-….json',
    newReceiptFile: 'the file to write (default: receipt-NUMBER.json)',
    folder: 'the folder to write to',
    days: 'for how many days, or "forever"',
    cell: 'where the key lies that opens the keys of this device',
  },
  options: {
    data: 'folder that holds everything (default: ~/.hausrecht, or HAUSRECHT_DATA)',
    json: 'print JSON for programs, one value a line',
    lang: 'language of what is said (default: as the machine is set)',
    port: 'port to listen on',
    host: 'address to listen on (default: this machine only)',
    fresh: 'start over: removes every recording and key in the data folder, after asking',
    yes: 'do not ask',
    headless: 'plain lines instead of a screen',
    noSampleCamera: 'run without the sample camera',
    database: 'a PostgreSQL to use instead of the embedded one',
    blobs: 'where sealed objects go: a folder, or s3://key:secret@host/bucket',
    origin: 'name of this vault in its logs',
    appOrigin:
      'where people open the app, for passkeys, like https://home.example.org (default: http://localhost and the port)',
    witness: 'a witness that cosigns the logs: its address and key',
    quota: 'how much a household may keep, like 500GB',
    tlsCert: 'certificate, for an address that others reach',
    tlsKey: 'its private key',
    vault: 'address of the vault',
    householdName: 'name of the household',
    label: 'name of this device, as others of the household see it',
    digitsStdin: 'read the six digits that the new device shows from stdin instead of asking',
    since: 'from when on it may open recordings (default: everything)',
    role: 'member: open recordings; admin: also let devices in and delete',
    name: 'name of the camera',
    user: 'user name at the camera',
    passwordStdin: 'read the password from stdin, so that it is in no history',
    overwrite: 'replace the file if it is there',
    noSound: 'leave the sound out',
    noWait: 'give the order and do not wait until it is carried out',
    watch: 'keep showing it',
    trust: 'key of a witness that has to cosign; all that are named have to',
    policy: 'file that names witnesses and how many of them are enough (c2sp.org/tlog-policy)',
    entry: 'file with the entry that the proof is of, where the proof does not hold it',
    names: 'put readable names of devices and cameras into it; whoever reads the file reads them',
    witnessName: 'name under which it cosigns, like witness.example.org/home',
    camera: 'only for this camera',
    device: 'only this device: its name or id; of several with one name, all',
    search: 'only where these words are in the name of the device or the camera',
    from: 'only from then on: 10:00, "yesterday 18:30", -2d, 2026-11-23T10:00',
    to: 'only before then: a time as before; a day means its end',
    recorded: '--from and --to mean when it was recorded, not when somebody looked',
    csv: 'write all of it into this file, for a spreadsheet',
    index: 'NV index of the TPM, if something lies at the usual one',
    tcti: 'how the TPM is reached, as in TPM2TOOLS_TCTI',
    witnessedLog: 'all logs of a vault (ORIGIN,KEY), or one log (its verifier key); may be given several times',
  },
  commands: {
    start: {
      about: 'Start hub, vault, witness and a sample camera here, and show them.',
      examples: [
        example('start', 'start; the first time sets up a household'),
        example('start --headless', 'plain lines, for a service or a log'),
        example('start --data /srv/cameras --port 9000', 'elsewhere, on another port'),
        example('start --fresh', 'start over with nothing, after asking'),
      ],
    },
    status: {
      about: 'Show cameras, storage, log and devices.',
      examples: [
        example('status', 'once'),
        example('status --watch', 'as it changes'),
        example('status --json', 'for a program'),
      ],
    },
    'cameras list': {
      about: 'List the cameras.',
      examples: [example('cameras list', 'name, address, picture and sound')],
    },
    'cameras add': {
      about: 'Look at a camera first, then record it.',
      examples: [
        example('cameras add rtsp://admin@192.168.1.20/stream1 --name "Front door"', 'asks for the password'),
        example(
          'cameras add rtsps://192.168.1.21/live --user cam --password-stdin < secret',
          'over TLS, without a terminal',
        ),
      ],
    },
    'cameras probe': {
      about: 'Look at a camera without adding it: codec, size, frame rate, sound, sub-streams.',
      examples: [example('cameras probe rtsp://admin@192.168.1.20/stream1', 'asks for the password')],
    },
    'cameras remove': {
      about: 'Stop recording a camera. What it recorded is kept.',
      examples: [example('cameras remove "Front door"', 'asks first')],
    },
    export: {
      about: 'Take a range out as a plain MP4 with sound. Goes on where it was interrupted.',
      examples: [
        example('export door 10:00 10:05 visit.mp4', 'five minutes of today'),
        example('export door "yesterday 18:30" +10m evening.mp4', 'ten minutes of yesterday evening'),
        example('export door -5m now last.mp4', 'the last five minutes'),
      ],
    },
    delete: {
      about: 'Delete a range for good: keys on every device, bytes in the vault.',
      examples: [
        example('delete door 10:00 10:05', 'shows what goes, then asks'),
        example('delete door "yesterday 18:00" "yesterday 19:00" --yes', 'without asking'),
      ],
    },
    'retention list': {
      about: 'Show how long recordings are kept, from the rule in force.',
      examples: [example('retention list', 'each camera, and what has ended already')],
    },
    'retention set': {
      about: 'Say how long recordings are kept. What is older ends at once, everywhere.',
      examples: [
        example('retention set 30', 'all cameras without a rule of their own'),
        example('retention set 7 --camera "Front door"', 'one camera'),
        example('retention set forever', 'until somebody deletes it'),
      ],
    },
    join: {
      about: 'Ask to be let into a household, from a new machine or folder.',
      examples: [example('join http://192.168.1.5:8420/abcd… --data ./second', 'shows six digits to compare')],
    },
    approve: {
      about: 'Let a waiting device in, after comparing six digits.',
      examples: [
        example('approve', 'asks for the six digits that the new device shows, and compares'),
        example('approve --since yesterday', 'without what was recorded before'),
      ],
    },
    link: {
      about: 'Make a link that lets a browser in as an admin. It works once, and replaces older links.',
      examples: [example('link', 'prints an address to open while the hub runs')],
    },
    'devices list': {
      about: 'List the devices of the household.',
      examples: [example('devices list', 'name, role, since when')],
    },
    'devices remove': {
      about: 'Put a device out. What is recorded from then on is closed to it.',
      examples: [example('devices remove "Old phone"', 'asks first')],
    },
    looked: {
      about: 'Say who looked: every access of the household, who, when, what and why, from the log.',
      examples: [
        example('looked --camera Hall --recorded --from "yesterday 18:00" --to "yesterday 19:00"', 'who saw that hour'),
        example('looked --device "Old phone" --from 2026-11-20 --to 2026-11-20', 'what it saw on that day'),
        example('looked --csv looked.csv', 'all of it, for a spreadsheet; --json for programs'),
      ],
    },
    deletions: {
      about: 'List what was deleted: who ordered it, who has erased, and what is still owed.',
      examples: [example('deletions', 'newest first, with what cannot be reached')],
    },
    receipt: {
      about: 'Write the receipt of a deletion: one file that anybody can verify.',
      examples: [
        example('receipt k5x2 deleted.json', 'without any readable name'),
        example('receipt k5x2 --names', 'with the names of devices and cameras'),
      ],
    },
    'verify log': {
      about:
        'Check a whole log: every signature, every entry, every access, and that nothing was changed. Needs no account.',
      examples: [
        example('verify log', 'the log of this household, as its vault has it now'),
        example('verify log ./our-log', 'an exported log, without any network'),
        example('verify log https://example.org/our-log --policy witnesses.txt', 'for one that others publish'),
      ],
    },
    'verify proof': {
      about: 'Check, without any network, that an entry stands in a log.',
      examples: [
        example('verify proof order.tlog-proof', 'on a device of the household'),
        example('verify proof order.tlog-proof --policy our-log/policy', 'anywhere else'),
      ],
    },
    'verify receipt': {
      about: 'Check, without any network or account, that something was deleted as a receipt says.',
      examples: [
        example('verify receipt deleted.json', 'each check by name; ends with exit code 1 if one fails'),
        example('verify receipt deleted.json --policy our-log/policy', 'with witnesses that you choose'),
      ],
    },
    'log export': {
      about: 'Write the whole log into a folder, so that anybody can verify it.',
      examples: [example('log export ./our-log', 'any web server can offer this folder')],
    },
    'log proof': {
      about: 'Write a proof that an entry stands in the log.',
      examples: [example('log proof 17 order.tlog-proof', 'of leaf 17, with the entry in it')],
    },
    'cell show': {
      about: 'Show what the keys of this device lie in, and what that is worth.',
      examples: [example('cell show', 'files, or a TPM')],
    },
    'cell use': {
      about: 'Seal the keys of this device under a TPM, or take them out. The hub must not run.',
      examples: [
        example('cell use tpm', 'needs a TPM 2.0 and tpm2-tools'),
        example('cell use file', 'back into files'),
      ],
    },
    doctor: {
      about: 'Look for anything that is wrong, and say what to do.',
      examples: [example('doctor', 'ends with exit code 1 if something is wrong')],
    },
    init: {
      about: 'Set up a household at a vault that runs already.',
      examples: [
        example(
          'init --vault https://vault.example.org --household-name Home',
          "the vault may be anybody's: it sees no picture",
        ),
      ],
    },
    hub: {
      about: 'Run only the hub: record, seal, send.',
      examples: [example('hub --data /srv/cameras', 'as a service at home, with the vault elsewhere')],
    },
    vault: {
      about: 'Run only a vault: keep what it cannot read.',
      examples: [
        example('vault --port 8420', 'with the embedded PostgreSQL and a folder'),
        example(
          'vault --database postgres://vault@db/vault --blobs s3://key:secret@s3.example.org/bucket',
          'for many households',
        ),
      ],
    },
    witness: {
      about: 'Run only a witness: cosign the logs of vaults.',
      examples: [
        example(
          'witness --host 0.0.0.0 --name witness.example.org/home --log vault.example.org,KEY',
          "for all households of somebody else's vault",
        ),
        example('witness --log VERIFIERKEY', 'for one household: the key is the log line of its policy file'),
      ],
    },
    'sample-camera': {
      about: 'Run only the sample camera.',
      examples: [example('sample-camera --port 8422', 'a camera to try things with')],
    },
    completion: {
      about: 'Print a completion script for a shell.',
      examples: [
        example('completion bash > ~/.local/share/bash-completion/completions/hausrecht', 'for bash'),
        example('completion fish > ~/.config/fish/completions/hausrecht.fish', 'for fish'),
      ],
    },
  },
  usage: {
    unknownCommand: (name: string) => `There is no command "${name}".`,
    unknownOption: (name: string) => `There is no option ${name} here.`,
    missingArgument: (name: string) => `The argument "${name}" is missing.`,
    missingValue: (name: string) => `${name} needs a value.`,
    tooMany: 'There are too many arguments: put names with spaces in quotes.',
    other: (text: string) => text,
  },
}

export type HelpWords = typeof english
