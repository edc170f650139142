import type { DoctorWords } from './doctor-english.ts'
import { said } from './said.ts'

export const german: DoctorWords = {
  node: {
    ok: version => said(`Node ${version}`),
    wrong: version => said(`Node ${version} ist zu alt.`, 'Führe aus: npm ci   (Node 24 kommt damit)'),
  },
  folder: {
    ok: (path, free) => said(`${path} ist beschreibbar, ${free} frei`),
    wrong: (path, why) =>
      said(
        `${path} ist nicht zu gebrauchen: ${why}.`,
        'Nimm mit --data DIR einen anderen Ordner oder ändere den Besitzer.',
      ),
    hint: (path, free) =>
      said(`Nur ${free} sind frei bei ${path}.`, 'Schaffe Platz: Eine Kamera mit 4 Mbit/s füllt 43 GB am Tag.'),
    full: (path, free) =>
      said(
        `Der Datenträger von ${path} ist voll (${free} frei).`,
        'Schaffe Platz oder lösche Aufnahmen: Dann geht es von selbst weiter.',
      ),
    open: path => said(`Andere auf diesem Rechner können ${path} lesen.`, `Führe aus: chmod -R go-rwx ${path}`),
  },
  postgres: {
    ok: () => said('Das eingebaute PostgreSQL ist da'),
    hint: platform =>
      said(`Für ${platform} gibt es kein eingebautes PostgreSQL.`, 'Starte den Tresor mit --database postgres://…'),
  },
  home: {
    ok: (household, name) => said(`Das ist „${name}“ im Haushalt ${household}`),
    hint: () =>
      said(
        'In diesem Ordner gibt es noch keinen Haushalt.',
        'Führe aus: hausrecht start   oder: hausrecht join ADRESSE',
      ),
    wrong: why =>
      said(
        `Das Gerät in diesem Ordner lässt sich nicht öffnen: ${why}.`,
        'Hol device.json und device.key aus einer Sicherung oder tritt aus einem leeren Ordner neu bei.',
      ),
  },
  start: {
    ok: pid => said(`hausrecht start läuft (Prozess ${pid})`),
    hint: () => said('hausrecht start läuft hier nicht.', 'Führe aus: hausrecht start'),
  },
  port: {
    ok: port => said(`Port ${port} ist frei`),
    wrong: (port, who) =>
      said(
        `Port ${port} ist belegt${who === '' ? '' : `, von ${who}`}.`,
        'Beende das oder starte mit einem anderen --port.',
      ),
  },
  vault: {
    ok: (url, ms) => said(`Der Tresor unter ${url} antwortet in ${ms} ms`),
    wrong: url =>
      said(
        `Der Tresor unter ${url} antwortet nicht.`,
        'Starte ihn oder prüfe Adresse und Netz. Aufnahmen warten solange im Zwischenlager.',
      ),
  },
  clock: {
    ok: off => said(`Die Uhr stimmt mit der des Tresors überein (${off})`),
    hint: off => said(`Die Uhr weicht von der des Tresors um ${off} ab.`, 'Führe aus: timedatectl set-ntp true'),
    wrong: off =>
      said(
        `Die Uhr weicht von der des Tresors um ${off} ab: Was dieses Gerät signiert, wird abgelehnt.`,
        'Führe aus: timedatectl set-ntp true',
      ),
  },
  space: {
    ok: (used, quota) => said(`Der Tresor hat ${used}${quota === '' ? '' : ` von ${quota}`}`),
    wrong: (used, quota) =>
      said(
        `Der Tresor ist fast voll: ${used} von ${quota}.`,
        'Lösche, was du nicht mehr brauchst, oder bitte um mehr.',
      ),
  },
  log: {
    ok: size => said(`Das Protokoll geht auf: ${size} Einträge, jeder hier geprüft`),
    wrong: why =>
      said(
        `Das Protokoll geht nicht auf: ${why}.`,
        'Lass keine Geräte ein. Bewahre diesen Ordner auf: Er enthält den Beleg.',
      ),
  },
  evidence: {
    ok: () => said('Es gibt keinen Beleg für einen lügenden Tresor'),
    wrong: files =>
      said(
        `Es gibt Belege, dass der Tresor sich widersprochen hat: ${files}.`,
        'Zeig sie dem, der den Tresor betreibt, oder zieh um. Entferne die Datei erst, wenn das geklärt ist.',
      ),
  },
  witness: {
    ok: (name, age) => said(`${name} hat vor ${age} gegengezeichnet`),
    own: age =>
      said(
        `Dein eigener Zeuge hat vor ${age} gegengezeichnet: Er ist nicht unabhängig`,
        'Bitte jemand anderen, einen zu betreiben: hausrecht witness --help',
      ),
    hint: () =>
      said(
        'Kein Zeuge zeichnet dieses Protokoll gegen.',
        'Bitte jemanden, einen zu betreiben: hausrecht witness --help',
      ),
    wrong: why =>
      said(`Der Zeuge zeichnet nicht gegen: ${why}.`, 'Starte ihn neu; bis dahin lässt sich nichts Neues lesen.'),
  },
  orders: {
    ok: count =>
      said(count === 0 ? 'Es wurde nie etwas gelöscht' : `Alle Löschaufträge sind hier ausgeführt (${count})`),
    wrong: (done, all) =>
      said(
        `Nur ${done} von ${all} Löschaufträgen sind hier ausgeführt.`,
        'Führe aus: hausrecht status   (dem Protokoll zu folgen führt sie aus)',
      ),
  },
  keys: {
    ok: nodes => said(`Kein Schlüssel von Gelöschtem ist hier (${nodes} Knoten geprüft)`),
    wrong: count =>
      said(
        `${count} Schlüssel gelöschter Aufnahmen sind noch hier.`,
        'Führe aus: hausrecht status   Bleibt es so, melde es als Schwachstelle.',
      ),
  },
  names: {
    ok: () => said('Alle Namen lassen sich öffnen'),
    hint: count =>
      said(
        `${count} Namen lassen sich hier nicht öffnen.`,
        'Vielleicht sind Schlüssel noch unterwegs: Führe in einer Minute noch einmal hausrecht status aus.',
      ),
  },
  hub: {
    ok: pid => said(`Der Hub läuft (Prozess ${pid})`),
    hint: () =>
      said('Der Hub läuft nicht: Es wird nichts aufgenommen.', 'Führe aus: hausrecht start   oder: hausrecht hub'),
    wrong: (pid, age) =>
      said(
        `Vom Hub (Prozess ${pid}) war seit ${age} nichts zu hören.`,
        `Sieh in sein Log; dann: kill ${pid} und neu starten.`,
      ),
  },
  camera: {
    ok: (name, what) => said(`${name}: ${what}`),
    wrong: (name, why) => said(`${name}: ${why}.`, 'Prüfe Kabel, Adresse und Passwort: hausrecht cameras probe URL'),
  },
  spool: {
    ok: () => said('Nichts wartet lange im Zwischenlager'),
    hint: (bytes, age) =>
      said(
        `${bytes} warten im Zwischenlager, das Älteste seit ${age}.`,
        'Es geht von selbst hinaus, wenn der Tresor antwortet.',
      ),
    wrong: state =>
      said(
        `Das Zwischenlager kann nicht schreiben (${state}).`,
        'Schaffe Platz auf dem Datenträger: Dann geht es von selbst weiter.',
      ),
  },
  refused: {
    ok: () => said('Der Tresor hat kein Segment abgelehnt'),
    wrong: (count, code) =>
      said(
        `Der Tresor hat ${count} Segmente endgültig abgelehnt (${code}).`,
        'Sie liegen in home/spool/quarantine. Der Tresor ist beschädigt oder unehrlich: Frag, wer ihn betreibt.',
      ),
  },
  kept: {
    ok: () => said('Der Tresor führt alles auf, was er angenommen hat'),
    wrong: count =>
      said(
        `Der Tresor hat ${count} Segmente angenommen und führt sie nicht mehr auf.`,
        'Er ist beschädigt oder unehrlich: Frag, wer ihn betreibt. Was er von dieser Stunde aufführt, lässt sich öffnen wie zuvor.',
      ),
  },
  allWell: 'Alles ist in Ordnung.',
  some: (wrong, hints) => `${wrong} falsch, ${hints} anzusehen.`,
}
