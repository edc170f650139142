import type { DeviceId, HouseholdId, OrderId, StreamId } from '@hausrecht/crypto/ids'
import { ENTRY_MAX_BYTES } from '@hausrecht/tlog/tiles'

/**
 * What a device may do. admin: change the household. recorder: write segments. vault: hold history. session: a browser, with keys in
 * RAM only. It may be an admin, as the app is where people manage their household, but it neither records nor holds history.
 * docs/decisions/0066-browser-admin.md
 */
export const ROLES = ['admin', 'recorder', 'vault', 'session'] as const
export type Role = (typeof ROLES)[number]

/** What can be added. The household's one log stream comes with its genesis. */
export const STREAM_KINDS = ['video', 'audio', 'sub', 'events'] as const
export type StreamKind = (typeof STREAM_KINDS)[number] | 'log'

export const GENERATION_REASONS = ['first', 'removal', 'compromise', 'schedule'] as const
export type GenerationReason = (typeof GENERATION_REASONS)[number]

/** A one-time X-Wing key of a device: others send it packets by it, each once. */
export type Prekey = { readonly id: number; readonly publicKey: Uint8Array }

/**
 * Leaves lo…hi of a stream, both inclusive. `stream` null is every stream of the household that records, now or later: all but
 * the log stream, whose names would be lost with the pictures of the hour in which they were given.
 */
export type DeleteRange = { readonly stream: StreamId | null; readonly lo: number; readonly hi: number }

/** Which streams a device is given keys of: all there are and will be, or these. */
export type Entitlement = { readonly from: number; readonly streams: 'all' | readonly StreamId[] }

export type Genesis = {
  readonly type: 'genesis'
  readonly household: HouseholdId
  readonly nonce: Uint8Array
  readonly publicKey: Uint8Array
  /** The vault's key: signs the log's checkpoints and the access entries. */
  readonly vaultKey: Uint8Array
  /** The log's name is `<origin>/hh/<household>`. */
  readonly origin: string
  /** The stream under whose keys names and other payloads of entries are sealed. */
  readonly logStream: StreamId
}
export type AddDevice = {
  readonly type: 'add_device'
  readonly publicKey: Uint8Array
  readonly roles: readonly Role[]
  readonly entitlement: Entitlement
  readonly prekeys: readonly Prekey[]
}
export type RemoveDevice = { readonly type: 'remove_device'; readonly device: DeviceId }
export type Prekeys = { readonly type: 'prekeys'; readonly prekeys: readonly Prekey[] }
export type AddStream = {
  readonly type: 'add_stream'
  readonly stream: StreamId
  /** Not `log`: that one comes with the genesis, and an entry that adds another is no entry. */
  readonly kind: StreamKind
  readonly recorder: DeviceId
  /** The video stream that this sound or sub-stream belongs to. */
  readonly pair: StreamId | null
}
export type StopStream = { readonly type: 'stop_stream'; readonly stream: StreamId }
export type Generation = {
  readonly type: 'generation'
  readonly stream: StreamId
  readonly generation: number
  readonly fromLeaf: number
  readonly reason: GenerationReason
}
export type Policy = { readonly type: 'policy'; readonly deleters: 'admins' | 'any' }
/** How long a browser keeps keys without word from a hub. */
export type Lease = { readonly type: 'lease'; readonly minutes: number }

/** What a rule of retention is for: one stream, or all of a kind, or (both null) every stream without a rule of its own. */
export type RetentionRule = {
  readonly stream: StreamId | null
  readonly kind: (typeof STREAM_KINDS)[number] | null
  readonly days: number
}
/** How long recordings are kept: every holder forgets what is older by itself. Replaces all rules before. */
export type Retention = { readonly type: 'retention'; readonly rules: readonly RetentionRule[] }
export type DeleteOrder = {
  readonly type: 'delete_order'
  readonly order: OrderId
  readonly ranges: readonly DeleteRange[]
}

/** What a device's keys lay in when it forgot some of them: how sure it can be that nothing is left (docs/deletion.md). */
export const CELL_CLASSES = ['file', 'ram', 'tpm'] as const
export type CellClass = (typeof CELL_CLASSES)[number]

/** The author has forgotten all that the first `applied` orders name, and all that retention ends before `until`. */
export type EraseReceipt = {
  readonly type: 'erase_receipt'
  readonly applied: number
  /** Of these orders, so that nobody can say later that they were others. */
  readonly frontier: Uint8Array
  /** Retention was applied as of this time, ms; 0 when never. */
  readonly until: number
  readonly cell: CellClass
  /** `coverRoot` of what the author still holds. */
  readonly cover: Uint8Array
}
/** The keys that `device` may have held open nothing any more, as far as the first `applied` orders go: its lease has run out. */
export type LeaseCut = { readonly type: 'lease_cut'; readonly device: DeviceId; readonly applied: number }
/** Everybody who held keys when the order was given has erased them. */
export type DeleteComplete = { readonly type: 'delete_complete'; readonly order: OrderId }

/**
 * The author recorded these objects in that hour, and the vault has acknowledged each: a later answer without one of them is a lie.
 * `hour` counts leaves' hours since 1970. docs/formats/chain.md §Manifests
 */
export type Manifest = {
  readonly type: 'manifest'
  readonly hour: number
  readonly objects: number
  /** `manifestOf` the hour's streams. */
  readonly root: Uint8Array
}

/** What an entry says. */
export type Statement =
  | Genesis
  | AddDevice
  | RemoveDevice
  | Prekeys
  | AddStream
  | StopStream
  | Generation
  | Policy
  | DeleteOrder
  | Lease
  | Retention
  | EraseReceipt
  | LeaseCut
  | DeleteComplete
  | Manifest

export type StatementType = Statement['type']

/** These commute: they follow their author's last one, not the chain's head, so that nobody has to wait. */
export const COMMUTATIVE: ReadonlySet<StatementType> = new Set([
  'prekeys',
  'delete_order',
  'erase_receipt',
  'lease_cut',
  'delete_complete',
  'manifest',
])

/** The lease of a household that has chosen none, in minutes. */
export const LEASE_MINUTES = 60

export const LIMITS = {
  /** An entry is one leaf of the log, and entry bundles count in two bytes. */
  entryBytes: ENTRY_MAX_BYTES,
  /** Devices that belong to the household at one time. */
  devices: 64,
  /** Streams that were not stopped, the log stream among them. */
  streams: 1024,
  /** Prekeys of a device at one time. */
  prekeys: 8,
  /** An X-Wing public key. */
  prekeyBytes: 1216,
  rangesPerOrder: 256,
  originLength: 200,
  /** Rules of one `retention`. */
  retentionRules: 64,
  /** Ten years. */
  retentionDays: 3650,
  /** Objects of one hour: 40 cameras with picture, sound and a small picture, two seconds each. */
  manifestObjects: 216_000,
  /** A day. */
  leaseMinutes: 1440,
} as const
