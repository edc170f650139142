import type { HelpWords } from './help-english.ts'

export type OptionId = keyof HelpWords['options']
export type ArgumentId = keyof HelpWords['arguments']
export type CommandId = keyof HelpWords['commands']

/** How each option is written. Its meaning is in help-words.ts. */
export const OPTIONS: Readonly<Record<OptionId, string>> = {
  data: '--data <dir>',
  json: '--json',
  lang: '--lang <en|de>',
  port: '--port <n>',
  host: '--host <address>',
  fresh: '--fresh',
  yes: '--yes',
  headless: '--headless',
  noSampleCamera: '--no-sample-camera',
  database: '--database <url>',
  blobs: '--blobs <place>',
  origin: '--origin <name>',
  appOrigin: '--app-origin <address...>',
  witness: '--witness <url,key...>',
  quota: '--quota <size>',
  tlsCert: '--tls-cert <file>',
  tlsKey: '--tls-key <file>',
  vault: '--vault <url>',
  householdName: '--household-name <name>',
  label: '--label <name>',
  digitsStdin: '--digits-stdin',
  since: '--since <time>',
  role: '--role <member|admin>',
  name: '--name <name>',
  user: '--user <name>',
  passwordStdin: '--password-stdin',
  overwrite: '--overwrite',
  noSound: '--no-sound',
  noWait: '--no-wait',
  watch: '--watch',
  trust: '--trust <witness key...>',
  policy: '--policy <file>',
  entry: '--entry <file>',
  names: '--names',
  witnessName: '--name <name>',
  witnessedLog: '--log <log...>',
  camera: '--camera <camera>',
  device: '--device <device>',
  search: '--search <text>',
  from: '--from <time>',
  to: '--to <time>',
  recorded: '--recorded',
  csv: '--csv <file>',
  index: '--index <number>',
  tcti: '--tcti <way>',
}

/** How each argument is written. */
export const ARGUMENTS: Readonly<Record<ArgumentId, string>> = {
  camera: '<camera>',
  from: '<from>',
  to: '<to>',
  file: '<out.mp4>',
  url: '<url>',
  address: '<address>',
  device: '<device>',
  waitingDevice: '[device]',
  shell: '<bash|zsh|fish>',
  source: '[source]',
  proofFile: '<proof>',
  leaf: '<leaf>',
  order: '<order>',
  receiptFile: '<receipt>',
  newReceiptFile: '[file]',
  folder: '<folder>',
  days: '<days|forever>',
  cell: '<tpm|file>',
}

export type Spec = Readonly<{ arguments?: readonly ArgumentId[]; options?: readonly OptionId[]; hidden?: boolean }>

/** Every command takes these. */
export const COMMON: readonly OptionId[] = ['data', 'json', 'lang']

/** Every command, in the order in which help shows them. A space separates a command from its sub-command. */
export const COMMANDS: Readonly<Record<CommandId, Spec>> = {
  start: { options: ['port', 'host', 'headless', 'noSampleCamera', 'fresh', 'yes'] },
  status: { options: ['watch'] },
  'cameras list': {},
  'cameras add': { arguments: ['url'], options: ['name', 'user', 'passwordStdin'] },
  'cameras probe': { arguments: ['url'], options: ['user', 'passwordStdin'] },
  'cameras remove': { arguments: ['camera'], options: ['yes'] },
  export: { arguments: ['camera', 'from', 'to', 'file'], options: ['overwrite', 'noSound'] },
  delete: { arguments: ['camera', 'from', 'to'], options: ['yes', 'noWait'] },
  'retention list': {},
  'retention set': { arguments: ['days'], options: ['camera', 'yes'] },
  join: { arguments: ['address'], options: ['label'] },
  approve: { arguments: ['waitingDevice'], options: ['digitsStdin', 'since', 'role', 'label'] },
  link: {},
  'devices list': {},
  'devices remove': { arguments: ['device'], options: ['yes'] },
  looked: { options: ['device', 'camera', 'search', 'from', 'to', 'recorded', 'csv', 'overwrite'] },
  deletions: {},
  receipt: { arguments: ['order', 'newReceiptFile'], options: ['names', 'overwrite'] },
  'verify log': { arguments: ['source'], options: ['policy'] },
  'verify proof': { arguments: ['proofFile'], options: ['policy', 'entry'] },
  'verify receipt': { arguments: ['receiptFile'], options: ['policy'] },
  'log export': { arguments: ['folder'], options: ['overwrite'] },
  'log proof': { arguments: ['leaf', 'proofFile'], options: ['overwrite'] },
  'cell show': {},
  'cell use': { arguments: ['cell'], options: ['index', 'tcti'] },
  doctor: {},
  init: { options: ['vault', 'householdName', 'label', 'trust', 'policy'] },
  hub: {},
  vault: {
    options: [
      ...(['port', 'host', 'database', 'blobs', 'origin', 'appOrigin', 'witness', 'policy'] as const),
      ...(['quota', 'tlsCert', 'tlsKey'] as const),
    ],
  },
  witness: { options: ['port', 'host', 'witnessedLog', 'witnessName'] },
  'sample-camera': { options: ['port', 'host'], hidden: true },
  completion: { arguments: ['shell'] },
}
