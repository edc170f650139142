import { defineWords } from '../language.ts'

const en = {
  household: 'Home',
  founded: (name: string, folder: string) =>
    `The household ${name} is set up. Its keys are in ${folder}, and only there.`,
  next: (invocation: string) => `Next: ${invocation} cameras add rtsp://…   then: ${invocation} hub`,
  open: 'When the hub runs, open this in your browser. It lets in whoever has it, once:',
  policyOrTrust: 'Name witnesses by --trust or by --policy, and not by both.',
  needsVault: 'Which vault? Give its address with --vault URL.',
}

const de: typeof en = {
  household: 'Zuhause',
  founded: (name, folder) => `Der Haushalt ${name} ist angelegt. Seine Schlüssel liegen in ${folder} und nur dort.`,
  next: invocation => `Als Nächstes: ${invocation} cameras add rtsp://…   dann: ${invocation} hub`,
  open: 'Wenn der Hub läuft, öffne das in deinem Browser. Es lässt einmal ein, wer es hat:',
  policyOrTrust: 'Nenne Zeugen mit --trust oder mit --policy und nicht mit beiden.',
  needsVault: 'Welcher Tresor? Gib seine Adresse mit --vault URL an.',
}

export const words = defineWords(en, de)
