import type { HelpWords } from './help-english.ts'
import { example } from './help-example.ts'

export const german: HelpWords = {
  about: 'Kameras für zu Hause, durch die nur der Haushalt schauen kann.',
  titles: {
    'Usage:': 'Aufruf:',
    'Options:': 'Optionen:',
    'Arguments:': 'Angaben:',
    'Commands:': 'Befehle:',
  },
  examples: 'Beispiele:',
  more: invocation => `Mehr zu jedem: ${invocation} BEFEHL --help`,
  helpOption: 'diese Hilfe zeigen',
  versionOption: 'die Version zeigen',
  groups: {
    cell: 'Worin die Schlüssel dieses Geräts liegen',
    cameras: 'die Kameras des Haushalts',
    devices: 'die Geräte, die seine Aufnahmen öffnen können',
    verify: 'was jeder prüfen kann, ohne ein Konto',
    log: 'das Protokoll des Haushalts, zum Aufheben und Weitergeben',
  },
  arguments: {
    camera: 'Name einer Kamera oder der Anfang davon',
    from: 'wo der Zeitraum beginnt: 10:00, "gestern 18:30", -10m, 2026-11-23T10:00',
    to: 'wo er endet: eine Zeit wie zuvor, +5m nach dem Beginn, oder jetzt',
    file: 'die MP4-Datei, die entsteht',
    url: 'Adresse der Kamera: rtsp://benutzer@host/pfad oder rtsps://…',
    address: 'was `hausrecht status` auf einem Gerät des Haushalts unter „Beitreten“ zeigt',
    device: 'Name oder Kennung eines Geräts',
    waitingDevice: 'Kennung des wartenden Geräts, falls mehrere warten',
    shell: 'die Shell, für die vervollständigt wird',
    source:
      'ein Ordner mit einem exportierten Protokoll oder seine Adresse; ohne Angabe: das dieses Haushalts, wie sein Tresor es hat',
    proofFile: 'eine Beweisdatei (c2sp.org/tlog-proof), meist mit der Endung .tlog-proof',
    leaf: 'Platz eines Eintrags im Protokoll, gezählt ab 0',
    order: 'Nummer einer Löschung oder ihr Anfang, wie `hausrecht deletions` sie zeigt',
    receiptFile: 'die Quittung einer Löschung, meist receipt-….json',
    newReceiptFile: 'die Datei, die entsteht (ohne Angabe: receipt-NUMMER.json)',
    folder: 'der Ordner, der geschrieben wird',
    days: 'wie viele Tage, oder "forever"',
    cell: 'wo der Schlüssel liegt, der die Schlüssel dieses Geräts öffnet',
  },
  options: {
    data: 'Ordner, in dem alles liegt (sonst: ~/.hausrecht oder HAUSRECHT_DATA)',
    json: 'JSON für Programme ausgeben, ein Wert je Zeile',
    lang: 'Sprache der Ausgaben (sonst: wie der Rechner eingestellt ist)',
    port: 'Port, auf dem gelauscht wird',
    host: 'Adresse, auf der gelauscht wird (sonst: nur dieser Rechner)',
    fresh: 'von vorn beginnen: entfernt nach Rückfrage alle Aufnahmen und Schlüssel im Datenordner',
    yes: 'nicht nachfragen',
    headless: 'einfache Zeilen statt eines Bildschirms',
    noSampleCamera: 'ohne die Beispielkamera',
    database: 'ein PostgreSQL statt des eingebauten',
    blobs: 'wohin versiegelte Objekte gehen: ein Ordner oder s3://schlüssel:geheimnis@host/bucket',
    origin: 'Name dieses Tresors in seinen Protokollen',
    appOrigin:
      'wo die App geöffnet wird, für Passkeys, etwa https://zuhause.example.org (sonst: http://localhost und der Port)',
    witness: 'ein Zeuge, der die Protokolle gegenzeichnet: Adresse und Schlüssel',
    quota: 'wie viel ein Haushalt aufheben darf, etwa 500GB',
    tlsCert: 'Zertifikat, für eine Adresse, die andere erreichen',
    tlsKey: 'der private Schlüssel dazu',
    vault: 'Adresse des Tresors',
    householdName: 'Name des Haushalts',
    label: 'Name dieses Geräts, wie ihn die anderen sehen',
    digitsStdin: 'die sechs Ziffern, die das neue Gerät zeigt, von der Standardeingabe lesen statt zu fragen',
    since: 'ab wann es Aufnahmen öffnen darf (sonst: alle)',
    role: 'member: Aufnahmen öffnen; admin: auch Geräte einlassen und löschen',
    name: 'Name der Kamera',
    user: 'Benutzername bei der Kamera',
    passwordStdin: 'Passwort von der Standardeingabe lesen, damit es in keinem Verlauf steht',
    overwrite: 'die Datei ersetzen, falls es sie gibt',
    noSound: 'den Ton weglassen',
    noWait: 'den Auftrag geben und nicht warten, bis er ausgeführt ist',
    watch: 'weiter anzeigen',
    trust: 'Schlüssel eines Zeugen, der gegenzeichnen muss; alle genannten müssen es',
    policy: 'Datei, die Zeugen nennt und wie viele davon genügen (c2sp.org/tlog-policy)',
    entry: 'Datei mit dem Eintrag, den der Beweis meint, falls er ihn nicht enthält',
    names: 'lesbare Namen von Geräten und Kameras hineinschreiben; wer die Datei liest, liest sie',
    witnessName: 'Name, unter dem er gegenzeichnet, etwa zeuge.example.org/daheim',
    camera: 'nur für diese Kamera',
    device: 'nur dieses Gerät: Name oder Nummer; von mehreren gleichen Namens alle',
    search: 'nur, wo diese Wörter im Namen des Geräts oder der Kamera stehen',
    from: 'nur ab dann: 10:00, "gestern 18:30", -2d, 2026-11-23T10:00',
    to: 'nur vor dann: eine Zeit wie eben; ein Tag meint sein Ende',
    recorded: '--from und --to meinen, wann es aufgenommen wurde, nicht, wann jemand hinsah',
    csv: 'alles in diese Datei schreiben, für eine Tabelle',
    index: 'NV-Index des TPM, wenn am üblichen schon etwas liegt',
    tcti: 'wie das TPM erreicht wird, wie in TPM2TOOLS_TCTI',
    witnessedLog: 'alle Protokolle eines Tresors (NAME,SCHLÜSSEL) oder eines (sein Prüfschlüssel); auch mehrmals',
  },
  commands: {
    start: {
      about: 'Hub, Tresor, Zeuge und eine Beispielkamera hier starten und zeigen.',
      examples: [
        example('start', 'starten; beim ersten Mal entsteht ein Haushalt'),
        example('start --headless', 'einfache Zeilen, für einen Dienst oder ein Log'),
        example('start --data /srv/kameras --port 9000', 'woanders, auf einem anderen Port'),
        example('start --fresh', 'nach Rückfrage mit nichts von vorn beginnen'),
      ],
    },
    status: {
      about: 'Kameras, Speicher, Protokoll und Geräte zeigen.',
      examples: [
        example('status', 'einmal'),
        example('status --watch', 'während es sich ändert'),
        example('status --json', 'für ein Programm'),
      ],
    },
    'cameras list': {
      about: 'Die Kameras auflisten.',
      examples: [example('cameras list', 'Name, Adresse, Bild und Ton')],
    },
    'cameras add': {
      about: 'Eine Kamera erst ansehen, dann aufnehmen.',
      examples: [
        example('cameras add rtsp://admin@192.168.1.20/stream1 --name "Haustür"', 'fragt nach dem Passwort'),
        example(
          'cameras add rtsps://192.168.1.21/live --user cam --password-stdin < geheim',
          'über TLS, ohne Terminal',
        ),
      ],
    },
    'cameras probe': {
      about: 'Eine Kamera nur ansehen: Codec, Größe, Bildrate, Ton, Nebenströme.',
      examples: [example('cameras probe rtsp://admin@192.168.1.20/stream1', 'fragt nach dem Passwort')],
    },
    'cameras remove': {
      about: 'Eine Kamera nicht mehr aufnehmen. Was sie aufgenommen hat, bleibt.',
      examples: [example('cameras remove "Haustür"', 'fragt vorher')],
    },
    export: {
      about: 'Einen Zeitraum als gewöhnliches MP4 mit Ton herausholen. Macht nach einer Unterbrechung weiter.',
      examples: [
        example('export tür 10:00 10:05 besuch.mp4', 'fünf Minuten von heute'),
        example('export tür "gestern 18:30" +10m abend.mp4', 'zehn Minuten von gestern Abend'),
        example('export tür -5m jetzt eben.mp4', 'die letzten fünf Minuten'),
      ],
    },
    delete: {
      about: 'Einen Zeitraum endgültig löschen: Schlüssel auf jedem Gerät, Daten im Tresor.',
      examples: [
        example('delete tür 10:00 10:05', 'zeigt, was verschwindet, und fragt dann'),
        example('delete tür "gestern 18:00" "gestern 19:00" --yes', 'ohne Rückfrage'),
      ],
    },
    'retention list': {
      about: 'Zeigen, wie lange Aufnahmen bleiben, nach der Regel, die gilt.',
      examples: [example('retention list', 'jede Kamera, und was schon geendet hat')],
    },
    'retention set': {
      about: 'Sagen, wie lange Aufnahmen bleiben. Was älter ist, endet sofort und überall.',
      examples: [
        example('retention set 30', 'alle Kameras ohne eigene Regel'),
        example('retention set 7 --camera "Haustür"', 'eine Kamera'),
        example('retention set forever', 'bis es jemand löscht'),
      ],
    },
    join: {
      about: 'Um Einlass in einen Haushalt bitten, von einem neuen Rechner oder Ordner aus.',
      examples: [example('join http://192.168.1.5:8420/abcd… --data ./zweites', 'zeigt sechs Ziffern zum Vergleichen')],
    },
    approve: {
      about: 'Ein wartendes Gerät nach dem Vergleich von sechs Ziffern einlassen.',
      examples: [
        example('approve', 'fragt nach den sechs Ziffern, die das neue Gerät zeigt, und vergleicht'),
        example('approve --since gestern', 'ohne ältere Aufnahmen'),
      ],
    },
    link: {
      about: 'Einen Link machen, der einen Browser als Admin einlässt. Er gilt einmal und ersetzt ältere.',
      examples: [example('link', 'gibt eine Adresse aus, die man öffnet, während der Hub läuft')],
    },
    'devices list': {
      about: 'Die Geräte des Haushalts auflisten.',
      examples: [example('devices list', 'Name, Rolle, seit wann')],
    },
    'devices remove': {
      about: 'Ein Gerät hinauswerfen. Was danach aufgenommen wird, bleibt ihm verschlossen.',
      examples: [example('devices remove "Altes Handy"', 'fragt vorher')],
    },
    looked: {
      about: 'Sagen, wer hingesehen hat: jeder Zugriff des Haushalts, wer, wann, was und warum, aus dem Protokoll.',
      examples: [
        example('looked --camera Flur --recorded --from "gestern 18:00" --to "gestern 19:00"', 'wer diese Stunde sah'),
        example('looked --device "Altes Handy" --from 2026-11-20 --to 2026-11-20', 'was es an diesem Tag sah'),
        example('looked --csv hingesehen.csv', 'alles, für eine Tabelle; --json für Programme'),
      ],
    },
    deletions: {
      about: 'Zeigen, was gelöscht wurde: wer es beauftragt hat, wer vernichtet hat und wer es noch schuldet.',
      examples: [example('deletions', 'das Neueste zuerst, mit dem, was nicht zu erreichen ist')],
    },
    receipt: {
      about: 'Die Quittung einer Löschung schreiben: eine Datei, die jeder prüfen kann.',
      examples: [
        example('receipt k5x2 geloescht.json', 'ohne einen lesbaren Namen'),
        example('receipt k5x2 --names', 'mit den Namen von Geräten und Kameras'),
      ],
    },
    'verify log': {
      about:
        'Ein ganzes Protokoll prüfen: jede Unterschrift, jeden Eintrag, jeden Zugriff und dass nichts geändert wurde. Ohne Konto.',
      examples: [
        example('verify log', 'das dieses Haushalts, wie sein Tresor es jetzt hat'),
        example('verify log ./protokoll', 'ein exportiertes, ohne Netz'),
        example('verify log https://example.org/protokoll --policy zeugen.txt', 'eines, das andere veröffentlichen'),
      ],
    },
    'verify proof': {
      about: 'Ohne Netz prüfen, dass ein Eintrag in einem Protokoll steht.',
      examples: [
        example('verify proof auftrag.tlog-proof', 'auf einem Gerät des Haushalts'),
        example('verify proof auftrag.tlog-proof --policy protokoll/policy', 'überall sonst'),
      ],
    },
    'verify receipt': {
      about: 'Ohne Netz und Konto prüfen, dass gelöscht wurde, was eine Quittung sagt.',
      examples: [
        example('verify receipt geloescht.json', 'jede Prüfung mit Namen; endet mit Code 1, wenn eine fehlschlägt'),
        example('verify receipt geloescht.json --policy protokoll/policy', 'mit Zeugen, die du wählst'),
      ],
    },
    'log export': {
      about: 'Das ganze Protokoll in einen Ordner schreiben, damit es jeder prüfen kann.',
      examples: [example('log export ./protokoll', 'jeder Webserver kann diesen Ordner anbieten')],
    },
    'log proof': {
      about: 'Einen Beweis schreiben, dass ein Eintrag im Protokoll steht.',
      examples: [example('log proof 17 auftrag.tlog-proof', 'für Zeile 17, mit dem Eintrag darin')],
    },
    'cell show': {
      about: 'Zeigen, worin die Schlüssel dieses Geräts liegen und was das wert ist.',
      examples: [example('cell show', 'Dateien oder ein TPM')],
    },
    'cell use': {
      about: 'Die Schlüssel dieses Geräts unter einem TPM versiegeln, oder sie herausholen. Der Hub darf nicht laufen.',
      examples: [
        example('cell use tpm', 'braucht ein TPM 2.0 und tpm2-tools'),
        example('cell use file', 'zurück in Dateien'),
      ],
    },
    doctor: {
      about: 'Nach allem suchen, was nicht stimmt, und sagen, was zu tun ist.',
      examples: [example('doctor', 'endet mit Code 1, wenn etwas nicht stimmt')],
    },
    init: {
      about: 'Einen Haushalt bei einem Tresor anlegen, der schon läuft.',
      examples: [
        example(
          'init --vault https://vault.example.org --household-name Zuhause',
          'der Tresor darf jedem gehören: Er sieht kein Bild',
        ),
      ],
    },
    hub: {
      about: 'Nur den Hub laufen lassen: aufnehmen, versiegeln, senden.',
      examples: [example('hub --data /srv/kameras', 'als Dienst zu Hause, mit dem Tresor woanders')],
    },
    vault: {
      about: 'Nur einen Tresor laufen lassen: aufheben, was er nicht lesen kann.',
      examples: [
        example('vault --port 8420', 'mit dem eingebauten PostgreSQL und einem Ordner'),
        example(
          'vault --database postgres://vault@db/vault --blobs s3://key:secret@s3.example.org/bucket',
          'für viele Haushalte',
        ),
      ],
    },
    witness: {
      about: 'Nur einen Zeugen laufen lassen: Protokolle von Tresoren gegenzeichnen.',
      examples: [
        example(
          'witness --host 0.0.0.0 --name zeuge.example.org/daheim --log tresor.example.org,SCHLÜSSEL',
          'für alle Haushalte eines fremden Tresors',
        ),
        example('witness --log PRÜFSCHLÜSSEL', 'für einen Haushalt: der Schlüssel aus der Zeile log seiner Richtlinie'),
      ],
    },
    'sample-camera': {
      about: 'Nur die Beispielkamera laufen lassen.',
      examples: [example('sample-camera --port 8422', 'eine Kamera zum Ausprobieren')],
    },
    completion: {
      about: 'Ein Skript zum Vervollständigen für eine Shell ausgeben.',
      examples: [
        example('completion bash > ~/.local/share/bash-completion/completions/hausrecht', 'für bash'),
        example('completion fish > ~/.config/fish/completions/hausrecht.fish', 'für fish'),
      ],
    },
  },
  usage: {
    unknownCommand: name => `Einen Befehl „${name}“ gibt es nicht.`,
    unknownOption: name => `Die Option ${name} gibt es hier nicht.`,
    missingArgument: name => `Die Angabe „${name}“ fehlt.`,
    missingValue: name => `${name} braucht einen Wert.`,
    tooMany: 'Es sind zu viele Angaben: Setze Namen mit Leerzeichen in Anführungszeichen.',
    other: text => text,
  },
}
