import type { Words } from '../en.ts'

export const seal: Words['seal'] = {
  can: { one: 'kannst das öffnen', other: 'könnt das öffnen' },
  waits: 'Etwas wartet',
  alarm: 'Etwas stimmt nicht',
  title: 'Wer das öffnen kann',
  intro:
    'Aufnahmen werden zuhause versiegelt, bevor sie das Haus verlassen. Diese Geräte haben Schlüssel, sonst niemand.',
  everything: 'alles, was da ist',
  from: 'ab {from}',
  hubRole: 'Nimmt auf und versiegelt. Hat alle Schlüssel.',
  online: 'verbunden',
  offline: 'nicht verbunden',
  self: 'dieser Browser',
  nobodyElse: 'Niemand außerhalb deines Zuhauses',
  nobodyElseText: 'Der Tresor bewahrt alles auf und kann nichts davon öffnen.',
  needsYou: 'Wartet auf dich',
  pending: {
    one: 'Ein Gerät bittet um Einlass',
    other: '{n} Geräte bitten um Einlass',
  },
  pendingNext: 'Ziffern vergleichen',
  hubAway: 'Der Hub ist weg seit {since}',
  hubAwayText:
    'Bis er zurück ist, gibt es nichts Neues zu sehen. Was er inzwischen aufnimmt, bleibt bei ihm und kommt nach; was aufgenommen wurde, ist nicht verloren.',
  keysWaiting: 'Dieser Browser wartet auf seine Schlüssel',
  keysWaitingText:
    'Schlüssel liegen nur im Arbeitsspeicher dieses Browsers. Der Hub gibt sie wieder her, sobald er da ist, meist in Sekunden.',
  vaultAway: 'Der Tresor ist nicht erreichbar seit {since}',
  vaultAwayText: 'Der Hub nimmt weiter auf und liefert später.',
  log: 'Das Protokoll',
  logText:
    'Jeder Eintrag steht in einem Protokoll, an das nur angehängt werden kann. Dieser Browser hat alle {n} Einträge geprüft, zuletzt {ago}.',
  logUnchecked: 'Dieser Browser hat das Protokoll noch nicht geprüft.',
  witness: 'Zeuge {name}',
  witnessSeen: 'hat {ago} unterschrieben',
  witnessNever: 'hat das neueste nicht unterschrieben',
  witnessSilent: 'Der Zeuge {name} hat das neueste Protokoll nicht unterschrieben',
  witnessSilentText:
    'Aufnehmen und Zusehen gehen weiter. Bis er wieder unterschreibt, fiele es erst später auf, wenn der Tresor zwei Leuten zwei verschiedene Protokolle zeigt.',
  witnessOwn: 'dein eigener',
  noWitness: 'Niemand sonst unterschreibt dieses Protokoll.',
  allWell: 'Alles ist, wie es sein soll.',
}
