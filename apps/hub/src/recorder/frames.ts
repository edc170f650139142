import type { CodecConfig } from '@hausrecht/media/codec/config'
import { decodeTimes, durationsOf } from '@hausrecht/media/dts'
import { fragmentPieces } from '@hausrecht/media/mp4/fragment'

/** A frame of one track, in the order of decoding. */
export type Frame = {
  readonly data: Uint8Array
  /** Presentation time since the run began, ticks of the track. */
  readonly ticks: number
  /** The same on the hub's wall clock, ms. */
  readonly wallMs: number
  /** Decoding can start here. Always true for sound. */
  readonly key: boolean
}

/** What a session has for one track. */
export type TrackSetup = {
  readonly config: CodecConfig
  /** Ticks a second of `rtpTime`. */
  readonly clockRate: number
  /** Ticks that one frame lasts when nothing tells. */
  readonly frameTicks: number
}

export const TRACK_ID = 1
/** Fragments' decode times start here, so that pictures shown before a run's first key frame don't need negative ones. */
const BASE_SECONDS = 10

export type Framing = {
  /** Counts fragments from 1. */
  readonly sequence: number
  readonly timescale: number
  /** Presentation time of what follows, ticks; null when nothing is known to follow: the last frame then lasts as the one before it. */
  readonly end: number | null
  /** How long a frame lasts that nothing follows and nothing precedes, ticks. */
  readonly fallbackTicks: number
}

/** Frames as a fragment, and where they lie on the wall clock. Recorded and live parts are made here, so that they agree. */
export function frameFragment(frames: readonly Frame[], { sequence, timescale, end, fallbackTicks }: Framing) {
  const times = decodeTimes(frames.map(frame => frame.ticks))
  const dts = times.map(time => time.dts)
  const durations = durationsOf(dts, end, fallbackTicks)
  const first = dts[0] ?? 0
  const total = (dts.at(-1) ?? 0) - first + (durations.at(-1) ?? 0)
  const earliest = frames.reduce<Frame | null>((a, b) => (a === null || b.ticks < a.ticks ? b : a), null)
  const wallMs = earliest?.wallMs ?? 0
  const startMs = Math.round(wallMs)
  return {
    startMs,
    durationMs: Math.round(wallMs + (total * 1000) / timescale) - startMs,
    fragment: fragmentPieces({
      sequence,
      trackId: TRACK_ID,
      baseDecodeTime: Math.max(0, first + BASE_SECONDS * timescale),
      samples: frames.map((frame, i) => ({
        data: frame.data,
        duration: durations[i] ?? fallbackTicks,
        isSync: frame.key,
        compositionOffset: times[i]?.compositionOffset ?? 0,
      })),
    }),
  }
}
