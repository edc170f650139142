import { defineWords } from '../language.ts'

const en = {
  exporting: (camera: string, span: string) => `Exporting ${camera}, ${span}`,
  resuming: (done: string) => `Going on where it stopped: ${done} are there already.`,
  done: (file: string, bytes: string, length: string) => `${file}: ${length}, ${bytes}.`,
  noSound: 'Without sound.',
  deleted: (span: string, when: string, by: string) => `Deleted: ${span}, on ${when} by ${by}.`,
  expired: (span: string) => `Ended: ${span}, older than recordings are kept.`,
  gap: (span: string, reason: string) => `Not recorded: ${span}, ${reason}.`,
  missing: (span: string, count: number) =>
    `Missing: ${span}, ${count === 1 ? 'one segment that was' : `${count} segments that were`} recorded and the vault does not serve.`,
  nothing: (span: string, proven: boolean) =>
    `Nothing: ${span}${proven ? '' : ' (the vault shows nothing; that nothing was recorded is not proven)'}.`,
  damaged: (when: string, what: string) => `Damaged: a segment at ${when} does not open (${what}).`,
  odd: (when: string) => `The vault offered a segment at ${when} twice or out of its place; it was left out.`,
  soundOnly: 'sound',
  somebody: 'a device that is gone',
  resume: (command: string) => `Run the same command again to go on: ${command}`,
}

const de: typeof en = {
  exporting: (camera, span) => `Exportiere ${camera}, ${span}`,
  resuming: done => `Es geht weiter, wo es aufhörte: ${done} sind schon da.`,
  done: (file, bytes, length) => `${file}: ${length}, ${bytes}.`,
  noSound: 'Ohne Ton.',
  deleted: (span, when, by) => `Gelöscht: ${span}, am ${when} von ${by}.`,
  expired: span => `Abgelaufen: ${span}, älter, als Aufnahmen behalten werden.`,
  gap: (span, reason) => `Nicht aufgenommen: ${span}, ${reason}.`,
  missing: (span, count) =>
    `Fehlt: ${span}, ${count === 1 ? 'ein aufgenommenes Segment, das' : `${count} aufgenommene Segmente, die`} der Tresor nicht herausgibt.`,
  nothing: (span, proven) =>
    `Nichts: ${span}${proven ? '' : ' (der Tresor zeigt nichts; dass nichts aufgenommen wurde, ist nicht bewiesen)'}.`,
  damaged: (when, what) => `Beschädigt: Ein Segment um ${when} lässt sich nicht öffnen (${what}).`,
  odd: when => `Der Tresor bot ein Segment um ${when} doppelt oder am falschen Platz an; es wurde ausgelassen.`,
  soundOnly: 'Ton',
  somebody: 'einem Gerät, das es nicht mehr gibt',
  resume: command => `Mit demselben Befehl geht es weiter: ${command}`,
}

export const words = defineWords(en, de)
