import { defineWords } from '../language.ts'

const en = {
  link: 'Open this in the browser that is to belong to your household:',
  secret: (hours: number) =>
    `It lets in whoever has it, as an admin; once, and for ${hours} hours. Older links are dead.`,
  compare: 'The browser shows six digits, and so does the hub: compare them, and say so in the browser.',
  notRunning: (invocation: string) =>
    `The hub does not run: nobody is let in until it does. Start it: ${invocation} start`,
  mayNot: 'only an admin device may let browsers in',
}

const de: typeof en = {
  link: 'Öffne das in dem Browser, der zu deinem Haushalt gehören soll:',
  secret: hours =>
    `Wer diesen Link hat, kommt hinein und darf alles; einmal, und ${hours} Stunden lang. Ältere Links gelten nicht mehr.`,
  compare: 'Der Browser zeigt sechs Ziffern, der Hub auch: Vergleiche sie und bestätige es im Browser.',
  notRunning: invocation => `Der Hub läuft nicht: Bis dahin kommt niemand hinein. Starte ihn: ${invocation} start`,
  mayNot: 'nur ein Admin-Gerät darf Browser einlassen',
}

export const words = defineWords(en, de)
