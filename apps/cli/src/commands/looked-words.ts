import type { Purpose } from '@hausrecht/chain/access'
import { defineWords } from '../language.ts'

type Purposes = Readonly<Record<Exclude<Purpose, 'own'>, string>>

const en = {
  row: (camera: string, range: string) => `${camera}, ${range}`,
  purposes: { guest: 'as a guest', link: 'by a link', grant: 'by a grant' } satisfies Purposes,
  none: 'Nobody looked, as far as that was asked for.',
  older: (shown: string) => `These are the newest ${shown}. --csv FILE or --json give all, --to older ones.`,
  unnamed: (count: string, command: string) =>
    `Not listed, although it may match: ${count}. The name of that device or camera cannot be read here; \`${command}\` without --search lists it.`,
  written: (file: string, count: string) => `${file}: entries: ${count}. Whoever reads it reads the names.`,
}

const de: typeof en = {
  row: (camera, range) => `${camera}, ${range}`,
  purposes: { guest: 'als Gast', link: 'über einen Link', grant: 'mit einer Freigabe' },
  none: 'Niemand hat hingesehen, soweit danach gefragt war.',
  older: shown => `Das sind die neuesten ${shown}. --csv DATEI oder --json geben alle, --to ältere.`,
  unnamed: (count, command) =>
    `Nicht gezeigt, obwohl es vielleicht passt: ${count}. Der Name dieses Geräts oder dieser Kamera ist hier nicht zu lesen; \`${command}\` ohne --search zeigt es.`,
  written: (file, count) => `${file}: Einträge: ${count}. Wer die Datei liest, liest die Namen.`,
}

export const words = defineWords(en, de)
