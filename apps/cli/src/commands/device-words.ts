import { defineWords } from '../language.ts'

const en = {
  roles: {
    admin: 'may let devices in and delete',
    recorder: 'records',
    vault: 'keeps keys',
    session: 'opens recordings',
  },
  self: 'this device',
  removed: (when: string) => `put out ${when}`,
  since: (when: string) => `since ${when}`,
  removeAsk: (name: string) =>
    `Put ${name} out? What is recorded from then on is closed to it; what it holds already it may keep. [y/N]`,
  removeNeedsYes: (name: string) => `This puts ${name} out.`,
  removedNow: (name: string) => `${name} is out. New keys are in use for everything that this device records.`,
  notSelf: 'a device cannot put itself out',
}

const de: typeof en = {
  roles: {
    admin: 'darf Geräte einlassen und löschen',
    recorder: 'nimmt auf',
    vault: 'bewahrt Schlüssel',
    session: 'öffnet Aufnahmen',
  },
  self: 'dieses Gerät',
  removed: when => `hinausgeworfen ${when}`,
  since: when => `seit ${when}`,
  removeAsk: name =>
    `${name} hinauswerfen? Was danach aufgenommen wird, bleibt ihm verschlossen; was es schon hat, kann es behalten. [j/N]`,
  removeNeedsYes: name => `Damit wird ${name} hinausgeworfen.`,
  removedNow: name => `${name} ist draußen. Für alles, was dieses Gerät aufnimmt, gelten neue Schlüssel.`,
  notSelf: 'ein Gerät kann sich nicht selbst hinauswerfen',
}

export const words = defineWords(en, de)
