/** Where a log is read from: its files, by their C2SP names (c2sp.org/tlog-tiles). Nothing that it gives is believed. */
export type LogFiles = {
  /** For people: the folder or address. */
  readonly name: string
  /** How many files may be asked for at once. */
  readonly ahead: number
  /** `checkpoint`, `tile/…`, or `policy`; null when there is no such file. */
  read(path: string): Promise<Uint8Array | null>
}

export const CHECKPOINT = 'checkpoint'
/** Not of C2SP's tiles: whose cosignatures whoever exported the log asked for (c2sp.org/tlog-policy). */
export const POLICY = 'policy'
