import { defineWords } from '../language.ts'

const en = {
  notRunning: 'The hub does not run: nothing is being recorded.',
  start: (invocation: string) => `Start it: ${invocation} start   (or ${invocation} hub)`,
  devices: 'Devices',
  join: 'Join',
  onlyHere: (invocation: string) => `from this machine only; for others: ${invocation} start --host 0.0.0.0`,
}

const de: typeof en = {
  notRunning: 'Der Hub läuft nicht: Es wird nichts aufgenommen.',
  start: invocation => `Starte ihn: ${invocation} start   (oder ${invocation} hub)`,
  devices: 'Geräte',
  join: 'Beitreten',
  onlyHere: invocation => `nur von diesem Rechner aus; für andere: ${invocation} start --host 0.0.0.0`,
}

export const words = defineWords(en, de)
