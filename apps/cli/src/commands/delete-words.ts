import { defineWords } from '../language.ts'

const en = {
  goes: (camera: string) => `This goes for good, from ${camera}:`,
  withSound: 'picture and sound',
  pictureOnly: 'picture',
  whole: 'Segments go whole: one that reaches into the range goes from its beginning.',
  nothing: (span: string) =>
    `The vault keeps nothing of ${span}. Deleting it also closes anything that comes later for that time.`,
  forGood:
    'Nobody can bring it back, not even with a copy of everything that the vault ever stored. A file that was exported stays a file.',
  ask: 'Delete it? [y/N]',
  needsYes: (camera: string, span: string, bytes: string) => `This deletes ${camera}, ${span}, ${bytes}, for good.`,
  mayNot: 'only an admin device may delete',
  ordered: (entry: number) => `Ordered: signed and in the log (entry ${entry}).`,
  erasedHere: (name: string) => `Erased on ${name}: its keys are gone.`,
  erasedOn: (done: number, all: number) => `Keys erased on ${done} of ${all} devices.`,
  waits: (name: string) =>
    `${name} has not said yet that it erased its keys. It does so by itself when it next follows the log.`,
  removing: (left: number) => `The vault removes the bytes: ${left} objects to go`,
  removed: 'Removed by the vault, which says in the log that it looked again and found nothing.',
  later: 'The vault is still removing the bytes; without keys they are noise already.',
}

const de: typeof en = {
  goes: camera => `Das verschwindet endgültig, von ${camera}:`,
  withSound: 'Bild und Ton',
  pictureOnly: 'Bild',
  whole: 'Segmente verschwinden ganz: Eines, das in den Zeitraum hineinreicht, von seinem Anfang an.',
  nothing: span => `Der Tresor hat nichts aus ${span}. Löschen verschließt auch, was für diese Zeit noch käme.`,
  forGood:
    'Niemand kann es zurückholen, auch nicht mit einer Kopie von allem, was der Tresor je gespeichert hat. Eine exportierte Datei bleibt eine Datei.',
  ask: 'Löschen? [j/N]',
  needsYes: (camera, span, bytes) => `Damit wird ${camera}, ${span}, ${bytes}, endgültig gelöscht.`,
  mayNot: 'nur ein Admin-Gerät darf löschen',
  ordered: entry => `Beauftragt: signiert und im Protokoll (Eintrag ${entry}).`,
  erasedHere: name => `Vernichtet auf ${name}: Die Schlüssel sind weg.`,
  erasedOn: (done, all) => `Schlüssel vernichtet auf ${done} von ${all} Geräten.`,
  waits: name =>
    `${name} hat noch nicht gesagt, dass es seine Schlüssel vernichtet hat. Das tut es von selbst, sobald es dem Protokoll wieder folgt.`,
  removing: left => `Der Tresor entfernt die Daten: noch ${left} Objekte`,
  removed: 'Vom Tresor entfernt; er sagt im Protokoll, dass er nachgesehen und nichts gefunden hat.',
  later: 'Der Tresor entfernt noch; ohne Schlüssel sind die Daten schon jetzt nur Rauschen.',
}

export const words = defineWords(en, de)
