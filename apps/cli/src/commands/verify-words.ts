import type { TlogErrorCode } from '@hausrecht/tlog/errors'
import type { TrustFrom } from '../audit/trust.ts'
import { defineWords } from '../language.ts'

type VerifyWords = Readonly<{
  reading: (name: string) => string
  log: (origin: string, size: string) => string
  against: Readonly<Record<TrustFrom, (name: string) => string>>
  allTrue: string
  someFalse: (count: number) => string
  types: string
  readers: string
  spanned: (from: string, to: string) => string
  proves: readonly string[]
  provesNot: readonly string[]
  unsure: string
  proofHolds: (leaf: string, log: string, size: string) => string
  proofFails: (why: string) => string
  says: (type: string, when: string, by: string) => string
  saysNothing: string
  cosignedBy: (names: string) => string
  needsEntry: string
  wrong: Readonly<Record<TlogErrorCode, string>>
  exported: (folder: string, size: string) => string
  exportedNext: (command: string) => string
  proofWritten: (file: string, leaf: string) => string
}>

const en: VerifyWords = {
  reading: name => `Verifying the log in ${name}`,
  log: (origin, size) => `${origin}, ${size} leaves`,
  against: {
    file: name => `Held against the policy in ${name}.`,
    device: () => 'Held against the witnesses that this device asks for, and against what it has seen.',
    log: () => 'Held against the policy that came with the log: as good as whoever gave you the log. Compare its keys.',
    nobody: () => 'Held against itself only: nobody named witnesses. Name them with --policy FILE.',
  },
  allTrue: 'Everything that was checked is true.',
  someFalse: count => (count === 1 ? 'One check failed.' : `${count} checks failed.`),
  types: 'Leaves by type',
  readers: 'Accesses by reader',
  spanned: (from, to) => `From ${from} to ${to}`,
  proves: [
    'This proves that nothing in the log was changed, left out or put in afterwards since its witnesses first saw it;',
    'that each entry was made by a device that was allowed to; and that each access listed was asked for by its reader.',
  ],
  provesNot: [
    'It does not prove that the vault let nobody read without an entry (they would have got sealed bytes and no key), that the clocks were right,',
    'or that witnesses who are not independent did not look away.',
  ],
  unsure: 'Nothing is proven as long as a check fails. Do not delete this log: it is evidence.',
  proofHolds: (leaf, log, size) => `True: this is leaf ${leaf} of ${log}, which had ${size} leaves.`,
  proofFails: why => `Not proven: ${why}.`,
  says: (type, when, by) => `It says: ${type}, ${when}, by ${by}.`,
  saysNothing: 'It is no entry of a household that this version knows.',
  cosignedBy: names => `Cosigned by ${names}.`,
  needsEntry: 'This proof does not hold the entry that it proves: name it with --entry FILE.',
  wrong: {
    bad_note: 'its checkpoint is malformed',
    bad_key: 'a key in it is malformed',
    bad_checkpoint: 'its checkpoint is malformed',
    bad_signature: 'a signature of a known key is false',
    unsigned: 'the log did not sign the checkpoint',
    wrong_origin: 'its checkpoint is of another log than the ones that are known here',
    too_few_witnesses: 'too few of the witnesses asked for signed the checkpoint',
    bad_inclusion: 'the entry does not stand in the log at this place',
    bad_consistency: 'the log was changed',
    bad_range: 'the log of its checkpoint has no such place',
    bad_tile: 'a tile is malformed',
    bad_proof: 'the file is not a proof (c2sp.org/tlog-proof@v1)',
    bad_policy: 'the policy is malformed',
  },
  exported: (folder, size) => `${folder}: ${size} leaves with their tiles, the checkpoint and the policy.`,
  exportedNext: command => `Anybody can verify it, without a network or an account: ${command}`,
  proofWritten: (file, leaf) => `${file}: proof of leaf ${leaf}, with the entry in it.`,
}

const de: VerifyWords = {
  reading: name => `Prüfe das Protokoll in ${name}`,
  log: (origin, size) => `${origin}, ${size} Zeilen`,
  against: {
    file: name => `Gehalten gegen die Richtlinie in ${name}.`,
    device: () => 'Gehalten gegen die Zeugen, die dieses Gerät verlangt, und gegen das, was es gesehen hat.',
    log: () =>
      'Gehalten gegen die Richtlinie, die beim Protokoll lag: so gut wie der, von dem du es hast. Vergleiche ihre Schlüssel.',
    nobody: () => 'Nur gegen sich selbst gehalten: Niemand hat Zeugen genannt. Nenne sie mit --policy DATEI.',
  },
  allTrue: 'Alles Geprüfte stimmt.',
  someFalse: count => (count === 1 ? 'Eine Prüfung ist fehlgeschlagen.' : `${count} Prüfungen sind fehlgeschlagen.`),
  types: 'Zeilen nach Art',
  readers: 'Zugriffe nach Leser',
  spanned: (from, to) => `Von ${from} bis ${to}`,
  proves: [
    'Das beweist: Im Protokoll wurde nichts geändert, ausgelassen oder nachgetragen, seit seine Zeugen es zuerst sahen;',
    'jeder Eintrag kommt von einem Gerät, das ihn machen durfte; und jeden genannten Zugriff hat sein Leser selbst verlangt.',
  ],
  provesNot: [
    'Es beweist nicht, dass der Tresor niemanden ohne Eintrag lesen ließ (der hätte Versiegeltes und keinen Schlüssel), dass die Uhren richtig gingen',
    'oder dass Zeugen, die nicht unabhängig sind, nicht weggesehen haben.',
  ],
  unsure:
    'Solange eine Prüfung fehlschlägt, ist nichts bewiesen. Lösche dieses Protokoll nicht: Es ist ein Beweisstück.',
  proofHolds: (leaf, log, size) => `Wahr: Das ist Zeile ${leaf} von ${log}, das ${size} Zeilen hatte.`,
  proofFails: why => `Nicht bewiesen: ${why}.`,
  says: (type, when, by) => `Es sagt: ${type}, ${when}, von ${by}.`,
  saysNothing: 'Es ist kein Eintrag eines Haushalts, den diese Version kennt.',
  cosignedBy: names => `Gegengezeichnet von ${names}.`,
  needsEntry: 'Dieser Beweis enthält den Eintrag nicht, den er beweist: Nenne ihn mit --entry DATEI.',
  wrong: {
    bad_note: 'der Prüfpunkt darin ist unlesbar',
    bad_key: 'ein Schlüssel darin ist unlesbar',
    bad_checkpoint: 'der Prüfpunkt darin ist unlesbar',
    bad_signature: 'eine Unterschrift eines bekannten Schlüssels ist falsch',
    unsigned: 'das Protokoll hat den Prüfpunkt nicht unterschrieben',
    wrong_origin: 'der Prüfpunkt gehört zu einem anderen Protokoll als den hier bekannten',
    too_few_witnesses: 'zu wenige der verlangten Zeugen haben den Prüfpunkt unterschrieben',
    bad_inclusion: 'der Eintrag steht nicht an diesem Platz im Protokoll',
    bad_consistency: 'das Protokoll wurde geändert',
    bad_range: 'das Protokoll des Prüfpunkts hat diesen Platz nicht',
    bad_tile: 'eine Kachel ist unlesbar',
    bad_proof: 'die Datei ist kein Beweis (c2sp.org/tlog-proof@v1)',
    bad_policy: 'die Richtlinie ist unlesbar',
  },
  exported: (folder, size) => `${folder}: ${size} Zeilen mit ihren Kacheln, dem Prüfpunkt und der Richtlinie.`,
  exportedNext: command => `Jeder kann es prüfen, ohne Netz und ohne Konto: ${command}`,
  proofWritten: (file, leaf) => `${file}: Beweis für Zeile ${leaf}, mit dem Eintrag darin.`,
}

export const words = defineWords<VerifyWords>(en, de)
