import { defineWords } from '../language.ts'

const en = {
  notRunning: 'The hub does not run: nothing is being recorded.',
  start: (invocation: string) => `Start it: ${invocation} start   (or ${invocation} hub)`,
  devices: 'Devices',
  join: 'Join',
}

const de: typeof en = {
  notRunning: 'Der Hub läuft nicht: Es wird nichts aufgenommen.',
  start: invocation => `Starte ihn: ${invocation} start   (oder ${invocation} hub)`,
  devices: 'Geräte',
  join: 'Beitreten',
}

export const words = defineWords(en, de)
