import type { GapReason } from '@hausrecht/hub/recorder/gap-reasons'
import { defineWords } from './language.ts'

type Reasons = Readonly<Record<GapReason, string>>

const en: Reasons = {
  hub_stopped: 'the hub was stopped',
  hub_crashed: 'the hub or its machine went down',
  camera_added: 'the camera was just added',
  camera_unreachable: 'nothing answers at the address of the camera',
  camera_silent: 'the camera is connected and sends nothing',
  camera_refused: 'the camera answers, but has no stream at this address',
  wrong_password: 'the camera refuses the password',
  unsupported_codec: 'the camera sends what cannot be recorded',
  camera_clock: 'a clock jumped: times around it are uncertain',
  frames_missing: 'pictures of this time never came',
  hub_overloaded: 'this machine was too slow for a moment',
  no_key: 'there was no key to seal with',
  seal_failed: 'sealing failed inside the hub',
  disk_full: 'the disk was full',
  spool_full: 'the vault was away for too long, and the spool was full',
  spool_expired: 'the vault was away for too many days',
  spool_damaged: 'the disk gave back something else than was written',
}

const de: Reasons = {
  hub_stopped: 'der Hub war angehalten',
  hub_crashed: 'der Hub oder sein Rechner ist ausgefallen',
  camera_added: 'die Kamera kam gerade erst dazu',
  camera_unreachable: 'unter der Adresse der Kamera antwortet nichts',
  camera_silent: 'die Kamera ist verbunden und sendet nichts',
  camera_refused: 'die Kamera antwortet, hat aber unter dieser Adresse keinen Stream',
  wrong_password: 'die Kamera lehnt das Passwort ab',
  unsupported_codec: 'die Kamera sendet etwas, das sich nicht aufnehmen lässt',
  camera_clock: 'eine Uhr ist gesprungen: Zeiten ringsum sind unsicher',
  frames_missing: 'Bilder aus dieser Zeit kamen nie an',
  hub_overloaded: 'dieser Rechner war kurz zu langsam',
  no_key: 'es gab keinen Schlüssel zum Versiegeln',
  seal_failed: 'das Versiegeln im Hub ist fehlgeschlagen',
  disk_full: 'der Datenträger war voll',
  spool_full: 'der Tresor war zu lange weg, und das Zwischenlager war voll',
  spool_expired: 'der Tresor war zu viele Tage weg',
  spool_damaged: 'der Datenträger gab etwas anderes zurück, als geschrieben wurde',
}

export const words = defineWords(en, de)

/** A reason of a gap in words; one that a newer hub wrote stays as it is. */
export const reasonIn = (reasons: Reasons, reason: string): string => {
  const known = Object.entries(reasons).find(([name]) => name === reason)
  return known?.[1] ?? reason
}
