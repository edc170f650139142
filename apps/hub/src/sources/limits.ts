/** Bounds of a camera session. Every one has a test in this folder. */

/** Waits between attempts to reach a camera: for ever, but no more often than this. */
export const RECONNECT_FIRST_MS = 1000
export const RECONNECT_MOST_MS = 30_000
/** After a refused password: cameras lock accounts that are tried too often. */
export const PASSWORD_RETRY_MS = 60_000
/** A session that lasted this long was a good one: the next attempt comes quickly again. */
export const GOOD_SESSION_MS = 30_000
/** A connected camera that sends no picture for this long is given up and connected anew. */
export const SILENCE_MS = 10_000
/** How often silence is looked for, and long gaps are written. */
export const WATCH_MS = 1000
/** Cameras that begin together, at the start of a hub, are connected this far apart: neither hub nor network gets a burst. */
export const STAGGER_MS = 100
/** Connecting, describing and starting a stream must be done within this. */
export const CONNECT_MS = 20_000
