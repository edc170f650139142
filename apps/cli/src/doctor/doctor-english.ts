import { said } from './said.ts'

export const english = {
  node: {
    ok: (version: string) => said(`Node ${version}`),
    wrong: (version: string) => said(`Node ${version} is too old.`, 'Run: npm ci   (Node 24 comes with it)'),
  },
  folder: {
    ok: (path: string, free: string) => said(`${path} can be written to, ${free} free`),
    wrong: (path: string, why: string) =>
      said(`${path} cannot be used: ${why}.`, 'Choose another with --data DIR, or change its owner.'),
    hint: (path: string, free: string) =>
      said(`Only ${free} are free at ${path}.`, 'Make room: a camera of 4 Mbit/s fills 43 GB a day.'),
    full: (path: string, free: string) =>
      said(
        `The disk of ${path} is full (${free} free).`,
        'Make room, or delete recordings: recording goes on by itself then.',
      ),
    open: (path: string) => said(`Others on this machine can read ${path}.`, `Run: chmod -R go-rwx ${path}`),
  },
  postgres: {
    ok: () => said('The embedded PostgreSQL is there'),
    hint: (platform: string) =>
      said(`There is no embedded PostgreSQL for ${platform}.`, 'Run the vault with --database postgres://…'),
  },
  home: {
    ok: (household: string, name: string) => said(`This is "${name}" of the household ${household}`),
    hint: () => said('There is no household in this folder yet.', 'Run: hausrecht start   or: hausrecht join ADDRESS'),
    wrong: (why: string) =>
      said(
        `The device in this folder cannot be opened: ${why}.`,
        'Restore device.json and device.key from a backup, or join again from an empty folder.',
      ),
  },
  start: {
    ok: (pid: number) => said(`hausrecht start runs (process ${pid})`),
    hint: () => said('hausrecht start does not run here.', 'Run: hausrecht start'),
  },
  port: {
    ok: (port: number) => said(`Port ${port} is free`),
    wrong: (port: number, who: string) =>
      said(`Port ${port} is taken${who === '' ? '' : ` by ${who}`}.`, 'Stop it, or start with another --port.'),
  },
  vault: {
    ok: (url: string, ms: number) => said(`The vault at ${url} answers in ${ms} ms`),
    wrong: (url: string) =>
      said(
        `The vault at ${url} does not answer.`,
        'Start it, or check address and network. Recordings wait in the spool meanwhile.',
      ),
  },
  clock: {
    ok: (off: string) => said(`The clock agrees with the vault's (${off})`),
    hint: (off: string) => said(`The clock differs from the vault's by ${off}.`, 'Run: timedatectl set-ntp true'),
    wrong: (off: string) =>
      said(
        `The clock differs from the vault's by ${off}: what this device signs will be refused.`,
        'Run: timedatectl set-ntp true',
      ),
  },
  space: {
    ok: (used: string, quota: string) => said(`The vault keeps ${used}${quota === '' ? '' : ` of ${quota}`}`),
    wrong: (used: string, quota: string) =>
      said(`The vault is nearly full: ${used} of ${quota}.`, 'Delete what you no longer need, or ask for more.'),
  },
  log: {
    ok: (size: string) => said(`The log adds up: ${size} entries, each checked here`),
    wrong: (why: string) =>
      said(`The log does not add up: ${why}.`, 'Do not approve devices. Keep this folder: it holds the proof.'),
  },
  evidence: {
    ok: () => said('No proof of a lying vault is kept'),
    wrong: (files: string) =>
      said(
        `Proof that the vault contradicted itself is kept: ${files}.`,
        'Show it to whoever runs the vault, or move to another one. Remove the file only when it is explained.',
      ),
  },
  witness: {
    ok: (name: string, age: string) => said(`${name} cosigned ${age} ago`),
    own: (age: string) =>
      said(
        `Your own witness cosigned ${age} ago: it is not independent`,
        'Ask somebody else to run one: hausrecht witness --help',
      ),
    hint: () => said('No witness cosigns this log.', 'Ask somebody to run one: hausrecht witness --help'),
    wrong: (why: string) =>
      said(`The witness does not cosign: ${why}.`, 'Start it again; until then nothing new can be read.'),
  },
  orders: {
    ok: (count: number) =>
      said(count === 0 ? 'Nothing was ever deleted' : `All delete orders are applied here (${count})`),
    wrong: (done: number, all: number) =>
      said(
        `Only ${done} of ${all} delete orders are applied here.`,
        'Run: hausrecht status   (following the log applies them)',
      ),
  },
  keys: {
    ok: (nodes: number) => said(`No key of anything deleted is held (${nodes} nodes checked)`),
    wrong: (count: number) =>
      said(
        `${count} keys of deleted recordings are still here.`,
        'Run: hausrecht status   If this stays, report it as a vulnerability.',
      ),
  },
  names: {
    ok: () => said('All names can be opened'),
    hint: (count: number) =>
      said(
        `${count} names cannot be opened here.`,
        'Keys may still be on their way: run hausrecht status again in a minute.',
      ),
  },
  hub: {
    ok: (pid: number) => said(`The hub runs (process ${pid})`),
    hint: () => said('The hub does not run: nothing is being recorded.', 'Run: hausrecht start   or: hausrecht hub'),
    wrong: (pid: number, age: string) =>
      said(
        `The hub (process ${pid}) has not been heard of for ${age}.`,
        `Look into its log; then: kill ${pid}, and start again.`,
      ),
  },
  camera: {
    ok: (name: string, what: string) => said(`${name}: ${what}`),
    wrong: (name: string, why: string) =>
      said(`${name}: ${why}.`, 'Check cable, address and password: hausrecht cameras probe URL'),
  },
  spool: {
    ok: () => said('Nothing waits in the spool for long'),
    hint: (bytes: string, age: string) =>
      said(`${bytes} wait in the spool, the oldest for ${age}.`, 'They go out by themselves when the vault answers.'),
    wrong: (state: string) =>
      said(`The spool cannot write (${state}).`, 'Make room on the disk: recording goes on by itself then.'),
  },
  refused: {
    ok: () => said('The vault refused no segment'),
    wrong: (count: number, code: string) =>
      said(
        `The vault refused ${count} segments for good (${code}).`,
        'They are kept in home/spool/quarantine. The vault is damaged or dishonest: ask whoever runs it.',
      ),
  },
  kept: {
    ok: () => said('The vault lists all that it took'),
    wrong: (count: number) =>
      said(
        `The vault took ${count} segments and does not list them any more.`,
        'It is damaged or dishonest: ask whoever runs it. What it lists of that hour can be opened as before.',
      ),
  },
  allWell: 'Nothing is wrong.',
  some: (wrong: number, hints: number) => `${wrong} wrong, ${hints} to look at.`,
}

export type DoctorWords = typeof english
