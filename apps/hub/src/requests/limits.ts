/** Bounds of what other devices may ask of a hub. Every one has a test in this folder. */

/** Looks at cameras at once, and in a minute: the hub connects to addresses that somebody else names. */
export const PROBES_AT_ONCE = 2
export const PROBES_PER_MINUTE = 20
/** A look is given up after this. */
export const PROBE_MS = 20_000
/** How long a look watches, to measure pictures a second. */
export const PROBE_WATCH_MS = 1500
/** A camera that was looked at is added without a second look within this. */
export const PROBE_KEPT_MS = 10 * 60_000
export const PROBES_KEPT = 16
/** A picture beyond this is not sent: it would not fit into a message. */
export const PICTURE_BYTES = 768 * 1024
/** Characters of an address. */
export const ADDRESS_MAX = 1024
