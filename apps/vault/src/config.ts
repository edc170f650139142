/** How a vault is run. Paths are absolute or relative to the working folder. */
export type VaultConfig = {
  /** Keys, the embedded database and, unless they are elsewhere, the blobs. */
  readonly dir: string
  readonly host?: string
  /** 0 takes a free one. */
  readonly port: number
  /** The log's name is `<origin>/hh/<household>`. */
  readonly origin?: string
  /** PostgreSQL of one's own; without it the vault starts an embedded server in `dir`. */
  readonly databaseUrl?: string
  readonly blobs?: BlobConfig
  readonly witnesses?: readonly WitnessConfig[]
  /** Bytes of sealed objects each household may keep; unlimited without it. */
  readonly quotaBytes?: number
  readonly tls?: { readonly cert: string; readonly key: string }
  /** The built app, served beside the API; without it there is none. */
  readonly app?: { readonly dir: string }
  readonly logLevel?: string
  /** Where people open the app, and so where passkeys are made: `http://localhost:PORT` without it. */
  readonly appOrigins?: readonly string[]
  /** How often strangers may knock; `DOOR_RATES` without it. */
  readonly doors?: DoorRates
  readonly clock?: Clock
  /** How often what has ended is looked for, ms; `EXPIRE_EVERY_MS` without it. */
  readonly expireEveryMs?: number
}

export type BlobConfig =
  | { readonly kind: 'folder'; readonly dir: string }
  | {
      readonly kind: 's3'
      readonly endpoint: string
      readonly bucket: string
      readonly region: string
      readonly accessKeyId: string
      readonly secretAccessKey: string
    }

export type WitnessConfig = { readonly url: string; readonly vkey: string }

/** So many at once, and so many a minute. */
export type Rate = { readonly burst: number; readonly perMinute: number }
/** Knocks at the doors of strangers: of one address, for one household, and of all together. */
export type DoorRates = { readonly address: Rate; readonly household: Rate; readonly all: Rate }

/** Milliseconds since 1970; tests turn it. */
export type Clock = { now(): number }
export const systemClock: Clock = { now: () => Date.now() }

export const DEFAULT_ORIGIN = 'vault.localhost'
export const DEFAULT_PORT = 8420
