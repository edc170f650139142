import type { Catalogue } from './error-params.ts'

export const german: Catalogue = {
  port_taken: ({ port, who }) => ({
    what: `Port ${port} ist belegt${who === '' ? '' : `, von ${who}`}.`,
    kept: 'Es wurde nichts verändert.',
    next: `Beende das Programm oder nimm einen anderen Port: --port ${port + 10}`,
  }),
  host_refused: ({ host }) => ({
    what: `Dieser Rechner hat keine Adresse ${host}.`,
    next: 'Lass --host weg, dann lauscht Hausrecht nur auf diesem Rechner, oder nimm --host 0.0.0.0 für alle Adressen.',
  }),
  read_only: ({ path }) => ({
    what: `In ${path} kann nicht geschrieben werden.`,
    kept: 'Es wurde nichts verändert.',
    next: 'Nimm mit --data DIR einen anderen Ordner oder ändere den Besitzer von diesem.',
  }),
  disk_full: ({ path }) => ({
    what: `Der Datenträger mit ${path} ist voll.`,
    kept: 'Was aufgenommen wurde, bleibt.',
    next: 'Schaffe Platz und starte noch einmal.',
  }),
  already_running: ({ path, pid }) => ({
    what: `Hausrecht läuft schon auf ${path} (Prozess ${pid}).`,
    next: 'Sieh mit `hausrecht status` nach oder nimm mit --data DIR einen anderen Ordner.',
  }),
  not_set_up: ({ path }) => ({
    what: `In ${path} gibt es noch keinen Haushalt.`,
    next: 'Lege mit `hausrecht start` einen an oder tritt mit `hausrecht join` einem bei.',
  }),
  already_set_up: ({ path }) => ({
    what: `${path} enthält schon ein Gerät eines Haushalts.`,
    kept: 'Es wurde nichts verändert.',
    next: 'Nimm mit --data DIR einen anderen Ordner.',
  }),
  still_pending: ({ path }) => ({
    what: `Das Gerät in ${path} wartet noch auf Einlass.`,
    next: 'Führe hier noch einmal `hausrecht join` aus und `hausrecht approve` auf einem Gerät, das schon drin ist.',
  }),
  no_such_camera: ({ name, known }) => ({
    what: `Eine Kamera „${name}“ gibt es nicht.`,
    next: known === '' ? 'Füge eine hinzu: hausrecht cameras add rtsp://…' : `Hier gibt es: ${known}.`,
  }),
  ambiguous_camera: ({ name, known }) => ({
    what: `„${name}“ kann mehr als eine Kamera sein: ${known}.`,
    next: 'Schreib mehr vom Namen.',
  }),
  camera_name_taken: ({ name }) => ({
    what: `Eine Kamera „${name}“ gibt es schon.`,
    kept: 'Es wurde nichts verändert.',
    next: 'Gib dieser einen anderen Namen: --name NAME',
  }),
  no_such_device: ({ name }) => ({
    what: `Ein Gerät „${name}“ gibt es nicht.`,
    next: 'Alle zeigt `hausrecht devices list`.',
  }),
  bad_time: ({ text }) => ({
    what: `„${text}“ verstehe ich nicht als Zeit.`,
    next: 'Schreib zum Beispiel 10:00, "gestern 18:30", -10m oder 2026-11-23T10:00.',
  }),
  bad_range: ({ from, to }) => ({
    what: `Der Zeitraum endet (${to}), bevor er beginnt (${from}).`,
    next: 'Schreib die frühere Zeit zuerst.',
  }),
  in_the_future: ({ from }) => ({
    what: `${from} kommt erst noch.`,
    next: 'Wähle eine Zeit, die schon aufgenommen ist.',
  }),
  nothing_recorded: ({ camera, span }) => ({
    what: `${camera} hat keine Aufnahme von ${span}.`,
    next: 'Was es gibt, zeigt `hausrecht status`.',
  }),
  all_deleted: ({ camera, span, when }) => ({
    what: `Was ${camera} von ${span} aufgenommen hat, wurde ${when} gelöscht.`,
    next: 'Niemand kann es zurückholen, so soll es sein. Wähle einen anderen Zeitraum.',
  }),
  not_allowed: ({ reason }) => ({
    what: `Dieses Gerät darf das nicht: ${reason}.`,
    next: 'Nimm ein Gerät, das es darf, oder bitte dort um das Recht.',
  }),
  output_exists: ({ path }) => ({
    what: `${path} gibt es schon.`,
    kept: 'Die Datei wurde nicht angerührt.',
    next: 'Nimm einen anderen Namen oder überschreibe sie mit --overwrite.',
  }),
  needs_yes: ({ what }) => ({
    what,
    kept: 'Es wurde nichts verändert.',
    next: 'Hier ist niemand zu fragen: Füge --yes hinzu, wenn du es so meinst.',
  }),
  declined: () => ({ what: 'Du hast nein gesagt.', kept: 'Es wurde nichts verändert.', next: '' }),
  interrupted: ({ next }) => ({ what: 'Angehalten.', kept: 'Was schon getan ist, bleibt.', next }),
  vault_unreachable: ({ url }) => ({
    what: `Der Tresor unter ${url} antwortet nicht.`,
    kept: 'Nichts ist verloren: Aufnahmen warten im Zwischenlager.',
    next: 'Starte ihn mit `hausrecht start` oder prüfe Adresse und Netz.',
  }),
  digits_differ: () => ({
    what: 'Die sechs Ziffern waren nicht gleich, deshalb wurde das Gerät nicht eingelassen.',
    kept: 'Kein Schlüssel hat das Haus verlassen.',
    next: 'Vielleicht ist jemand dazwischen. Beginne neu mit `hausrecht join`; passiert es wieder, sieh dir den Tresor an.',
  }),
  nobody_waits: () => ({
    what: 'Kein Gerät wartet auf Einlass.',
    next: 'Führe zuerst auf dem neuen Gerät `hausrecht join` aus.',
  }),
  child_failed: ({ part, reason }) => ({
    what: `Nicht gestartet: ${part} (${reason}).`,
    kept: 'Was aufgenommen wurde, bleibt.',
    next: 'Warum, sagt `hausrecht doctor`.',
  }),
  camera_problem: ({ what, next }) => ({ what, kept: 'Es wurde keine Kamera hinzugefügt.', next }),
  damaged: ({ what }) => ({
    what,
    kept: 'Alles andere lässt sich öffnen.',
    next: 'Führe `hausrecht doctor` aus; gehört der Tresor nicht dir, sag es dem Betreiber.',
  }),
  log_alarm: ({ what }) => ({
    what: `Das Protokoll des Tresors geht nicht auf: ${what}.`,
    kept: 'Dieses Gerät vertraut ihm nicht mehr und bewahrt den Beleg auf.',
    next: 'Lass keine Geräte ein, bis das geklärt ist. `hausrecht doctor` zeigt den Beleg.',
  }),
  clock_off: () => ({
    what: 'Die Uhr dieses Geräts geht zu sehr falsch, der Tresor nimmt nichts von ihm an.',
    kept: 'Nichts ist verloren: Aufnahmen warten im Zwischenlager.',
    next: 'Stell die Uhr (timedatectl set-ntp true) und versuch es noch einmal.',
  }),
  vault_full: ({ reason }) => ({
    what: `Der Tresor nimmt nichts mehr an: ${reason}.`,
    kept: 'Aufnahmen warten im Zwischenlager.',
    next: 'Schaffe Platz beim Tresor oder lösche, was du nicht mehr brauchst.',
  }),
  vault_refused: ({ reason }) => ({
    what: `Der Tresor hat abgelehnt: ${reason}.`,
    kept: 'Es wurde nichts verändert.',
    next: 'Versuch es noch einmal; bleibt es so, führe `hausrecht doctor` aus.',
  }),
  join_failed: ({ reason }) => ({
    what: `Das Gerät wurde nicht eingelassen: ${reason}.`,
    kept: 'Kein Schlüssel hat das Haus verlassen.',
    next: 'Beginne auf dem neuen Gerät neu mit `hausrecht join`.',
  }),
  start_failed: ({ reason }) => ({
    what: `Es ist nicht gestartet. ${reason}`,
    kept: 'Was aufgenommen wurde, bleibt.',
    next: 'Was sonst noch fehlt, sagt `hausrecht doctor`.',
  }),
  joined_folder: ({ path, vault }) => ({
    what: `${path} ist ein Gerät eines Haushalts, dessen Tresor unter ${vault} liegt.`,
    kept: 'Es wurde nichts verändert.',
    next: 'Mit `hausrecht hub` nimmst du hier auf; oder nimm mit --data DIR einen anderen Ordner.',
  }),
  app_build: ({ reason }) => ({
    what: `Die App für Browser ließ sich nicht bauen: ${reason}`,
    kept: 'Was aufgenommen wurde, bleibt.',
    next: 'Rufe `npm ci` auf und starte noch einmal; ohne die App kann `hausrecht` im Terminal dasselbe.',
  }),
  codec_changed: () => ({
    what: 'In diesem Zeitraum wechselt der Codec, und ein MP4 hat nur einen.',
    kept: 'Nichts ging verloren.',
    next: 'Exportiere die Zeit vor dem Wechsel und die danach einzeln.',
  }),
  no_log: ({ source }) => ({
    what: `In ${source} ist kein Protokoll: Die Datei „checkpoint“ fehlt.`,
    next: 'Nenne den Ordner, den `hausrecht log export` geschrieben hat, oder die Adresse, unter der seine Dateien liegen.',
  }),
  log_unreachable: ({ url }) => ({
    what: `${url} antwortet nicht, oder nicht mit den Dateien eines Protokolls.`,
    next: 'Prüfe Adresse und Netz. Ein exportierter Ordner lässt sich ohne Netz prüfen.',
  }),
  log_not_open: ({ url }) => ({
    what: `${url} zeigt sein Protokoll nur Geräten des Haushalts.`,
    next: 'Lass auf einem solchen Gerät die Adresse weg: hausrecht verify log. Oder lass es jemanden aus dem Haushalt exportieren.',
  }),
  bad_policy: ({ path, reason }) => ({
    what: `${path} ist keine Richtlinie: ${reason}.`,
    next: 'Sie nennt Zeugen und ein Quorum, je eine Zeile, wie c2sp.org/tlog-policy es sagt; docs/log.md hat ein Beispiel.',
  }),
  no_policy: ({ log }) => ({
    what: `Hier steht nirgends, mit welchen Schlüsseln ${log} unterschrieben sein muss.`,
    next: 'Nenne sie mit --policy DATEI (etwa der Datei „policy“ eines exportierten Protokolls), oder prüfe auf einem Gerät des Haushalts.',
  }),
  unreadable: ({ path }) => ({
    what: `${path} lässt sich nicht lesen.`,
    next: 'Prüfe den Namen und ob du die Datei lesen darfst.',
  }),
  no_such_order: ({ name }) => ({
    what: `Keine Löschung, oder mehr als eine, beginnt mit „${name}“.`,
    next: 'Rufe `hausrecht deletions` auf und kopiere die Nummer einer Löschung.',
  }),
  no_such_leaf: ({ index, size }) => ({
    what: `Das Protokoll hat keine Zeile ${index}: Es hat ${size}, gezählt ab 0.`,
    next: 'Nimm eine kleinere Zahl.',
  }),
  cell: ({ what }) => ({
    what: `Schlüssel: ${what}`,
    kept: 'Nichts wurde geändert.',
    next: 'Ist das TPM da, ist tpm2-tools installiert, und darf dieser Benutzer es verwenden (unter Debian: Gruppe tss)? Schlüssel aus einer älteren Kopie dieses Ordners öffnen nichts: Entferne dieses Gerät und lass es neu beitreten.',
  }),
  usage: ({ what, command }) => ({ what, next: `Siehe: ${command} --help` }),
  unexpected: ({ what }) => ({
    what: `Etwas Unerwartetes ist passiert: ${what}.`,
    kept: 'Was aufgenommen wurde, bleibt.',
    next: 'Führe `hausrecht doctor` aus; mit HAUSRECHT_DEBUG=1 stehen Einzelheiten dabei.',
  }),
}
