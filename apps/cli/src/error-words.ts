import { defineWords } from './language.ts'

/** What happened, what was not lost (when something could have been), and the one next step. */
export type Explanation = Readonly<{ what: string; kept?: string; next: string }>

/** What each message has to know. */
export type ErrorParams = {
  port_taken: { port: number; who: string }
  host_refused: { host: string }
  read_only: { path: string }
  disk_full: { path: string }
  already_running: { path: string; pid: number }
  not_set_up: { path: string }
  already_set_up: { path: string; household: string }
  still_pending: { path: string }
  no_such_camera: { name: string; known: string }
  ambiguous_camera: { name: string; known: string }
  camera_name_taken: { name: string }
  no_such_device: { name: string }
  bad_time: { text: string }
  bad_range: { from: string; to: string }
  in_the_future: { from: string }
  nothing_recorded: { camera: string; span: string }
  all_deleted: { camera: string; span: string; when: string }
  not_allowed: { reason: string }
  output_exists: { path: string }
  needs_yes: { what: string }
  declined: object
  interrupted: {
    next: string
  }
  vault_unreachable: { url: string }
  digits_differ: object
  nobody_waits: object
  child_failed: { part: string; reason: string }
  camera_problem: {
    what: string
    next: string
  }
  damaged: { what: string }
  log_alarm: { what: string }
  usage: { what: string; command: string }
  unexpected: { what: string }
}
export type ErrorCode = keyof ErrorParams

type Catalogue = { readonly [C in ErrorCode]: (params: Readonly<ErrorParams[C]>) => Explanation }

const en: Catalogue = {
  port_taken: ({ port, who }) => ({
    what: `Port ${port} is taken${who === '' ? '' : ` by ${who}`}.`,
    kept: 'Nothing was changed.',
    next: `Stop that program, or choose another port: --port ${port + 10}`,
  }),
  host_refused: ({ host }) => ({
    what: `This machine has no address ${host} to listen on.`,
    next: 'Leave out --host to listen on this machine only, or use --host 0.0.0.0 for every address.',
  }),
  read_only: ({ path }) => ({
    what: `${path} cannot be written to.`,
    kept: 'Nothing was changed.',
    next: 'Choose another folder with --data DIR, or change the owner of this one.',
  }),
  disk_full: ({ path }) => ({
    what: `The disk that holds ${path} is full.`,
    kept: 'What was recorded is kept.',
    next: 'Make room, then start again.',
  }),
  already_running: ({ path, pid }) => ({
    what: `Hausrecht already runs on ${path} (process ${pid}).`,
    next: 'Look at it with `hausrecht status`, or use another folder with --data DIR.',
  }),
  not_set_up: ({ path }) => ({
    what: `There is no household in ${path} yet.`,
    next: 'Start one with `hausrecht start`, or join one with `hausrecht join`.',
  }),
  already_set_up: ({ path, household }) => ({
    what: `${path} already belongs to the household ${household}.`,
    kept: 'Nothing was changed.',
    next: 'Use another folder with --data DIR.',
  }),
  still_pending: ({ path }) => ({
    what: `The device in ${path} waits to be let in.`,
    next: 'Run `hausrecht join` here again, and `hausrecht approve` on a device that is already in.',
  }),
  no_such_camera: ({ name, known }) => ({
    what: `There is no camera "${name}".`,
    next: known === '' ? 'Add one: hausrecht cameras add rtsp://…' : `Cameras here: ${known}.`,
  }),
  ambiguous_camera: ({ name, known }) => ({
    what: `"${name}" could be more than one camera: ${known}.`,
    next: 'Write more of its name.',
  }),
  camera_name_taken: ({ name }) => ({
    what: `A camera named "${name}" is already there.`,
    kept: 'Nothing was changed.',
    next: 'Give this one another name: --name NAME',
  }),
  no_such_device: ({ name }) => ({
    what: `There is no device "${name}".`,
    next: 'See them with `hausrecht devices list`.',
  }),
  bad_time: ({ text }) => ({
    what: `"${text}" is not a time that I understand.`,
    next: 'Write it like 10:00, "yesterday 18:30", -10m, or 2026-11-23T10:00.',
  }),
  bad_range: ({ from, to }) => ({
    what: `The range ends (${to}) before it begins (${from}).`,
    next: 'Write the earlier time first.',
  }),
  in_the_future: ({ from }) => ({
    what: `${from} is still to come.`,
    next: 'Choose a time that has been recorded.',
  }),
  nothing_recorded: ({ camera, span }) => ({
    what: `${camera} has no recording from ${span}.`,
    next: 'See what there is with `hausrecht status`.',
  }),
  all_deleted: ({ camera, span, when }) => ({
    what: `What ${camera} recorded from ${span} was deleted ${when}.`,
    next: 'Nobody can bring it back, and that is the point. Choose another range.',
  }),
  not_allowed: ({ reason }) => ({
    what: `This device may not do that: ${reason}.`,
    next: 'Do it on a device that may, or ask for the right there.',
  }),
  output_exists: ({ path }) => ({
    what: `${path} is already there.`,
    kept: 'It was not touched.',
    next: 'Choose another name, or overwrite it with --overwrite.',
  }),
  needs_yes: ({ what }) => ({
    what,
    kept: 'Nothing was changed.',
    next: 'Nobody is here to ask: add --yes if you mean it.',
  }),
  declined: () => ({ what: 'You said no.', kept: 'Nothing was changed.', next: '' }),
  interrupted: ({ next }) => ({ what: 'Stopped.', kept: 'What was done so far is kept.', next }),
  vault_unreachable: ({ url }) => ({
    what: `The vault at ${url} does not answer.`,
    kept: 'Nothing is lost: what was recorded waits in the spool.',
    next: 'Start it with `hausrecht start`, or check the address and the network.',
  }),
  digits_differ: () => ({
    what: 'The six digits were not the same, so this device was not let in.',
    kept: 'No key has left the house.',
    next: 'Somebody may be in between. Start again with `hausrecht join`; if it happens again, look at the vault.',
  }),
  nobody_waits: () => ({
    what: 'No device waits to be let in.',
    next: 'Run `hausrecht join` on the new device first.',
  }),
  child_failed: ({ part, reason }) => ({
    what: `The ${part} did not start: ${reason}.`,
    kept: 'What was recorded is kept.',
    next: 'Run `hausrecht doctor` to see why.',
  }),
  camera_problem: ({ what, next }) => ({ what, kept: 'No camera was added.', next }),
  damaged: ({ what }) => ({
    what,
    kept: 'Everything else opens.',
    next: 'Run `hausrecht doctor`; if the vault is not yours, tell its operator.',
  }),
  log_alarm: ({ what }) => ({
    what: `The vault's log does not add up: ${what}.`,
    kept: 'This device stopped trusting it and keeps the evidence.',
    next: 'Do not approve devices until this is explained. `hausrecht doctor` shows the evidence.',
  }),
  usage: ({ what, command }) => ({ what, next: `See: ${command} --help` }),
  unexpected: ({ what }) => ({
    what: `Something unexpected happened: ${what}.`,
    kept: 'What was recorded is kept.',
    next: 'Run `hausrecht doctor`; with HAUSRECHT_DEBUG=1 the details are printed.',
  }),
}

const de: Catalogue = {
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
  already_set_up: ({ path, household }) => ({
    what: `${path} gehört schon zum Haushalt ${household}.`,
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
  usage: ({ what, command }) => ({ what, next: `Siehe: ${command} --help` }),
  unexpected: ({ what }) => ({
    what: `Etwas Unerwartetes ist passiert: ${what}.`,
    kept: 'Was aufgenommen wurde, bleibt.',
    next: 'Führe `hausrecht doctor` aus; mit HAUSRECHT_DEBUG=1 stehen Einzelheiten dabei.',
  }),
}

export const words = defineWords(en, de)
