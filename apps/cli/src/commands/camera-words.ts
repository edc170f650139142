import { defineWords } from '../language.ts'

const en = {
  none: (invocation: string) => `No camera yet. Add one: ${invocation} cameras add rtsp://…`,
  recordedElsewhere: 'recorded by another device',
  stopped: (when: string) => `stopped ${when}`,
  recorded: 'recorded here',
  looking: (url: string) => `Looking at ${url} …`,
  picture: 'Picture',
  sound: 'Sound',
  noSound: 'none',
  way: 'Way',
  subStreams: 'Also there',
  added: (name: string) => `${name} is added and will be recorded as soon as a hub runs here.`,
  addedLive: (name: string) => `${name} is added. The hub begins to record it now.`,
  soundLeft: (codec: string) => `Its sound (${codec}) cannot be recorded, so only the picture is.`,
  password: (user: string, host: string) => `Password of ${user} at ${host}:`,
  removeAsk: (name: string) => `Stop recording ${name}? What it recorded is kept. [y/N]`,
  removeNeedsYes: (name: string) => `This stops recording ${name}.`,
  removed: (name: string) =>
    `${name} is no longer recorded. What it recorded is kept, and can be exported and deleted.`,
  notRecordedHere: 'it is recorded by another device',
}

const de: typeof en = {
  none: invocation => `Noch keine Kamera. Füge eine hinzu: ${invocation} cameras add rtsp://…`,
  recordedElsewhere: 'von einem anderen Gerät aufgenommen',
  stopped: when => `angehalten ${when}`,
  recorded: 'hier aufgenommen',
  looking: url => `Ich sehe mir ${url} an …`,
  picture: 'Bild',
  sound: 'Ton',
  noSound: 'keiner',
  way: 'Weg',
  subStreams: 'Auch da',
  added: name => `${name} ist dabei und wird aufgenommen, sobald hier ein Hub läuft.`,
  addedLive: name => `${name} ist dabei. Der Hub beginnt jetzt mit der Aufnahme.`,
  soundLeft: codec => `Der Ton (${codec}) lässt sich nicht aufnehmen, deshalb nur das Bild.`,
  password: (user, host) => `Passwort von ${user} bei ${host}:`,
  removeAsk: name => `${name} nicht mehr aufnehmen? Was sie aufgenommen hat, bleibt. [j/N]`,
  removeNeedsYes: name => `Damit wird ${name} nicht mehr aufgenommen.`,
  removed: name =>
    `${name} wird nicht mehr aufgenommen. Ihre Aufnahmen bleiben und lassen sich exportieren und löschen.`,
  notRecordedHere: 'ein anderes Gerät nimmt sie auf',
}

export const words = defineWords(en, de)
