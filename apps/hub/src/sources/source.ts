import type { CodecConfig } from '@hausrecht/media/codec/config'
import type { TrackSetup } from '../recorder/frames.ts'
import type { GapReason } from '../recorder/gap-reasons.ts'
import type { Unit } from '../recorder/recorder.ts'

/** Where the recorder gets frames from. The one there is speaks RTSP; tests bring their own. */
export type Source = {
  /**
   * Connects and begins to play. `handlers.onOpen` is called once before the first unit.
   * @throws SourceError
   */
  connect(handlers: SourceHandlers, signal: AbortSignal): Promise<Connection>
}

export type SourceHandlers = {
  readonly onOpen: (tracks: SourceTracks) => void
  /** Where pictures may be put; whoever takes a unit releases it. */
  readonly allocate?: (length: number) => Uint8Array
  readonly onPicture: (unit: Unit) => void
  readonly onSound: (unit: Unit) => void
  /** Codec parameters changed. */
  readonly onConfig: (config: CodecConfig) => void
  /** The camera or the network ended it. Not called after `close`. */
  readonly onEnd: (error: SourceError) => void
}

export type SourceTracks = { readonly video: TrackSetup; readonly audio: TrackSetup | null }

export type Connection = { close(): Promise<void> }

/** Why a source gives nothing. `reason` is what the gap object says. */
export class SourceError extends Error {
  readonly reason: GapReason
  /** The code of what failed, for the log. */
  readonly code: string

  constructor(reason: GapReason, code: string, detail: string) {
    super(detail)
    this.name = 'SourceError'
    this.reason = reason
    this.code = code
  }
}
