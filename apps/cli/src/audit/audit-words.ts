import { defineWords } from '../language.ts'
import type { CheckId, FaultCode, FaultParams } from './checks.ts'

type Counts = Readonly<{ size: string; entries: string; accesses: string; witnesses: string }>
export type AuditWords = Readonly<{
  passed: { readonly [C in CheckId]: (counts: Counts) => string }
  names: { readonly [C in CheckId]: string }
  faults: { readonly [C in FaultCode]: (params: Readonly<FaultParams[C]>) => string }
  undecided: string
  nobodyAsked: string
  neverSeen: string
}>

const minutes = (ms: number): string => `${Math.ceil(ms / 60_000)} min`

const en: AuditWords = {
  names: {
    checkpoint: 'Checkpoint',
    cosignatures: 'Cosignatures',
    leaves: 'Leaves',
    tiles: 'Tiles',
    entries: 'Entries',
    accesses: 'Accesses',
    times: 'Times',
    seen: 'Seen before',
  },
  passed: {
    checkpoint: () => 'signed by the key that the household’s first entry names',
    cosignatures: ({ witnesses }) => `enough witnesses signed it: ${witnesses}`,
    leaves: ({ size }) => `all ${size} hash to the root of the checkpoint`,
    tiles: () => 'every hash tile is what the leaves give',
    entries: ({ entries }) => `all ${entries} are signed by their authors and allowed by the rules`,
    accesses: ({ accesses }) => `all ${accesses} are signed by the vault and were asked for by their reader`,
    times: () => 'none runs backwards by more than clocks may differ',
    seen: () => 'the log begins with what this device has seen',
  },
  faults: {
    not_a_checkpoint: ({ reason }) => `the file "checkpoint" is not a checkpoint (${reason})`,
    not_signed: ({ log }) => `not signed by the key of ${log}`,
    other_household: ({ found, expected }) => `of household ${found}, and not of ${expected}`,
    other_log: ({ log }) => `the policy does not name ${log} with this key`,
    false_cosignature: ({ reason }) => `a witness’s line is false (${reason})`,
    too_few_witnesses: ({ found }) =>
      `too few of the witnesses asked for signed it: ${found.length === 0 ? 'none' : found.join(', ')}`,
    missing_bundle: ({ path }) => `${path} is missing`,
    damaged_bundle: ({ path }) => `${path} is not a bundle of as many entries as it should hold`,
    other_root: ({ leaf }) =>
      `they do not hash to the root of the checkpoint${leaf === null ? '' : `; the first that differs from its tile is leaf ${leaf}`}`,
    missing_tile: ({ path }) => `${path} is missing`,
    other_tile: ({ path, leaf }) =>
      `${path} is not what the leaves give${leaf === null ? '' : ` (the hash of leaf ${leaf})`}`,
    bad_genesis: ({ reason }) => `the first leaf is not the beginning of a household (${reason})`,
    bad_entry: ({ leaf, reason }) => `leaf ${leaf} is not an entry that its author signed (${reason})`,
    rejected_entry: ({ leaf, reason }) => `leaf ${leaf} is an entry that the rules do not allow (${reason})`,
    bad_removal: ({ leaf, reason }) =>
      `leaf ${leaf} is not a removal that the vault signed, once, for an order that was given (${reason})`,
    bad_access: ({ leaf, reason }) =>
      `leaf ${leaf} is not an access that the vault signed and its reader asked for (${reason})`,
    unknown_reader: ({ leaf, reader }) =>
      `leaf ${leaf} is an access by ${reader}, which was no device of the household`,
    time_backwards: ({ leaf, ms, mostMs }) =>
      `leaf ${leaf} is ${minutes(ms)} older than a leaf before it; ${minutes(mostMs)} are the most that clocks explain`,
    shorter: ({ size, seen }) =>
      `it has ${size} leaves, and this device has seen ${seen}: it was rolled back, or is an older copy`,
    other_history: ({ seen }) =>
      `its first ${seen} leaves are not those that this device has seen: there are two histories`,
  },
  undecided: 'cannot be said, because of what failed',
  nobodyAsked: 'no witness is asked for, so the vault could show others another log',
  neverSeen: 'not compared: no device of this household is here',
}

const de: AuditWords = {
  names: {
    checkpoint: 'Prüfpunkt',
    cosignatures: 'Gegenzeichnungen',
    leaves: 'Zeilen',
    tiles: 'Kacheln',
    entries: 'Einträge',
    accesses: 'Zugriffe',
    times: 'Zeiten',
    seen: 'Früher gesehen',
  },
  passed: {
    checkpoint: () => 'unterschrieben mit dem Schlüssel, den der erste Eintrag des Haushalts nennt',
    cosignatures: ({ witnesses }) => `genug Zeugen haben unterschrieben: ${witnesses}`,
    leaves: ({ size }) => `alle ${size} ergeben die Wurzel des Prüfpunkts`,
    tiles: () => 'jede Hash-Kachel ist, was die Zeilen ergeben',
    entries: ({ entries }) => `alle ${entries} sind von ihren Urhebern unterschrieben und nach den Regeln erlaubt`,
    accesses: ({ accesses }) => `alle ${accesses} hat der Tresor unterschrieben und der Leser selbst verlangt`,
    times: () => 'keine läuft weiter zurück, als Uhren abweichen dürfen',
    seen: () => 'das Protokoll beginnt mit dem, was dieses Gerät gesehen hat',
  },
  faults: {
    not_a_checkpoint: ({ reason }) => `die Datei „checkpoint“ ist kein Prüfpunkt (${reason})`,
    not_signed: ({ log }) => `nicht mit dem Schlüssel von ${log} unterschrieben`,
    other_household: ({ found, expected }) => `vom Haushalt ${found} und nicht von ${expected}`,
    other_log: ({ log }) => `die Richtlinie nennt ${log} nicht mit diesem Schlüssel`,
    false_cosignature: ({ reason }) => `die Zeile eines Zeugen ist falsch (${reason})`,
    too_few_witnesses: ({ found }) =>
      `zu wenige der verlangten Zeugen haben unterschrieben: ${found.length === 0 ? 'keiner' : found.join(', ')}`,
    missing_bundle: ({ path }) => `${path} fehlt`,
    damaged_bundle: ({ path }) => `${path} ist kein Bündel mit so vielen Einträgen, wie es haben muss`,
    other_root: ({ leaf }) =>
      `sie ergeben nicht die Wurzel des Prüfpunkts${leaf === null ? '' : `; die erste, die von ihrer Kachel abweicht, ist Zeile ${leaf}`}`,
    missing_tile: ({ path }) => `${path} fehlt`,
    other_tile: ({ path, leaf }) =>
      `${path} ist nicht, was die Zeilen ergeben${leaf === null ? '' : ` (der Hash von Zeile ${leaf})`}`,
    bad_genesis: ({ reason }) => `die erste Zeile ist nicht der Anfang eines Haushalts (${reason})`,
    bad_entry: ({ leaf, reason }) => `Zeile ${leaf} ist kein von seinem Urheber unterschriebener Eintrag (${reason})`,
    rejected_entry: ({ leaf, reason }) => `Zeile ${leaf} ist ein Eintrag, den die Regeln nicht erlauben (${reason})`,
    bad_removal: ({ leaf, reason }) =>
      `Zeile ${leaf} ist keine Entfernung, die der Tresor unterschrieben hat, einmal, zu einem erteilten Auftrag (${reason})`,
    bad_access: ({ leaf, reason }) =>
      `Zeile ${leaf} ist kein Zugriff, den der Tresor unterschrieben und der Leser verlangt hat (${reason})`,
    unknown_reader: ({ leaf, reader }) =>
      `Zeile ${leaf} ist ein Zugriff von ${reader}, das kein Gerät des Haushalts war`,
    time_backwards: ({ leaf, ms, mostMs }) =>
      `Zeile ${leaf} ist ${minutes(ms)} älter als eine vor ihr; mehr als ${minutes(mostMs)} erklären Uhren nicht`,
    shorter: ({ size, seen }) =>
      `es hat ${size} Zeilen, und dieses Gerät hat ${seen} gesehen: Es wurde zurückgedreht oder ist eine ältere Kopie`,
    other_history: ({ seen }) =>
      `seine ersten ${seen} Zeilen sind nicht die, die dieses Gerät gesehen hat: Es gibt zwei Fassungen der Geschichte`,
  },
  undecided: 'lässt sich nicht sagen, wegen dem, was nicht stimmt',
  nobodyAsked: 'kein Zeuge wird verlangt, also könnte der Tresor anderen ein anderes Protokoll zeigen',
  neverSeen: 'nicht verglichen: Hier ist kein Gerät dieses Haushalts',
}

export const words = defineWords<AuditWords>(en, de)
