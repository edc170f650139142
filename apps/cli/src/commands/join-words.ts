import { defineWords } from '../language.ts'

const en = {
  badAddress: (text: string) =>
    `"${text}" is no address to join: it looks like http://…/join/… and stands in \`hausrecht status\` on a device of the household.`,
  asking: (vault: string) => `Asking at ${vault} to be let in. This device has no keys yet.`,
  approveThere: (invocation: string, id: string) =>
    `Now run on a device of the household: ${invocation} approve   (this device is ${id})`,
  digits: 'The six digits of this device:',
  compare: 'Type them there. If they are refused, or another number is wanted, say no: somebody is in between.',
  approved: 'Approved. Waiting for the keys …',
  keys: (count: number) =>
    `${count === 1 ? 'One key tree has' : `${count} key trees have`} arrived: recordings can be opened here.`,
  later: 'The keys come as soon as the device that approved is running. Until then nothing can be opened here.',
  welcome: (household: string) => `This device belongs to ${household}.`,
  several: (ids: string) => `More than one device waits: ${ids}. Say which: hausrecht approve ID`,
  waits: (id: string, age: string) => `A device asks to be let in: ${id}, ${age} ago.`,
  type: 'Which six digits does it show?',
  nameIt: 'What shall it be called?',
  defaultName: (id: string) => `Device ${id}`,
  needsDigits: 'The six digits have to be compared, so nobody is let in without them.',
  same: 'The digits are the same: nobody is in between.',
  letIn: (name: string) => `${name} is let in.`,
  rights: (from: string) =>
    from === ''
      ? 'It may open everything that was recorded, and what comes.'
      : `It may open what was recorded since ${from}, and what comes.`,
  handing: 'Handing over the keys …',
  handed: 'The keys are handed over.',
  notHanded: 'The new device has not fetched its keys yet. A running hub hands them over as soon as it asks.',
  badRole: (text: string) => `--role takes member or admin and not "${text}".`,
}

const de: typeof en = {
  badAddress: text =>
    `„${text}“ ist keine Adresse zum Beitreten: Sie sieht aus wie http://…/join/… und steht bei \`hausrecht status\` auf einem Gerät des Haushalts.`,
  asking: vault => `Bitte bei ${vault} um Einlass. Dieses Gerät hat noch keine Schlüssel.`,
  approveThere: (invocation, id) =>
    `Führe jetzt auf einem Gerät des Haushalts aus: ${invocation} approve   (dieses Gerät ist ${id})`,
  digits: 'Die sechs Ziffern dieses Geräts:',
  compare:
    'Tippe sie dort ein. Werden sie abgelehnt oder ist eine andere Zahl gewünscht, dann lass es: Jemand ist dazwischen.',
  approved: 'Eingelassen. Warte auf die Schlüssel …',
  keys: count =>
    `${count === 1 ? 'Ein Schlüsselbaum ist' : `${count} Schlüsselbäume sind`} da: Aufnahmen lassen sich hier öffnen.`,
  later: 'Die Schlüssel kommen, sobald das Gerät läuft, das eingelassen hat. Bis dahin lässt sich hier nichts öffnen.',
  welcome: household => `Dieses Gerät gehört zu ${household}.`,
  several: ids => `Mehr als ein Gerät wartet: ${ids}. Sag, welches: hausrecht approve KENNUNG`,
  waits: (id, age) => `Ein Gerät bittet um Einlass: ${id}, vor ${age}.`,
  type: 'Welche sechs Ziffern zeigt es?',
  nameIt: 'Wie soll es heißen?',
  defaultName: id => `Gerät ${id}`,
  needsDigits: 'Die sechs Ziffern müssen verglichen werden, ohne sie wird niemand eingelassen.',
  same: 'Die Ziffern sind gleich: Niemand ist dazwischen.',
  letIn: name => `${name} ist eingelassen.`,
  rights: from =>
    from === ''
      ? 'Es darf alles öffnen, was aufgenommen wurde, und was kommt.'
      : `Es darf öffnen, was seit ${from} aufgenommen wurde, und was kommt.`,
  handing: 'Übergebe die Schlüssel …',
  handed: 'Die Schlüssel sind übergeben.',
  notHanded: 'Das neue Gerät hat seine Schlüssel noch nicht geholt. Ein laufender Hub übergibt sie, sobald es fragt.',
  badRole: text => `--role nimmt member oder admin und nicht „${text}“.`,
}

export const words = defineWords(en, de)
