import type { Selection } from './select.ts'
import type { SpanIndex } from './spans.ts'
import type { DayLabel, Tick } from './ticks.ts'
import type { View } from './view.ts'

/** Colours as the style sheet gives them. */
export type Colours = {
  readonly room: string
  readonly raise: string
  readonly line: string
  readonly ink: string
  readonly ink2: string
  readonly ink3: string
  readonly patina: string
  readonly red: string
  readonly onRed: string
  readonly font: string
}

/** Everything that is on one picture of the ribbon. One object, changed from frame to frame. */
export type Scene = {
  vertical: boolean
  /** CSS pixels along and across the ribbon, and device pixels in one of them. */
  length: number
  breadth: number
  ratio: number
  view: View
  index: SpanIndex
  /** What the index does not know. */
  unknown: readonly { readonly from: number; readonly to: number }[]
  earliest: number
  now: number
  /** The hub has sealed until here; the vault tells of it a little later. */
  recordedUntil: number | null
  head: number | null
  headLabel: string
  live: boolean
  /** Pointer position along the ribbon. */
  hover: number | null
  selection: Selection | null
  ticks: readonly Tick[]
  days: readonly DayLabel[]
  /** What is written on span i, the longest first. */
  labelsOf: (i: number) => readonly string[]
  colours: Colours
}

/** Where things are across the ribbon, CSS pixels. */
export type Layout = {
  readonly trackFrom: number
  readonly trackTo: number
}

export const TRACK = 44

export const layoutOf = (vertical: boolean, breadth: number): Layout => {
  if (vertical) return { trackFrom: 64, trackTo: 64 + TRACK }
  const trackFrom = Math.max(32, Math.round((breadth - TRACK) / 2 + 2))
  return { trackFrom, trackTo: trackFrom + TRACK }
}
