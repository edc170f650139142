import { defineWords } from '../language.ts'

const days = (n: number): string => (n === 1 ? '1 day' : `${n} days`)
const tage = (n: number): string => (n === 1 ? '1 Tag' : `${n} Tage`)

const en = {
  kept: days,
  noEnd: 'no end: kept until somebody deletes it',
  ended: (until: string) => `what was recorded before ${until} is gone`,
  none: 'No cameras yet.',
  nobodyElse: 'Each device forgets the keys by itself, every hour, and the vault removes the bytes.',
  clock: (when: string) => `By the clock of the witnesses it is ${when}.`,
  noClock: 'No witness has said yet what time it is: until then nothing ends.',
  all: 'all cameras',
  goes: (what: string, until: string) =>
    `This ends at once what ${what} recorded before ${until}, for good. Nobody can bring it back.`,
  ask: 'Do it? [y/N]',
  mayNot: 'only an admin device may change how long recordings are kept',
  badDays: (most: number) => `a number of days from 1 to ${most}, or "forever"`,
}

const de: typeof en = {
  kept: tage,
  noEnd: 'kein Ende: bleibt, bis es jemand löscht',
  ended: until => `was vor ${until} aufgenommen wurde, ist weg`,
  none: 'Noch keine Kameras.',
  nobodyElse: 'Jedes Gerät vergisst die Schlüssel von selbst, jede Stunde, und der Tresor entfernt die Bytes.',
  clock: when => `Nach der Uhr der Zeugen ist es ${when}.`,
  noClock: 'Noch hat kein Zeuge gesagt, wie spät es ist: Bis dahin endet nichts.',
  all: 'alle Kameras',
  goes: (what, until) =>
    `Damit endet sofort und endgültig, was ${what} vor ${until} aufgenommen hat. Niemand kann es zurückholen.`,
  ask: 'Tun? [j/N]',
  mayNot: 'nur ein Admin-Gerät darf ändern, wie lange Aufnahmen bleiben',
  badDays: most => `eine Zahl von Tagen von 1 bis ${most}, oder „forever“`,
}

export const words = defineWords(en, de)
