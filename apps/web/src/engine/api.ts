import type { Settled } from '@hausrecht/chain/settlement'
import type { DeviceId, HouseholdId, OrderId, StreamId } from '@hausrecht/crypto/ids'

/**
 * What the pages know and can do. The engine behind it runs in a worker: it follows the log, holds the keys, opens what is sealed.
 * Times are ms since 1970, durations ms. Every promise rejects with an `EngineError`.
 */

/** A camera's video stream names the camera. */
export type CameraId = StreamId

export type CameraView = {
  readonly id: CameraId
  readonly name: string
  readonly audio: StreamId | null
  readonly sub: StreamId | null
  readonly addedAt: number
  /** Set when the camera was removed; its recordings are still there. */
  readonly stoppedAt: number | null
  /** For how many days its recordings stay, by the rule in force; null without an end. */
  readonly days: number | null
  /** What was recorded before this moment has ended; null when nothing has. */
  readonly endedBefore: number | null
  /** What the hub says; null while the hub is away. */
  readonly live: {
    readonly state: 'recording' | 'connecting' | 'trouble' | 'paused'
    /** A reason of the recorder, as gaps carry it; null while it records. */
    readonly problem: string | null
    /** End of the last sealed segment. */
    readonly sealedAt: number | null
    readonly bitrate: number | null
    readonly codec: string | null
    readonly width: number | null
    readonly height: number | null
    readonly fps: number | null
    /** Devices that watch now. */
    readonly viewers: readonly DeviceId[]
    /** Address without user name and password. */
    readonly address: string | null
  } | null
}

export type Role = 'admin' | 'recorder' | 'vault' | 'session'

export type DeviceView = {
  readonly id: DeviceId
  readonly name: string
  readonly roles: readonly Role[]
  readonly addedAt: number
  readonly removedAt: number | null
  readonly self: boolean
  /** Connected to the vault now, as the vault says. */
  readonly online: boolean
  /** May see from this moment on; 0 is everything. */
  readonly from: number
}

/** A device that asks to be let in. Nothing of it is trusted before the digits were compared. */
export type PendingView = {
  readonly id: DeviceId
  readonly createdAt: number
  readonly expiresAt: number
  readonly busy: boolean
}

export type WitnessView = { readonly name: string; readonly cosignedAt: number | null; readonly own: boolean }

/** Something people must know, until it is gone. Codes of `engine/alarms.ts`, shown in plain words. */
export type Alarm = { readonly code: string; readonly detail: string | null; readonly at: number }

export type HouseholdView = {
  readonly id: HouseholdId
  readonly name: string
  readonly self: DeviceId
  readonly admin: boolean
  readonly devices: readonly DeviceView[]
  readonly pending: readonly PendingView[]
  /** In the order people gave them. */
  readonly cameras: readonly CameraView[]
  readonly hub: {
    readonly id: DeviceId | null
    readonly state: 'here' | 'away'
    /** Since when it is in that state. */
    readonly since: number
    /** Waiting: this browser has no keys until the hub is here. */
    readonly keys: 'held' | 'waiting'
  }
  readonly vault: { readonly state: 'here' | 'away'; readonly since: number }
  readonly log: { readonly size: number; readonly witnesses: readonly WitnessView[]; readonly checkedAt: number | null }
  readonly alarms: readonly Alarm[]
}

/** Where this browser stands. */
export type EngineState =
  | { readonly phase: 'starting' }
  /** No device here: set up with the hub's link, or sign in. */
  | { readonly phase: 'new' }
  /** Asked to be let in. Digits are there when the other side has answered. */
  | {
      readonly phase: 'pending'
      readonly device: DeviceId
      readonly digits: string | null
      readonly hub: boolean
      readonly confirmed: boolean
    }
  | { readonly phase: 'ready'; readonly household: HouseholdView }
  /** Removed from the household, or the log forked: nothing more is shown. */
  | { readonly phase: 'stopped'; readonly code: string; readonly detail: string | null }

/** A stretch of the timeline. */
export type Span =
  | { readonly type: 'recorded'; readonly from: number; readonly to: number }
  | { readonly type: 'gap'; readonly from: number; readonly to: number; readonly reason: string }
  /** `by` null: nobody ordered it, it was older than recordings are kept. */
  | {
      readonly type: 'deleted'
      readonly from: number
      readonly to: number
      readonly at: number
      readonly by: DeviceId | null
    }

/** One opened segment, ready for `SourceBuffer.appendBuffer`: times in the fragment are rewritten so that 0 is `origin`. */
export type MediaPart = {
  readonly track: 'video' | 'audio'
  /** Wall clock of the first sample. */
  readonly start: number
  readonly duration: number
  readonly startsWithKey: boolean
  readonly discontinuity: boolean
  /** MIME type with codecs, for `isTypeSupported`. */
  readonly mime: string
  /** ftyp and moov. Same bytes while the codec parameters stay. */
  readonly init: Uint8Array<ArrayBuffer>
  /** moof and mdat. */
  readonly fragment: Uint8Array<ArrayBuffer>
}

export type Finding =
  | { readonly type: 'gap'; readonly from: number; readonly to: number; readonly reason: string }
  | { readonly type: 'missing' | 'unaccounted'; readonly from: number; readonly to: number }
  /** `by` null: nobody ordered it, it was older than recordings are kept. */
  | {
      readonly type: 'deleted'
      readonly from: number
      readonly to: number
      readonly at: number
      readonly by: DeviceId | null
    }
  | { readonly type: 'damaged'; readonly at: number; readonly code: string }

/** Events of a feed, in order. `end` is the last one. */
export type FeedEvent =
  | { readonly type: 'part'; readonly part: MediaPart }
  | { readonly type: 'finding'; readonly finding: Finding }
  | { readonly type: 'end'; readonly problem: { readonly code: string; readonly detail: string | null } | null }

export type Listener<T> = (event: T) => void

export type FeedOptions = {
  readonly camera: CameraId
  /** Wall clock that becomes 0 in the fragments' times. */
  readonly origin: number
  readonly sound: boolean
  /** The small second picture instead of the main one, where the camera has it. */
  readonly small?: boolean
}

export type ProbeResult = {
  readonly video: {
    readonly codec: string
    readonly width: number
    readonly height: number
    readonly fps: number | null
  }
  readonly audio: { readonly codec: string } | null
  /** Addresses of smaller pictures that answered. */
  readonly subStreams: readonly string[]
  /** One key frame, to be decoded here; null when none came in time. */
  readonly picture: Pick<MediaPart, 'mime' | 'init' | 'fragment'> | null
}

export type AccessView = {
  readonly index: number
  readonly at: number
  readonly reader: DeviceId
  readonly stream: StreamId
  readonly from: number
  readonly to: number
  readonly purpose: string
  /** This browser hashed the leaf into a witnessed checkpoint. */
  readonly proven: boolean
}

export type DeletionView = {
  readonly order: OrderId
  readonly at: number
  readonly by: DeviceId
  readonly ranges: readonly { readonly stream: StreamId | null; readonly from: number; readonly to: number }[]
  /** Every device that was in the household when it was ordered, and what is known of its keys. */
  readonly holders: readonly Settled[]
  /** When the log says that nobody owes it any more, whoever found that. */
  readonly complete: boolean
  /** The vault's word, in the log, that the bytes are gone and that it looked again; null while it has not said so. */
  readonly removed: { readonly at: number; readonly objects: number } | null
}

export type Progress = { readonly done: number; readonly of: number }

export type ExportResult = {
  readonly bytes: Uint8Array<ArrayBuffer>
  readonly name: string
  readonly from: number
  readonly to: number
  /** What is not in the file, and why. */
  readonly findings: readonly Finding[]
}

export type UsageView = {
  readonly bytes: number
  readonly objects: number
  readonly quotaBytes: number | null
  readonly logSize: number
  /** Of the hub's spool: what waits for the vault. Null while the hub is away. */
  readonly spool: { readonly bytes: number; readonly segments: number; readonly oldestAt: number | null } | null
}

export interface Engine {
  /** Called at once with the present state, then at every change. */
  onState(listener: Listener<EngineState>): Promise<void>

  /** First run: the link or code that the hub shows, and names. Ends in `ready`; digits come through `onState`. */
  claim(link: string, names: { readonly household: string; readonly device: string }): Promise<void>
  /** The person has compared the digits with the hub's screen. */
  confirmDigits(): Promise<void>
  /** Asks the household of a signed-in passkey to take this browser in. */
  join(device: string): Promise<void>
  /** Withdraws a request to join. */
  cancelJoin(): Promise<void>
  /** Forgets everything here; the household goes on. */
  leave(): Promise<void>

  /** WebAuthn runs in the page: options in, response out. Null when the vault has no passkeys. */
  passkeyRegistrationOptions(name: string): Promise<unknown>
  passkeyRegister(response: unknown): Promise<void>
  passkeyOptions(): Promise<unknown>
  /** True when the passkey belongs to a household. */
  passkeySignIn(response: unknown): Promise<boolean>
  passkeys(): Promise<
    readonly {
      readonly id: string
      readonly name: string
      readonly createdAt: number
      readonly lastUsedAt: number | null
    }[]
  >
  passkeyRemove(id: string): Promise<void>

  compare(device: DeviceId): Promise<string>
  approve(
    device: DeviceId,
    admission: { readonly name: string; readonly admin: boolean; readonly from: number },
  ): Promise<void>
  refuse(device: DeviceId): Promise<void>
  removeDevice(device: DeviceId): Promise<void>
  rename(what: { readonly household: string } | { readonly camera: CameraId; readonly name: string }): Promise<void>

  probeCamera(url: string): Promise<ProbeResult>
  addCamera(camera: { readonly url: string; readonly subUrl: string | null; readonly name: string }): Promise<CameraId>
  /** Another address for a camera. */
  editCamera(camera: CameraId, url: string): Promise<void>
  removeCamera(camera: CameraId): Promise<void>
  reorderCameras(order: readonly CameraId[]): Promise<void>

  /** What is on the timeline between two moments, sorted, disjoint. Resolution: `step` ms. */
  spans(
    camera: CameraId,
    range: { readonly from: number; readonly to: number; readonly step: number },
  ): Promise<readonly Span[]>
  /** Feeds recorded parts from `from` on, the first one containing it, until `to`. `more` is called for back-pressure: parts are only read while it is wanted. */
  play(
    options: FeedOptions & { readonly from: number; readonly to: number },
    listener: Listener<FeedEvent>,
  ): Promise<Feed>
  /** Feeds parts as they are recorded. The first part starts with a key frame. */
  watch(options: FeedOptions, listener: Listener<FeedEvent>): Promise<Feed>
  /** The key frame at or before a moment, for previews; null where nothing is recorded. */
  keyFrame(camera: CameraId, at: number): Promise<MediaPart | null>

  deleteRange(cameras: readonly CameraId[], from: number, to: number): Promise<DeletionView>
  /** How long recordings stay: of one camera (null: as all others), or (null) of all without a rule of their own. What is older ends. */
  setRetention(camera: CameraId | null, days: number | null): Promise<void>
  deletions(): Promise<readonly DeletionView[]>
  /** Devices that had opened some of what an order deletes, by the log: a hint at who may have copies. */
  openedBefore(order: OrderId): Promise<readonly DeviceId[]>
  /** The text of a deletion's receipt, for `hausrecht verify receipt`. Without readable names. */
  receiptFile(order: OrderId): Promise<string>
  exportRange(camera: CameraId, from: number, to: number, progress: Listener<Progress>): Promise<ExportResult>
  cancelExport(): Promise<void>

  accesses(options: { readonly before: number | null; readonly limit: number }): Promise<readonly AccessView[]>
  usage(): Promise<UsageView>
}

/** A running feed. `want` says how much more may come, ms of media ahead of what was given; feeds start with 10 s. */
export interface Feed {
  want(ms: number): Promise<void>
  stop(): Promise<void>
}
