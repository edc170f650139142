import type { DeviceId, HouseholdId, OrderId, StreamId } from '@hausrecht/crypto/ids'

/** What a device may do. admin: change the household. recorder: write segments. vault: hold history. session: keys in RAM only. */
export const ROLES = ['admin', 'recorder', 'vault', 'session'] as const
export type Role = (typeof ROLES)[number]

export const STREAM_KINDS = ['video', 'audio', 'sub', 'log', 'events'] as const
export type StreamKind = (typeof STREAM_KINDS)[number]

export const GENERATION_REASONS = ['first', 'removal', 'compromise', 'schedule'] as const
export type GenerationReason = (typeof GENERATION_REASONS)[number]

/** A one-time X-Wing key of a device: others send it packets by it, each once. */
export type Prekey = { readonly id: number; readonly publicKey: Uint8Array }

/** Leaves lo…hi of a stream, both inclusive; `stream` null is every stream of the household. */
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
export type DeleteOrder = {
  readonly type: 'delete_order'
  readonly order: OrderId
  readonly ranges: readonly DeleteRange[]
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

export type StatementType = Statement['type']

/** These commute: they follow their author's last one, not the chain's head, so that nobody has to wait. */
export const COMMUTATIVE: ReadonlySet<StatementType> = new Set(['prekeys', 'delete_order'])

export const LIMITS = {
  entryBytes: 64 * 1024,
  devices: 64,
  streams: 1024,
  prekeys: 8,
  prekeyBytes: 1216,
  rangesPerOrder: 256,
  originLength: 200,
} as const
