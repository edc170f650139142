const DAY_MS = 86_400_000
const SLOT_MS = 2000

/** The leaf of a moment (docs/formats/keys.md §Leaves). The arithmetic of keytree, which is for those who hold keys. */
export function leafAt(timeMs: number): number {
  const day = Math.floor(timeMs / DAY_MS)
  return day * 65_536 + Math.floor((timeMs - day * DAY_MS) / SLOT_MS)
}
