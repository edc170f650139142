import type { ObjectMeta } from './record.ts'
import type { SpoolOptions } from './spool.ts'

/** Small files, so that some are full, dropped and begun within a few objects. */
export const CRASH_SPOOL = { now: Date.now, commitDelayMs: 1, fileBytes: 3000, maxBytes: 1e6 } satisfies Omit<
  SpoolOptions,
  'dir'
>

/** What the delete order names. */
export const isNamed = ({ sequence }: Pick<ObjectMeta, 'sequence'>): boolean => sequence % 3 === 1

/** Bytes that are found again wherever they lie. */
export const crashBlob = (sequence: number): Uint8Array =>
  new TextEncoder().encode(`<object ${sequence}>`.padEnd(600 + sequence, `${sequence} `))
