import type { CodecConfig } from '@hausrecht/media/codec/config'
import type { Frame, TrackSetup } from './frames.ts'

/** One who gets a stream's frames besides the recording, as they come: exactly those that are recorded, with the same times. */
export type FrameTap = {
  /** A session begins, and with it a run of ticks. */
  open(setup: TrackSetup): void
  /** The memory of `data` is the recording's: who needs it for longer holds it. */
  frame(frame: Frame): void
  /** Packets are missing before the next frame. */
  loss(): void
  /** Time is missing before the next frame, or its ticks begin anew. */
  interrupt(): void
  /** Other codec parameters from the next key frame on. */
  configure(config: CodecConfig): void
  /** The session ended. */
  close(): void
}
