import type { CameraId, Finding } from '../engine/api.ts'

export type PlayerState = {
  readonly mode: 'live' | 'past'
  /** Wall clock of the picture shown, ms; null before the first. */
  readonly wall: number | null
  readonly playing: boolean
  readonly rate: number
  /** Nothing to show for the moment. */
  readonly stalled: boolean
  /** What was jumped over last, or why nothing is shown. */
  readonly finding: Finding | null
  /** Live: from the camera's clock to the screen, ms. */
  readonly latency: number | null
  readonly muted: boolean
  readonly hasSound: boolean
  /** The small second picture is shown. */
  readonly small: boolean
  /** The browser cannot play the main picture. */
  readonly substitute: boolean
  readonly problem: { readonly code: string; readonly detail: string | null } | null
}

export type PlayerOptions = {
  readonly camera: CameraId
  readonly sound: boolean
  readonly small: boolean
  readonly hasSmall: boolean
}

export const firstState = (small: boolean): PlayerState => ({
  mode: 'live',
  wall: null,
  playing: true,
  rate: 1,
  stalled: true,
  finding: null,
  latency: null,
  muted: true,
  hasSound: false,
  small,
  substitute: false,
  problem: null,
})

/** What an error of the engine says to the page. */
export function problemOf(error: unknown): NonNullable<PlayerState['problem']> {
  if (error instanceof Error && 'code' in error && typeof error.code === 'string') {
    const detail = 'detail' in error && typeof error.detail === 'string' ? error.detail : null
    return { code: error.code, detail }
  }
  return { code: 'internal', detail: String(error) }
}
