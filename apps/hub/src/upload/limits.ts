/** Bounds of the uploader. Every one has a test in this folder. */

/** Uploads at one time; of one stream at most one, so that the vault receives each stream in order. */
export const UPLOADS_IN_FLIGHT = 4
/** Objects and bytes read from the spool and not yet acknowledged. */
export const UPLOAD_WINDOW = 16
export const UPLOAD_WINDOW_BYTES = 16 * 1024 * 1024
/** Waits after failures. */
export const RETRY_FIRST_MS = 1000
export const RETRY_MOST_MS = 60_000
/** The longest `Retry-After` that is obeyed: a vault can slow a hub down, not stop it. */
export const RETRY_AFTER_MOST_MS = 10 * 60_000
/** Objects that the vault will never take are kept, the newest of them. */
export const QUARANTINE_MAX = 100
