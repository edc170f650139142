/** Bounds of the recorder. Every one has a test in this folder. */

/** A segment is cut at the first key frame after this. Leaves are 2-s slots, so that a segment has one of its own. */
export const SEGMENT_MIN_MS = 2000
/**
 * A longer group of pictures is cut into parts of about this. It bounds what a crash loses, and how far a segment can reach beyond
 * the slot of its leaf.
 */
export const PART_MAX_MS = 5000
/** A segment of sound that no cut of the picture ends is cut after this. */
export const AUDIO_MAX_MS = 5000
/** Bytes of one open segment: a camera can't make the hub hold more, and the vault takes objects up to 8 MiB, padding included. */
export const SEGMENT_MAX_BYTES = 7.5 * 1024 * 1024
/** Frames of one open segment. */
export const SEGMENT_MAX_FRAMES = 4096
/** Sealed segments of one camera that wait for the disk; beyond it frames are dropped with the reason `hub_overloaded`. */
export const SEALING_MAX = 8

/** Timestamps that leave the hub's own time by more than this are a jump, and are anchored anew. */
export const CLOCK_JUMP_MS = 2000
/** Timestamps of one track that step back by more than B-frames can explain. */
export const CLOCK_BACK_MS = 1000
/** The time over which lateness is judged: its smallest value there is the clock's error, the rest is the network. */
export const CLOCK_WINDOW_MS = 5000
/** How far the mapping follows a drifting camera in one window: 0.2 %, more than any oscillator drifts. */
export const CLOCK_SLEW_MS = 10
/** As many jumps within `CLOCK_BROKEN_WINDOW_MS`, or as many frames without progress, and the timestamps are not used any more. */
export const CLOCK_BROKEN_JUMPS = 4
export const CLOCK_BROKEN_WINDOW_MS = 60_000
export const CLOCK_STUCK_FRAMES = 50
/** Sender reports that put sound and picture further apart than this are not believed. */
export const SYNC_MAX_MS = 2000

/** Time without recording that is shorter than this is not worth a gap object. */
export const GAP_MIN_MS = 1000
/** A gap that goes on is recorded in pieces of this, so that the timeline shows it while it lasts. */
export const GAP_PART_MS = 10 * 60_000
