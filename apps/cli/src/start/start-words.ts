import { defineWords } from '../language.ts'
import type { Part } from './protocol.ts'

const parts: Readonly<Record<Part, string>> = {
  hub: 'hub',
  vault: 'vault',
  witness: 'witness',
  camera: 'sample camera',
}
const teile: Readonly<Record<Part, string>> = {
  hub: 'Hub',
  vault: 'Tresor',
  witness: 'Zeuge',
  camera: 'Beispielkamera',
}

const en = {
  parts,
  household: 'Home',
  deviceLabel: (host: string) => `Hub (${host})`,
  sampleCamera: 'Sample camera',
  first: 'The first start: setting up a household. Its keys stay in this folder.',
  building: 'Building the app for browsers …',
  starting: (part: string) => `Starting the ${part} …`,
  ready: (part: string, where: string) => `The ${part} is ready${where === '' ? '' : `: ${where}`}`,
  crashed: (part: string, reason: string, wait: string) => `The ${part} ended (${reason}) and starts again in ${wait}.`,
  back: (part: string) => `The ${part} is back.`,
  stopping: 'Stopping. What was recorded is kept …',
  stopped: 'Stopped. Everything is kept.',
  camera: {
    recording: (name: string, what: string) => `${name} is being recorded${what === '' ? '' : `: ${what}`}`,
    connecting: (name: string) => `${name}: connecting`,
    waiting: (name: string, problem: string) => `${name} is not recorded: ${problem}`,
  },
  beat: (name: string, age: string, rate: string) =>
    `${name}: last sealed segment ${age} ago${rate === '' ? '' : `, ${rate}`}`,
  kept: (bytes: string, entries: string) => `${bytes} in the vault, log of ${entries} entries`,
  openLink: 'Open this in your browser. It lets in whoever has it, once:',
  openApp: 'Open this in your browser:',
  compare: (digits: string) => `A browser asks to come in. If it shows the same six digits, say so there: ${digits}`,
  admitted: (url: string) => `The browser is in. From now on: ${url}`,
  deadLink: (command: string) => `The link is dead: too old, or too many wrong attempts. A new one: ${command}`,
  running: (folder: string) => `Running on ${folder}. Ctrl-C stops; what was recorded is kept.`,
  next: (command: string) => `Next: ${command}`,
  freshAsk: (folder: string, what: string) =>
    `Start over and remove everything in ${folder}? That is ${what}. It cannot be brought back. [y/N]`,
  freshNeedsYes: (folder: string, what: string) => `--fresh removes everything in ${folder}: ${what}.`,
  freshDone: 'Everything was removed.',
  freshNothing: 'There was nothing to remove.',
  files: (count: number, bytes: string) => `${count === 1 ? 'one file' : `${count} files`}, ${bytes}`,
}

const de: typeof en = {
  parts: teile,
  household: 'Zuhause',
  deviceLabel: host => `Hub (${host})`,
  sampleCamera: 'Beispielkamera',
  first: 'Der erste Start: Ein Haushalt entsteht. Seine Schlüssel bleiben in diesem Ordner.',
  building: 'Die App für Browser wird gebaut …',
  starting: part => `${part} startet …`,
  ready: (part, where) => `${part} ist bereit${where === '' ? '' : `: ${where}`}`,
  crashed: (part, reason, wait) => `${part} ist ausgefallen (${reason}) und startet in ${wait} neu.`,
  back: part => `${part} ist wieder da.`,
  stopping: 'Hausrecht hält an. Was aufgenommen wurde, bleibt …',
  stopped: 'Angehalten. Alles ist aufgehoben.',
  camera: {
    recording: (name, what) => `${name} wird aufgenommen${what === '' ? '' : `: ${what}`}`,
    connecting: name => `${name}: verbindet sich`,
    waiting: (name, problem) => `${name} wird nicht aufgenommen: ${problem}`,
  },
  beat: (name, age, rate) => `${name}: letztes versiegeltes Segment vor ${age}${rate === '' ? '' : `, ${rate}`}`,
  kept: (bytes, entries) => `${bytes} im Tresor, Protokoll mit ${entries} Einträgen`,
  openLink: 'Öffne das in deinem Browser. Es lässt einmal ein, wer es hat:',
  openApp: 'Öffne das in deinem Browser:',
  compare: digits => `Ein Browser bittet um Einlass. Zeigt er dieselben sechs Ziffern, sag es dort: ${digits}`,
  admitted: url => `Der Browser ist drin. Von nun an: ${url}`,
  deadLink: command => `Der Link gilt nicht mehr: zu alt oder zu viele falsche Versuche. Ein neuer: ${command}`,
  running: folder => `Läuft auf ${folder}. Strg-C hält an; was aufgenommen wurde, bleibt.`,
  next: command => `Als Nächstes: ${command}`,
  freshAsk: (folder, what) =>
    `Von vorn beginnen und alles in ${folder} entfernen? Das sind ${what}. Zurückholen lässt es sich nicht. [j/N]`,
  freshNeedsYes: (folder, what) => `--fresh entfernt alles in ${folder}: ${what}.`,
  freshDone: 'Alles wurde entfernt.',
  freshNothing: 'Es gab nichts zu entfernen.',
  files: (count, bytes) => `${count === 1 ? 'eine Datei' : `${count} Dateien`}, ${bytes}`,
}

export const words = defineWords(en, de)
export type StartWords = typeof en
