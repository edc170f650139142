// @ts-check
// What setup says, before the typed catalogue of the command line is there to say it.

const en = {
  dependencies: 'libraries, Node 24 and PostgreSQL from npm',
  nextNode: 'the newest LTS of Node, for the second pass',
  /** @type {(what: string, percent: number, done: number, of: number, seconds: number) => string} */
  progress: (what, percent, done, of, seconds) =>
    `Setting up ${percent} % (${done} of ${of} packages, ${seconds} s): ${what}`,
  /** @type {(what: string, seconds: number) => string} */
  done: (what, seconds) => `Set up ${what} in ${seconds} s.`,
  noNpm:
    'npm was not found. Nothing was changed. Install Node with npm (Debian: apt install nodejs npm), then start again.',
  noNode:
    'Node 24 did not arrive with the libraries. Run: rm -rf node_modules && npm ci   (install scripts must not be switched off)',
  offline:
    'The npm registry cannot be reached, so the libraries are not here yet. Nothing else was changed. Check the network or the proxy (npm config get registry), then start again.',
  /** @type {(root: string) => string} */
  readOnly: root =>
    `${root} cannot be written to. Nothing was changed. Clone into a folder of your own, or change its owner, then start again.`,
  /** @type {(root: string) => string} */
  diskFull: root =>
    `The disk that holds ${root} is full. Your recordings are untouched. Make about 700 MB of room, then start again.`,
  /** @type {(output: string) => string} */
  failed: output =>
    `npm could not set up the libraries. Your recordings are untouched. It said:\n${output}\nThen try: npm ci`,
}

/** @type {typeof en} */
const de = {
  dependencies: 'Bibliotheken, Node 24 und PostgreSQL von npm',
  nextNode: 'die neueste LTS von Node, für den zweiten Durchgang',
  progress: (what, percent, done, of, seconds) =>
    `Richte ein, ${percent} % (${done} von ${of} Paketen, ${seconds} s): ${what}`,
  done: (what, seconds) => `Eingerichtet in ${seconds} s: ${what}.`,
  noNpm:
    'npm fehlt. Es wurde nichts verändert. Installiere Node mit npm (Debian: apt install nodejs npm) und starte noch einmal.',
  noNode:
    'Node 24 kam nicht mit den Bibliotheken an. Führe aus: rm -rf node_modules && npm ci   (Installationsskripte dürfen nicht abgeschaltet sein)',
  offline:
    'Die npm-Registry ist nicht erreichbar, deshalb fehlen die Bibliotheken noch. Sonst wurde nichts verändert. Prüfe Netz oder Proxy (npm config get registry) und starte noch einmal.',
  readOnly: root =>
    `In ${root} kann nicht geschrieben werden. Es wurde nichts verändert. Klone in einen eigenen Ordner oder ändere den Besitzer und starte noch einmal.`,
  diskFull: root =>
    `Der Datenträger mit ${root} ist voll. Deine Aufnahmen sind unberührt. Schaffe etwa 700 MB Platz und starte noch einmal.`,
  failed: output =>
    `npm konnte die Bibliotheken nicht einrichten. Deine Aufnahmen sind unberührt. Es meldet:\n${output}\nVersuche dann: npm ci`,
}

/** English unless the machine speaks German. */
export function messages() {
  const spoken = process.env.LC_ALL || process.env.LC_MESSAGES || process.env.LANG || ''
  return /^de/i.test(spoken) ? de : en
}
