import { defineWords } from '../language.ts'

type Said = Readonly<{ what: string; next?: string }>
const said = (what: string, next?: string): Said => (next === undefined ? { what } : { what, next })

const en = {
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
  allWell: 'Nothing is wrong.',
  some: (wrong: number, hints: number) => `${wrong} wrong, ${hints} to look at.`,
}

const de: typeof en = {
  node: {
    ok: version => said(`Node ${version}`),
    wrong: version => said(`Node ${version} ist zu alt.`, 'Führe aus: npm ci   (Node 24 kommt damit)'),
  },
  folder: {
    ok: (path, free) => said(`${path} ist beschreibbar, ${free} frei`),
    wrong: (path, why) =>
      said(
        `${path} ist nicht zu gebrauchen: ${why}.`,
        'Nimm mit --data DIR einen anderen Ordner oder ändere den Besitzer.',
      ),
    hint: (path, free) =>
      said(`Nur ${free} sind frei bei ${path}.`, 'Schaffe Platz: Eine Kamera mit 4 Mbit/s füllt 43 GB am Tag.'),
    full: (path, free) =>
      said(
        `Der Datenträger von ${path} ist voll (${free} frei).`,
        'Schaffe Platz oder lösche Aufnahmen: Dann geht es von selbst weiter.',
      ),
    open: path => said(`Andere auf diesem Rechner können ${path} lesen.`, `Führe aus: chmod -R go-rwx ${path}`),
  },
  postgres: {
    ok: () => said('Das eingebaute PostgreSQL ist da'),
    hint: platform =>
      said(`Für ${platform} gibt es kein eingebautes PostgreSQL.`, 'Starte den Tresor mit --database postgres://…'),
  },
  home: {
    ok: (household, name) => said(`Das ist „${name}“ im Haushalt ${household}`),
    hint: () =>
      said(
        'In diesem Ordner gibt es noch keinen Haushalt.',
        'Führe aus: hausrecht start   oder: hausrecht join ADRESSE',
      ),
    wrong: why =>
      said(
        `Das Gerät in diesem Ordner lässt sich nicht öffnen: ${why}.`,
        'Hol device.json und device.key aus einer Sicherung oder tritt aus einem leeren Ordner neu bei.',
      ),
  },
  start: {
    ok: pid => said(`hausrecht start läuft (Prozess ${pid})`),
    hint: () => said('hausrecht start läuft hier nicht.', 'Führe aus: hausrecht start'),
  },
  port: {
    ok: port => said(`Port ${port} ist frei`),
    wrong: (port, who) =>
      said(
        `Port ${port} ist belegt${who === '' ? '' : `, von ${who}`}.`,
        'Beende das oder starte mit einem anderen --port.',
      ),
  },
  vault: {
    ok: (url, ms) => said(`Der Tresor unter ${url} antwortet in ${ms} ms`),
    wrong: url =>
      said(
        `Der Tresor unter ${url} antwortet nicht.`,
        'Starte ihn oder prüfe Adresse und Netz. Aufnahmen warten solange im Zwischenlager.',
      ),
  },
  clock: {
    ok: off => said(`Die Uhr stimmt mit der des Tresors überein (${off})`),
    hint: off => said(`Die Uhr weicht von der des Tresors um ${off} ab.`, 'Führe aus: timedatectl set-ntp true'),
    wrong: off =>
      said(
        `Die Uhr weicht von der des Tresors um ${off} ab: Was dieses Gerät signiert, wird abgelehnt.`,
        'Führe aus: timedatectl set-ntp true',
      ),
  },
  space: {
    ok: (used, quota) => said(`Der Tresor hat ${used}${quota === '' ? '' : ` von ${quota}`}`),
    wrong: (used, quota) =>
      said(
        `Der Tresor ist fast voll: ${used} von ${quota}.`,
        'Lösche, was du nicht mehr brauchst, oder bitte um mehr.',
      ),
  },
  log: {
    ok: size => said(`Das Protokoll geht auf: ${size} Einträge, jeder hier geprüft`),
    wrong: why =>
      said(
        `Das Protokoll geht nicht auf: ${why}.`,
        'Lass keine Geräte ein. Bewahre diesen Ordner auf: Er enthält den Beleg.',
      ),
  },
  evidence: {
    ok: () => said('Es gibt keinen Beleg für einen lügenden Tresor'),
    wrong: files =>
      said(
        `Es gibt Belege, dass der Tresor sich widersprochen hat: ${files}.`,
        'Zeig sie dem, der den Tresor betreibt, oder zieh um. Entferne die Datei erst, wenn das geklärt ist.',
      ),
  },
  witness: {
    ok: (name, age) => said(`${name} hat vor ${age} gegengezeichnet`),
    own: age =>
      said(
        `Dein eigener Zeuge hat vor ${age} gegengezeichnet: Er ist nicht unabhängig`,
        'Bitte jemand anderen, einen zu betreiben: hausrecht witness --help',
      ),
    hint: () =>
      said(
        'Kein Zeuge zeichnet dieses Protokoll gegen.',
        'Bitte jemanden, einen zu betreiben: hausrecht witness --help',
      ),
    wrong: why =>
      said(`Der Zeuge zeichnet nicht gegen: ${why}.`, 'Starte ihn neu; bis dahin lässt sich nichts Neues lesen.'),
  },
  orders: {
    ok: count =>
      said(count === 0 ? 'Es wurde nie etwas gelöscht' : `Alle Löschaufträge sind hier ausgeführt (${count})`),
    wrong: (done, all) =>
      said(
        `Nur ${done} von ${all} Löschaufträgen sind hier ausgeführt.`,
        'Führe aus: hausrecht status   (dem Protokoll zu folgen führt sie aus)',
      ),
  },
  keys: {
    ok: nodes => said(`Kein Schlüssel von Gelöschtem ist hier (${nodes} Knoten geprüft)`),
    wrong: count =>
      said(
        `${count} Schlüssel gelöschter Aufnahmen sind noch hier.`,
        'Führe aus: hausrecht status   Bleibt es so, melde es als Schwachstelle.',
      ),
  },
  names: {
    ok: () => said('Alle Namen lassen sich öffnen'),
    hint: count =>
      said(
        `${count} Namen lassen sich hier nicht öffnen.`,
        'Vielleicht sind Schlüssel noch unterwegs: Führe in einer Minute noch einmal hausrecht status aus.',
      ),
  },
  hub: {
    ok: pid => said(`Der Hub läuft (Prozess ${pid})`),
    hint: () =>
      said('Der Hub läuft nicht: Es wird nichts aufgenommen.', 'Führe aus: hausrecht start   oder: hausrecht hub'),
    wrong: (pid, age) =>
      said(
        `Vom Hub (Prozess ${pid}) war seit ${age} nichts zu hören.`,
        `Sieh in sein Log; dann: kill ${pid} und neu starten.`,
      ),
  },
  camera: {
    ok: (name, what) => said(`${name}: ${what}`),
    wrong: (name, why) => said(`${name}: ${why}.`, 'Prüfe Kabel, Adresse und Passwort: hausrecht cameras probe URL'),
  },
  spool: {
    ok: () => said('Nichts wartet lange im Zwischenlager'),
    hint: (bytes, age) =>
      said(
        `${bytes} warten im Zwischenlager, das Älteste seit ${age}.`,
        'Es geht von selbst hinaus, wenn der Tresor antwortet.',
      ),
    wrong: state =>
      said(
        `Das Zwischenlager kann nicht schreiben (${state}).`,
        'Schaffe Platz auf dem Datenträger: Dann geht es von selbst weiter.',
      ),
  },
  refused: {
    ok: () => said('Der Tresor hat kein Segment abgelehnt'),
    wrong: (count, code) =>
      said(
        `Der Tresor hat ${count} Segmente endgültig abgelehnt (${code}).`,
        'Sie liegen in home/spool/quarantine. Der Tresor ist beschädigt oder unehrlich: Frag, wer ihn betreibt.',
      ),
  },
  allWell: 'Alles ist in Ordnung.',
  some: (wrong, hints) => `${wrong} falsch, ${hints} anzusehen.`,
}

export const words = defineWords(en, de)
export type DoctorWords = typeof en
