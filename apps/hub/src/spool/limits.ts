/** Bounds of the spool. Every one has a test in this folder. */

/** A log file is closed and a new one begun when it has grown to this. Files are deleted whole, so this is also the grain of forgetting. */
export const SPOOL_FILE_BYTES = 64 * 1024 * 1024
/** How long a record may wait for company before it is written and synced (group commit). */
export const SPOOL_COMMIT_DELAY_MS = 200
/** This much waiting is written at once, without waiting for company. */
export const SPOOL_COMMIT_BYTES = 4 * 1024 * 1024
/** Bytes of all log files together, unless the configuration says otherwise. */
export const SPOOL_MAX_BYTES = 20 * 1024 * 1024 * 1024
/** Days that something unsent is kept, unless the configuration says otherwise. */
export const SPOOL_MAX_DAYS = 7
/** Sealed records held in memory while the disk takes nothing; the oldest go first beyond it. */
export const SPOOL_PENDING_BYTES = 64 * 1024 * 1024
/** How often a full or failing disk is tried again. */
export const SPOOL_RETRY_MS = 1000
/** One sealed object. The vault's own limit is lower; this one only keeps a damaged length from being believed. */
export const SPOOL_BLOB_MAX = 64 * 1024 * 1024
/** The place of the acknowledgement cursor is written at most this often: losing it costs repeated uploads, nothing else. */
export const SPOOL_CURSOR_INTERVAL_MS = 1000
/** A log file is closed at this part of the age limit, so that age can be judged file by file. */
export const SPOOL_AGE_PARTS = 8
