import type { Words } from '../en.ts'

export const places: Words['places'] = {
  label: 'Orte',
  home: 'Zuhause',
  cameras: 'Kameras',
  family: 'Familie',
  privacy: 'Privat',
  settings: 'Optionen',
  skip: 'Direkt zur Seite',
}

export const time: Words['time'] = {
  today: 'Heute',
  yesterday: 'Gestern',
  now: 'jetzt',
  seconds: { one: '{n} Sekunde', other: '{n} Sekunden' },
  minutes: { one: '{n} Minute', other: '{n} Minuten' },
  hours: { one: '{n} Stunde', other: '{n} Stunden' },
  days: { one: '{n} Tag', other: '{n} Tage' },
}

export const common: Words['common'] = {
  brand: 'Hausrecht',
  cancel: 'Abbrechen',
  close: 'Schließen',
  back: 'Zurück',
  next: 'Weiter',
  save: 'Speichern',
  remove: 'Entfernen',
  again: 'Noch einmal',
  details: 'Einzelheiten',
  more: 'Mehr anzeigen',
  copy: 'Kopieren',
  copied: 'Kopiert',
  later: 'Jetzt nicht',
  done: 'Fertig',
  you: 'Du',
  byYou: 'dir',
  hub: 'der Hub',
  byHub: 'dem Hub',
  vault: 'der Tresor',
  thisBrowser: 'dieser Browser',
  unknownDevice: 'ein Gerät, das es nicht mehr gibt',
  unknownCamera: 'eine Kamera, die es nicht mehr gibt',
  loading: 'Lädt …',
  starting: 'Dein Zuhause wird geöffnet …',
  slow: 'Das dauert länger als sonst.',
  notFound: {
    title: 'Diese Seite gibt es nicht',
    text: 'Vielleicht ist die Adresse alt oder vertippt.',
    next: 'Nach Hause',
  },
  crashed: {
    title: 'Diese Seite ist gestolpert',
    text: 'Zuhause läuft die Aufnahme weiter, nichts ist verloren. Meist hilft es, die Seite neu zu laden.',
    next: 'Neu laden',
  },
  vaultAway:
    'Keine Verbindung seit {since}. Du siehst, was bis dahin bekannt war; alles Weitere kommt von selbst nach.',
  update: 'Eine neue Version der App ist bereit.',
  updateNow: 'Jetzt benutzen',
  onlyHome: 'Nur dein Zuhause kann das öffnen.',
}
