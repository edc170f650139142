import type { Words } from '../en.ts'

export const firstRun: Words['firstRun'] = {
  step: 'Schritt {step} von {of}',
  welcome: {
    title: 'Willkommen zuhause',
    text: 'Nur Geräte, die du einlässt, können sehen, was deine Kameras aufnehmen. Nicht der Server und nicht, wer ihn betreibt.',
    link: 'Link von deinem Hub',
    linkHelp: '„npm start“ zeigt ihn an deinem Hub. Er beginnt mit http und gilt einmal.',
    linkBad: 'Das ist kein Link von einem Hub. Darin steht „#claim=“; kopiere ihn ganz.',
    or: 'Benutzt bei dir schon jemand Hausrecht?',
    signIn: 'Mit Passkey anmelden',
  },
  names: {
    title: 'Wie soll es heißen?',
    text: 'Diese Namen sehen deine Geräte und sonst niemand. Du kannst sie später ändern.',
    household: 'Dein Zuhause',
    householdExample: 'Lindenstraße 4',
    device: 'Dieser Browser',
    guess: '{browser} auf {machine}',
    empty: 'Bitte gib einen Namen ein.',
    long: 'Bitte kürzer: höchstens 60 Zeichen.',
  },
  digits: {
    title: 'Sind die Ziffern gleich?',
    text: 'Auch dein Hub zeigt jetzt sechs Ziffern. Sind es dieselben, steht niemand zwischen dir und deinem Zuhause.',
    wait: 'Dein Hub wird gefragt …',
    waitLong: 'Noch keine Antwort. Läuft der Hub, und wurde der Link nicht schon benutzt?',
    match: 'Sie sind gleich',
    differ: 'Sie sind verschieden',
    confirmed: 'Dein Hub übergibt die Schlüssel …',
    differed: {
      what: 'Die Ziffern waren verschieden, deshalb wurde nichts verbunden.',
      kept: 'Kein Schlüssel hat deinen Hub verlassen.',
      next: 'Hol dir am Hub einen neuen Link und beginne neu. Passiert es wieder, steht vielleicht jemand dazwischen.',
    },
  },
  passkey: {
    title: 'Ein Passkey statt eines Passworts',
    text: 'Dein Telefon oder Rechner bewahrt ihn auf und öffnet ihn mit Finger, Gesicht oder PIN. Mit ihm kann ein neuer Browser um Einlass bitten.',
    make: 'Passkey anlegen',
    skip: 'Erst einmal ohne',
    skipText:
      'Dieser Browser geht auch ohne. Geht er verloren und ist kein anderes Gerät eingelassen, kann dich nur der Hub selbst wieder einlassen.',
    made: 'Der Passkey ist gespeichert.',
    unsupported: 'Dieser Browser kann keine Passkeys anlegen. In den Optionen geht es später von einem anderen aus.',
    notHere: 'Dieser Tresor bietet keine Passkeys an.',
    cancelled: 'Es wurde kein Passkey angelegt. Versuch es noch einmal oder mach erst einmal ohne weiter.',
  },
  done: {
    title: 'Du bist zuhause',
    text: 'Dieser Browser und dein Hub können öffnen, was aufgenommen wird. Sonst niemand.',
    open: 'Umsehen',
    camera: 'Kamera hinzufügen',
  },
}

export const waiting: Words['waiting'] = {
  signIn: {
    title: 'Anmelden',
    text: 'Ein Passkey zeigt, zu welchem Zuhause du gehörst. Er allein öffnet nichts: Jemand von zuhause lässt diesen Browser ein.',
    go: 'Meinen Passkey benutzen',
    setup: 'Ich habe einen Link von meinem Hub',
    none: 'Dieser Passkey gehört hier zu keinem Zuhause.',
    noneNext: 'Versuch einen anderen Passkey oder nimm den Link von deinem Hub.',
    none2: 'Dieser Tresor bietet keine Passkeys an.',
    cancelled: 'Das Anmelden wurde abgebrochen. Es hat sich nichts geändert.',
    device: 'Name dieses Browsers',
    deviceText: 'Für dich. Wer ihn einlässt, gibt ihm den Namen, den die anderen sehen.',
    ask: 'Um Einlass bitten',
  },
  room: {
    title: 'Jemand muss dich einlassen',
    text: 'Öffne Hausrecht auf einem Gerät, das schon drin ist, und scanne das hier, oder geh dort auf Familie. Bis dahin sieht dieser Browser nichts.',
    qr: 'Code für die Adresse {link}',
    link: 'oder öffne dort diese Adresse',
    waits: 'Wartet auf jemanden von zuhause …',
    digits: 'Vergleiche diese Ziffern',
    digitsText: 'Auch das andere Gerät zeigt sechs Ziffern. Es müssen dieselben sein; sag es dort.',
    cancel: 'Zurückziehen',
  },
  insecure: {
    title: 'Diese Adresse genügt nicht',
    text: 'Browser lassen eine Seite nur unter https:// und auf dem Gerät selbst verschlüsseln. Ohne das ließe sich hier nichts prüfen oder öffnen.',
    here: 'Auf dem Gerät, auf dem der Tresor läuft: öffne {address}.',
    elsewhere:
      'Auf jedem anderen: Der Tresor braucht einen Namen und ein Zertifikat. Wie, steht in der Anleitung unter „From a phone“.',
  },
  stopped: {
    removed: {
      title: 'Dieser Browser wurde entfernt',
      text: 'Jemand aus deinem Haushalt hat ihn entfernt. Seine Schlüssel sind weg, er zeigt nichts mehr. Für die anderen sind die Aufnahmen noch da.',
    },
    other: {
      title: 'Vorsichtshalber angehalten',
      text: 'Etwas geht nicht auf, deshalb zeigt dieser Browser nichts, bis es geklärt ist.',
    },
    leave: 'Diesen Haushalt hier vergessen',
    signIn: 'Neu beginnen',
  },
}
