import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import { explainIo } from '../io-errors.ts'

/** What `hausrecht start` remembers of a data folder. Nothing in it is secret. */
export type Settings = Readonly<{
  /** The port of the vault; witness and sample camera take the next two. */
  port: number
  host: string
  /** The vault's log key and origin, base64: the witness cosigns only this vault's logs. */
  vaultKey?: string
  origin?: string
  /** The streams of the sample camera, once it was added. */
  sample?: Readonly<{ video: string; audio: string | null }>
}>

export const DEFAULTS: Settings = { port: 8420, host: '127.0.0.1' }

const sampleOf = (value: unknown): Settings['sample'] => {
  const fields = new Map<string, unknown>(Object.entries(value ?? {}))
  const [video, audio] = [fields.get('video'), fields.get('audio')]
  return typeof video === 'string' ? { video, audio: typeof audio === 'string' ? audio : null } : undefined
}

/** The settings of a folder; the defaults where it says nothing that makes sense. */
export function readSettings(path: string): Settings {
  let value: unknown
  try {
    value = JSON.parse(readFileSync(path, 'utf8'))
  } catch {
    return DEFAULTS
  }
  const fields = new Map<string, unknown>(Object.entries(value ?? {}))
  const [port, host, vaultKey, origin] = ['port', 'host', 'vaultKey', 'origin'].map(name => fields.get(name))
  const sample = sampleOf(fields.get('sample'))
  return {
    port: typeof port === 'number' && Number.isInteger(port) && port > 0 && port < 65_534 ? port : DEFAULTS.port,
    host: typeof host === 'string' ? host : DEFAULTS.host,
    ...(typeof vaultKey === 'string' ? { vaultKey } : {}),
    ...(typeof origin === 'string' ? { origin } : {}),
    ...(sample === undefined ? {} : { sample }),
  }
}

/** Replaces the file as a whole. @throws CliError read_only, disk_full */
export function writeSettings(path: string, settings: Settings): void {
  try {
    writeFileSync(`${path}.tmp`, `${JSON.stringify(settings, null, 2)}\n`, { mode: 0o600, flush: true })
    renameSync(`${path}.tmp`, path)
  } catch (error) {
    throw explainIo(error, path)
  }
}
