import { SLOT_MS } from '@hausrecht/keytree/leaf'

/** How much is read against one logged access, ms. After an interruption at most this much is fetched again. */
export const WINDOW_MS = 20 * 60_000

export type Window = Readonly<{ from: number; to: number }>

/** A range in pieces that end with a leaf, so that no deletion is half in one. */
export function windows(from: number, to: number): readonly Window[] {
  const pieces: Window[] = []
  for (let at = from; at < to; ) {
    const wished = at + WINDOW_MS
    const end = Math.min(to, wished - (wished % SLOT_MS))
    pieces.push({ from: at, to: end })
    at = end
  }
  return pieces
}
