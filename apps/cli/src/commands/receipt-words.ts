import type { ReceiptCheck, ReceiptFaultCode, ReceiptFaultParams } from '@hausrecht/chain/receipt-checks'
import { defineWords } from '../language.ts'

export type ReceiptTrustFrom = 'file' | 'device' | 'receipt' | 'nobody'
type ReceiptWords = Readonly<{
  none: string
  every: string
  title: (what: string, range: string) => string
  order: (id: string) => string
  ordered: (who: string, when: string) => string
  complete: string
  open: (done: number, all: number) => string
  cells: Readonly<Record<'file' | 'ram', string>>
  receipt: (who: string, when: string, cell: string) => string
  cut: (who: string, when: string) => string
  removed: (who: string, when: string) => string
  owed: (who: string) => string
  removal: (when: string, objects: string) => string
  noRemoval: string
  unreachable: string
  readers: (names: string) => string
  wasRemoved: (names: string) => string
  inFiles: (names: string) => string
  exports: string
  written: (file: string) => string
  notYet: string
  next: (command: string) => string
  noNames: string
  against: Readonly<Record<ReceiptTrustFrom, (name: string) => string>>
  names: { readonly [C in ReceiptCheck]: string }
  passed: { readonly [C in ReceiptCheck]: string }
  notAsked: string
  nobodyAsked: string
  undecided: string
  openList: string
  faults: { readonly [C in ReceiptFaultCode]: (params: Readonly<ReceiptFaultParams[C]>) => string }
  labels: string
  holds: string
  fails: (count: number) => string
  proves: readonly string[]
  provesNot: readonly string[]
}>

const en: ReceiptWords = {
  none: 'Nothing was deleted yet.',
  every: 'all cameras',
  title: (what, range) => `${what}, ${range}`,
  order: id => `number ${id}`,
  ordered: (who, when) => `ordered by ${who}, ${when}`,
  complete: 'complete: nobody owes it any more',
  open: (done, all) => `not complete: settled on ${done} of ${all} devices`,
  cells: { file: 'from files', ram: 'from memory' },
  receipt: (who, when, cell) => `${who}: keys erased ${cell}, signed ${when}`,
  cut: (who, when) => `${who}: closed, its lease had run out, signed by another device ${when}`,
  removed: (who, when) => `${who}: put out of the household ${when}, before it said anything`,
  owed: who => `${who}: has not said yet that it erased its keys`,
  removal: (when, objects) => `the vault: removed ${objects} objects, looked again and found none, signed ${when}`,
  noRemoval: 'the vault: has not said yet that the bytes are removed; without keys they are noise',
  unreachable: 'What this cannot reach:',
  readers: names => `copies made before: the range was opened by ${names}`,
  wasRemoved: names => `what ${names} kept: put out before it said anything`,
  inFiles: names => `old copies of key files on the disk, in snapshots and backups, on ${names}`,
  exports: 'exports and saved pictures: plain files that nobody can call back',
  written: file => `${file}: the receipt. Anybody can verify it.`,
  notYet: 'The deletion is not complete yet, and the receipt says so. Write it again later.',
  next: command => `To verify it: ${command}`,
  noNames: 'It has numbers for devices and cameras, no names. --names puts them in.',
  against: {
    file: name => `Held against the policy in ${name}.`,
    device: () => 'Held against the log and the witnesses that this device knows.',
    receipt: () =>
      'Held against the witnesses that the receipt names: as good as whoever gave it to you. Compare them.',
    nobody: () => 'Held against itself only: nobody named witnesses. Name them with --policy FILE.',
  },
  names: {
    file: 'File',
    checkpoint: 'Checkpoint',
    cosignatures: 'Cosignatures',
    leaves: 'Leaves',
    entries: 'Entries',
    accesses: 'Accesses',
    order: 'Order',
    devices: 'Devices',
    holders: 'Erased',
    complete: 'Complete',
    covers: 'Keys kept',
    removal: 'Bytes',
  },
  passed: {
    file: 'a receipt, whole and with nothing else in it',
    checkpoint: 'signed by the key that the household’s first entry names',
    cosignatures: 'enough witnesses signed it',
    leaves: 'each stands in the log at its place',
    entries: 'each is signed by its author and allowed by the rules, and none is left out between them',
    accesses: 'each is signed by the vault and was asked for by its reader',
    order: 'given by a device that may delete',
    devices: 'nobody is left out who was in the household then',
    holders: 'each of them has signed, or was cut off, or was put out',
    complete: 'the log says so',
    covers: 'nothing that the maker still held, by its own signature, opens what was deleted',
    removal: 'the vault signed that it removed them, looked again and found none',
  },
  notAsked: 'the receipt has nothing on this',
  nobodyAsked: 'no witness is asked for, so the vault could have shown others another log',
  undecided: 'cannot be said, because of what failed',
  openList:
    'no later entry closes the list: `hausrecht verify log` on the whole log shows whether another device was let in just before',
  faults: {
    not_a_receipt: ({ reason }) => reason,
    not_a_checkpoint: ({ reason }) => `it is none (${reason})`,
    not_signed: ({ log }) => `not signed by the key of ${log}`,
    other_log: ({ log }) => `of another log than the one expected: ${log}`,
    false_cosignature: ({ reason }) => `a witness’s line is false (${reason})`,
    too_few_witnesses: ({ found }) =>
      `too few of the witnesses asked for signed it: ${found.length === 0 ? 'none' : found.join(', ')}`,
    leaf_order: ({ leaf }) => `leaf ${leaf} stands twice or in the wrong place`,
    not_included: ({ leaf, reason }) => `leaf ${leaf} does not stand in the log (${reason})`,
    bad_entry: ({ leaf, reason }) => `leaf ${leaf} is not an entry that its author signed (${reason})`,
    rejected_entry: ({ leaf, reason }) =>
      `leaf ${leaf} is not allowed by the rules: forged, or one before it was left out (${reason})`,
    bad_access: ({ leaf, reason }) => `leaf ${leaf} is not an access that its reader asked for (${reason})`,
    no_order: ({ order }) => `the receipt has no order ${order}`,
    owed: ({ devices }) => `still owed by ${devices.join(', ')}`,
    not_complete: () => 'nobody has found it complete in the log',
    other_cover: ({ device }) => `the list of keys is not the one that ${device} signed`,
    cover_keeps: ({ device, stream, lo, hi }) =>
      `${device} says itself that it still holds a key over deleted seconds (stream ${stream}, leaves ${lo} to ${hi})`,
    bad_removal: ({ leaf, reason }) => `leaf ${leaf} is not the vault’s word on this deletion (${reason})`,
  },
  labels: 'Names as the receipt gives them; nobody signed them:',
  holds: 'Everything that was checked is true: the deletion is complete.',
  fails: count => (count === 1 ? 'One check failed.' : `${count} checks failed.`),
  proves: [
    'This proves that the order was given, that each device of the household then has publicly signed that it erased the keys, or was cut off or put out,',
    'and that the log says so to everybody: the witnesses have seen it.',
  ],
  provesNot: [
    'It does not prove that no copy exists: a device can lie, a disk can keep old blocks, a film can have been exported before.',
    'It does not prove that the clocks were right.',
  ],
}

const de: ReceiptWords = {
  none: 'Noch wurde nichts gelöscht.',
  every: 'alle Kameras',
  title: (what, range) => `${what}, ${range}`,
  order: id => `Nummer ${id}`,
  ordered: (who, when) => `beauftragt von ${who}, ${when}`,
  complete: 'vollständig: Niemand schuldet es mehr',
  open: (done, all) => `nicht vollständig: erledigt auf ${done} von ${all} Geräten`,
  cells: { file: 'aus Dateien', ram: 'aus dem Arbeitsspeicher' },
  receipt: (who, when, cell) => `${who}: Schlüssel ${cell} vernichtet, signiert ${when}`,
  cut: (who, when) => `${who}: verschlossen, seine Frist war abgelaufen, von einem anderen Gerät signiert ${when}`,
  removed: (who, when) => `${who}: aus dem Haushalt genommen ${when}, bevor es etwas gesagt hat`,
  owed: who => `${who}: hat noch nicht gesagt, dass es seine Schlüssel vernichtet hat`,
  removal: (when, objects) =>
    `der Tresor: ${objects} Objekte entfernt, noch einmal gesucht und keines gefunden, signiert ${when}`,
  noRemoval: 'der Tresor: hat noch nicht gesagt, dass die Daten entfernt sind; ohne Schlüssel sind sie Rauschen',
  unreachable: 'Was das nicht erreicht:',
  readers: names => `früher gemachte Kopien: Den Zeitraum geöffnet hatte ${names}`,
  wasRemoved: names => `was ${names} behielt: hinausgenommen, bevor es etwas gesagt hat`,
  inFiles: names => `alte Kopien von Schlüsseldateien auf der Platte, in Abbildern und Sicherungen, auf ${names}`,
  exports: 'Exporte und gespeicherte Bilder: gewöhnliche Dateien, die niemand zurückruft',
  written: file => `${file}: die Quittung. Jeder kann sie prüfen.`,
  notYet: 'Die Löschung ist noch nicht vollständig, und die Quittung sagt das. Schreibe sie später noch einmal.',
  next: command => `So wird sie geprüft: ${command}`,
  noNames: 'Darin stehen Nummern von Geräten und Kameras, keine Namen. Mit --names stehen sie darin.',
  against: {
    file: name => `Gehalten gegen die Richtlinie in ${name}.`,
    device: () => 'Gehalten gegen das Protokoll und die Zeugen, die dieses Gerät kennt.',
    receipt: () =>
      'Gehalten gegen die Zeugen, die die Quittung nennt: so gut wie der, von dem du sie hast. Vergleiche sie.',
    nobody: () => 'Nur gegen sich selbst gehalten: Niemand hat Zeugen genannt. Nenne sie mit --policy DATEI.',
  },
  names: {
    file: 'Datei',
    checkpoint: 'Prüfpunkt',
    cosignatures: 'Gegenzeichnungen',
    leaves: 'Zeilen',
    entries: 'Einträge',
    accesses: 'Zugriffe',
    order: 'Auftrag',
    devices: 'Geräte',
    holders: 'Vernichtet',
    complete: 'Vollständig',
    covers: 'Behaltene Schlüssel',
    removal: 'Daten',
  },
  passed: {
    file: 'eine Quittung, ganz und mit nichts anderem darin',
    checkpoint: 'unterschrieben mit dem Schlüssel, den der erste Eintrag des Haushalts nennt',
    cosignatures: 'genug Zeugen haben unterschrieben',
    leaves: 'jede steht an ihrem Platz im Protokoll',
    entries: 'jeder ist von seinem Urheber unterschrieben und nach den Regeln erlaubt, und dazwischen fehlt keiner',
    accesses: 'jeden hat der Tresor unterschrieben und der Leser selbst verlangt',
    order: 'von einem Gerät gegeben, das löschen darf',
    devices: 'es fehlt keines, das damals im Haushalt war',
    holders: 'jedes hat unterschrieben, wurde abgeschnitten oder hinausgenommen',
    complete: 'das Protokoll sagt es',
    covers: 'nichts, was der Aussteller nach seiner eigenen Unterschrift noch hatte, öffnet das Gelöschte',
    removal: 'der Tresor hat unterschrieben, dass er sie entfernt, noch einmal gesucht und nichts gefunden hat',
  },
  notAsked: 'die Quittung enthält dazu nichts',
  nobodyAsked: 'kein Zeuge wird verlangt, also könnte der Tresor anderen ein anderes Protokoll gezeigt haben',
  undecided: 'lässt sich nicht sagen, wegen dem, was nicht stimmt',
  openList:
    'kein späterer Eintrag schließt die Liste: `hausrecht verify log` am ganzen Protokoll zeigt, ob kurz vorher noch ein Gerät dazukam',
  faults: {
    not_a_receipt: ({ reason }) => `keine Quittung (${reason})`,
    not_a_checkpoint: ({ reason }) => `es ist keiner (${reason})`,
    not_signed: ({ log }) => `nicht mit dem Schlüssel von ${log} unterschrieben`,
    other_log: ({ log }) => `von einem anderen Protokoll als dem erwarteten: ${log}`,
    false_cosignature: ({ reason }) => `die Zeile eines Zeugen ist falsch (${reason})`,
    too_few_witnesses: ({ found }) =>
      `zu wenige der verlangten Zeugen haben unterschrieben: ${found.length === 0 ? 'keiner' : found.join(', ')}`,
    leaf_order: ({ leaf }) => `Zeile ${leaf} steht doppelt oder am falschen Platz`,
    not_included: ({ leaf, reason }) => `Zeile ${leaf} steht nicht im Protokoll (${reason})`,
    bad_entry: ({ leaf, reason }) => `Zeile ${leaf} ist kein von seinem Urheber unterschriebener Eintrag (${reason})`,
    rejected_entry: ({ leaf, reason }) =>
      `Zeile ${leaf} erlauben die Regeln nicht: gefälscht, oder eine davor wurde ausgelassen (${reason})`,
    bad_access: ({ leaf, reason }) => `Zeile ${leaf} ist kein Zugriff, den sein Leser verlangt hat (${reason})`,
    no_order: ({ order }) => `die Quittung enthält keinen Auftrag ${order}`,
    owed: ({ devices }) => `noch geschuldet von ${devices.join(', ')}`,
    not_complete: () => 'niemand hat sie im Protokoll vollständig befunden',
    other_cover: ({ device }) => `die Liste der Schlüssel ist nicht die, die ${device} unterschrieben hat`,
    cover_keeps: ({ device, stream, lo, hi }) =>
      `${device} sagt selbst, dass es noch einen Schlüssel über gelöschte Sekunden hat (Strom ${stream}, Blätter ${lo} bis ${hi})`,
    bad_removal: ({ leaf, reason }) => `Zeile ${leaf} ist nicht das Wort des Tresors zu dieser Löschung (${reason})`,
  },
  labels: 'Namen, wie die Quittung sie nennt; niemand hat sie unterschrieben:',
  holds: 'Alles Geprüfte stimmt: Die Löschung ist vollständig.',
  fails: count => (count === 1 ? 'Eine Prüfung ist fehlgeschlagen.' : `${count} Prüfungen sind fehlgeschlagen.`),
  proves: [
    'Das beweist: Der Auftrag wurde gegeben; jedes Gerät des damaligen Haushalts hat öffentlich unterschrieben, dass es die Schlüssel vernichtet hat, oder wurde abgeschnitten oder hinausgenommen;',
    'und das Protokoll sagt das allen: Die Zeugen haben es gesehen.',
  ],
  provesNot: [
    'Es beweist nicht, dass es keine Kopie gibt: Ein Gerät kann lügen, eine Platte alte Blöcke behalten, ein Film vorher exportiert worden sein.',
    'Es beweist nicht, dass die Uhren richtig gingen.',
  ],
}

export const words = defineWords<ReceiptWords>(en, de)
