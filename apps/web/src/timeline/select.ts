import { positionOf, type View } from './view.ts'

/** A range of time that a person chose, to be deleted or exported. ms. */
export type Selection = { readonly from: number; readonly to: number }
export type Edge = 'from' | 'to'

/** Keys open two seconds at a time; less cannot be chosen. */
export const SELECTION_LEAST = 2000
/** So far from a handle it is still meant, pixels: half of 44. */
export const REACH = 22

/** Moves one edge. Past the other one, the two change their roles, and the answer says which edge is held now. */
export function edgeMoved(
  selection: Selection,
  edge: Edge,
  at: number,
  bounds: Selection,
): { readonly selection: Selection; readonly edge: Edge } {
  const fixed = edge === 'from' ? selection.to : selection.from
  return rangeBetween(fixed, at, bounds)
}

/** The range between a moment that stays and one that moves. */
export function rangeBetween(
  fixed: number,
  moving: number,
  bounds: Selection,
): { readonly selection: Selection; readonly edge: Edge } {
  const inside = (value: number): number => Math.min(bounds.to, Math.max(bounds.from, value))
  const [still, moved] = [inside(fixed), inside(moving)]
  const later = moved > still || (moved === still && still + SELECTION_LEAST <= bounds.to)
  if (later) {
    const to = Math.min(bounds.to, Math.max(moved, still + SELECTION_LEAST))
    return { selection: { from: Math.max(bounds.from, Math.min(still, to - SELECTION_LEAST)), to }, edge: 'to' }
  }
  const from = Math.max(bounds.from, Math.min(moved, still - SELECTION_LEAST))
  return { selection: { from, to: Math.min(bounds.to, Math.max(still, from + SELECTION_LEAST)) }, edge: 'from' }
}

/** The handle a finger at `position` means, the nearer one where both are in reach. */
export function edgeAt(selection: Selection, view: View, length: number, position: number): Edge | null {
  const from = Math.abs(positionOf(view, length, selection.from) - position)
  const to = Math.abs(positionOf(view, length, selection.to) - position)
  if (Math.min(from, to) > REACH) return null
  return from < to ? 'from' : 'to'
}

/** A range to begin with: a quarter of what is shown around a moment. */
export function selectionAround(at: number, view: View, bounds: Selection): Selection {
  const half = view.span / 8
  const to = Math.min(bounds.to, at + half)
  return rangeBetween(Math.max(bounds.from, to - 2 * half), to, bounds).selection
}
