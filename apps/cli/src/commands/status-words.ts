import { defineWords } from '../language.ts'

const en = {
  notRunning: 'The hub does not run: nothing is being recorded.',
  start: (invocation: string) => `Start it: ${invocation} start   (or ${invocation} hub)`,
  joined: (vault: string) => `This device opens recordings; the vault is at ${vault}.`,
  away: (url: string) => `The vault at ${url} does not answer.`,
  device: 'Device',
  devices: 'Devices',
  join: 'Join',
  joinHow: (invocation: string, address: string) => `${invocation} join ${address}`,
}

const de: typeof en = {
  notRunning: 'Der Hub läuft nicht: Es wird nichts aufgenommen.',
  start: invocation => `Starte ihn: ${invocation} start   (oder ${invocation} hub)`,
  joined: vault => `Dieses Gerät öffnet Aufnahmen; der Tresor liegt unter ${vault}.`,
  away: url => `Der Tresor unter ${url} antwortet nicht.`,
  device: 'Gerät',
  devices: 'Geräte',
  join: 'Beitreten',
  joinHow: (invocation, address) => `${invocation} join ${address}`,
}

export const words = defineWords(en, de)
