import type { CutRule } from './cutter.ts'
import { AUDIO_MAX_MS, PART_MAX_MS, SEGMENT_MIN_MS } from './limits.ts'

/** Running further ahead of time than this is a clock that was set back: no longer segment can make up for it. */
const CATCH_UP_SLOTS = 2

/** Slots that an object at `atMs` would lie ahead of its time, after one that begins at `beforeMs`. */
export type SlotsAhead = (beforeMs: number, atMs: number) => number

/**
 * Picture: at the first key frame after 2 s, and in parts within long groups. A segment that would get a leaf ahead of its time
 * (camera clock a little fast, a gap object that took a leaf) waits for the next key frame, so that leaves stay true to time.
 */
export function videoRule(slotsAhead: SlotsAhead): CutRule {
  return ({ elapsedMs, frame }) => {
    if (elapsedMs >= PART_MAX_MS) return frame.key ? 'cut' : 'part'
    if (!frame.key || elapsedMs < SEGMENT_MIN_MS) return 'no'
    const ahead = slotsAhead(frame.wallMs - elapsedMs, frame.wallMs)
    return ahead > 0 && ahead <= CATCH_UP_SLOTS ? 'no' : 'cut'
  }
}

/** Frames of sound don't end where pictures do: a segment may be this much shorter than 2 s, so that both are cut at one place. */
const SOUND_SLACK_MS = 250

/** Sound: where the picture was cut, or after five seconds. */
export function audioRule(pictureCutMs: () => number | null, slotsAhead: SlotsAhead): CutRule {
  return ({ elapsedMs, frame }) => {
    if (elapsedMs >= AUDIO_MAX_MS) return 'cut'
    const start = frame.wallMs - elapsedMs
    const cut = pictureCutMs()
    if (cut === null || cut < start + SEGMENT_MIN_MS - SOUND_SLACK_MS || frame.wallMs < cut) return 'no'
    const ahead = slotsAhead(start, frame.wallMs)
    return ahead > 0 && ahead <= CATCH_UP_SLOTS ? 'no' : 'cut'
  }
}
