import type { InitTrack } from './init.ts'
import type { MovieTrack } from './movie-track.ts'

export type TrackProgress = {
  readonly parts: number
  readonly samples: number
  /** Samples left out because nothing they depend on is there. */
  readonly dropped: number
  readonly gaps: number
  readonly durationMs: number
  /** The mark of the last part, or null. */
  readonly lastMark: string | null
}

/** What a movie's writer knows of one of its tracks. */
export type State = {
  track: MovieTrack | null
  parts: number
  dropped: number
  lastMark: string | null
  /** Samples a channel coded as FLAC so far. */
  coded: number
  needsSync: boolean
  lastInit: { readonly bytes: Uint8Array; readonly tracks: readonly InitTrack[] } | null
}

export const newState = (): State => ({
  track: null,
  parts: 0,
  dropped: 0,
  lastMark: null,
  coded: 0,
  needsSync: true,
  lastInit: null,
})

export function progressOf(state: State): TrackProgress {
  const { track } = state
  return {
    parts: state.parts,
    samples: track?.log.count ?? 0,
    dropped: state.dropped,
    gaps: track?.gaps ?? 0,
    durationMs: track === null ? 0 : Math.round((track.duration * 1000) / track.timescale),
    lastMark: state.lastMark,
  }
}
