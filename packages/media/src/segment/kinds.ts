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
} as const

export type KindName = keyof typeof KINDS
export type Kind = (typeof KINDS)[KindName]

const NAMES: ReadonlyMap<number, KindName> = new Map(
  Object.entries(KINDS).map(([name, number]) => [number, name as KindName]),
)

export const isKind = (value: number): value is Kind => NAMES.has(value)

export const kindName = (kind: Kind): KindName => NAMES.get(kind) ?? 'payload'
