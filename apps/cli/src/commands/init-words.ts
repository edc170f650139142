import { defineWords } from '../language.ts'

const en = {
  household: 'Home',
  founded: (name: string, folder: string) =>
    `The household ${name} is set up. Its keys are in ${folder}, and only there.`,
  next: (invocation: string) => `Next: ${invocation} cameras add rtsp://…   then: ${invocation} hub`,
  needsVault: 'Which vault? Give its address with --vault URL.',
}

const de: typeof en = {
  household: 'Zuhause',
  founded: (name, folder) => `Der Haushalt ${name} ist angelegt. Seine Schlüssel liegen in ${folder} und nur dort.`,
  next: invocation => `Als Nächstes: ${invocation} cameras add rtsp://…   dann: ${invocation} hub`,
  needsVault: 'Welcher Tresor? Gib seine Adresse mit --vault URL an.',
}

export const words = defineWords(en, de)
