/**
 * What a segment holds. The number is byte 5 of a segment and part of its key (`objectKey`), so it never changes its meaning.
 * docs/formats.md §segment.
 */
export const KINDS = {
  /** A camera's main picture. */
  video: 1,
  /** Sound; always in a stream of its own, so that a voice can be deleted without the picture. */
  audio: 2,
  /** A camera's small second picture. */
  sub: 3,
  /** The sealed part of a chain entry (names, texts). */
  payload: 4,
  /** Says that nothing was recorded from when to when, and why. */
  gap: 5,
  /**
   * Live: a part of a quarter of a second or less of the main or second picture, for those who watch right now. Sent through the relay
   * and never stored: another kind than the recording's, so that it has another key and cannot be passed off as recorded.
   */
  liveVideo: 6,
  /** Live sound; like `liveVideo`. */
  liveAudio: 7,
} as const

export type KindName = keyof typeof KINDS
export type Kind = (typeof KINDS)[KindName]

const NAMES: ReadonlyMap<number, KindName> = new Map(
  Object.entries(KINDS).map(([name, number]) => [number, name as KindName]),
)

export const isKind = (value: number): value is Kind => NAMES.has(value)

/** Whether a segment of this kind is for the moment only. A vault refuses to store it, and whoever reads a recording refuses it. */
export const isLive = (kind: Kind): boolean => kind === KINDS.liveVideo || kind === KINDS.liveAudio

export const kindName = (kind: Kind): KindName => NAMES.get(kind) ?? 'payload'
