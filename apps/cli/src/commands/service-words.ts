import { defineWords } from '../language.ts'

const en = {
  vaultReady: (url: string) => `The vault listens on ${url}. Ctrl-C stops it; everything is kept.`,
  vaultKey: (origin: string, key: string) => `Its logs are named ${origin}/hh/… and signed with ${key}.`,
  operator: (path: string) => `The operator's token for /metrics and /v1/health is in ${path}.`,
  witnessReady: (url: string, vkey: string) => `The witness listens on ${url} with the key ${vkey}`,
  witnessUnnamed: 'Others will know it by this name: give it one of yours with --name, like witness.example.org/home.',
  witnessNoLogs: 'It knows no log yet: name one with --log ORIGIN,KEY.',
  hubReady: (cameras: number) =>
    cameras === 1
      ? 'The hub runs, with one camera. Ctrl-C stops it.'
      : `The hub runs, with ${cameras} cameras. Ctrl-C stops it.`,
  cameraReady: (url: string) => `The sample camera plays at ${url}`,
  badWitness: (text: string) => `--witness takes URL,KEY and not "${text}".`,
  badLog: (text: string) => `--log takes ORIGIN,KEY or the verifier key of one log, and not "${text}".`,
  noWitnessUrl: (path: string) => `${path} names no witness with its address: witness NAME KEY https://…`,
  badBlobs: (text: string) => `--blobs takes a folder or s3://KEY:SECRET@HOST/BUCKET and not "${text}".`,
  badQuota: (text: string) => `--quota takes a size like 500GB and not "${text}".`,
  tlsBoth: '--tls-cert and --tls-key go together.',
  openWithoutTls: (host: string) =>
    `Listening on ${host} without TLS: the network sees what the vault sees (times, sizes, ids). Use --tls-cert and --tls-key.`,
}

const de: typeof en = {
  vaultReady: url => `Der Tresor lauscht auf ${url}. Strg-C hält ihn an; alles bleibt.`,
  vaultKey: (origin, key) => `Seine Protokolle heißen ${origin}/hh/… und sind mit ${key} signiert.`,
  operator: path => `Das Token des Betreibers für /metrics und /v1/health liegt in ${path}.`,
  witnessReady: (url, vkey) => `Der Zeuge lauscht auf ${url} mit dem Schlüssel ${vkey}`,
  witnessUnnamed:
    'Andere kennen ihn unter diesem Namen: Gib ihm mit --name einen eigenen, etwa zeuge.example.org/daheim.',
  witnessNoLogs: 'Er kennt noch kein Protokoll: Nenne eines mit --log NAME,SCHLÜSSEL.',
  hubReady: cameras =>
    cameras === 1
      ? 'Der Hub läuft, mit einer Kamera. Strg-C hält ihn an.'
      : `Der Hub läuft, mit ${cameras} Kameras. Strg-C hält ihn an.`,
  cameraReady: url => `Die Beispielkamera spielt unter ${url}`,
  badWitness: text => `--witness nimmt URL,SCHLÜSSEL und nicht „${text}“.`,
  badLog: text => `--log nimmt NAME,SCHLÜSSEL oder den Prüfschlüssel eines Protokolls und nicht „${text}“.`,
  noWitnessUrl: path => `${path} nennt keinen Zeugen mit seiner Adresse: witness NAME SCHLÜSSEL https://…`,
  badBlobs: text => `--blobs nimmt einen Ordner oder s3://SCHLÜSSEL:GEHEIMNIS@HOST/BUCKET und nicht „${text}“.`,
  badQuota: text => `--quota nimmt eine Größe wie 500GB und nicht „${text}“.`,
  tlsBoth: '--tls-cert und --tls-key gehören zusammen.',
  openWithoutTls: host =>
    `Lauscht auf ${host} ohne TLS: Das Netz sieht, was der Tresor sieht (Zeiten, Größen, Kennungen). Nimm --tls-cert und --tls-key.`,
}

export const words = defineWords(en, de)
