type Part = { readonly from: number; readonly to: number; readonly step: number; readonly at: number }

/** Of which stretches the spans are known, how finely, and since when. Sorted and disjoint. */
export class Known {
  #parts: readonly Part[] = []

  covers(at: number): boolean {
    return this.#parts.some(part => part.from <= at && at < part.to)
  }

  /** Stretches of a range that are not known at `step` or finer, or were looked at before `since`. */
  missing(from: number, to: number, step: number, since: number): readonly { from: number; to: number }[] {
    return this.#without(from, to, part => part.step <= step && part.at >= since)
  }

  /** Stretches of a range that an answer at `step` may overwrite: all but what is known more finely, and freshly. */
  open(from: number, to: number, step: number, since: number): readonly { from: number; to: number }[] {
    return this.#without(from, to, part => part.step < step && part.at >= since)
  }

  /** An answer at `step`, asked for at `at`, about a range; what is finer and was looked at after `since` stays as it is. */
  add(from: number, to: number, step: number, at: number, since: number): void {
    if (!(to > from)) return
    const pieces = this.open(from, to, step, since).map(piece => ({ ...piece, step, at }))
    const rest = pieces.reduce<readonly Part[]>((parts, piece) => cut(parts, piece.from, piece.to), this.#parts)
    const sorted = [...rest, ...pieces].sort((a, b) => a.from - b.from)
    const out: Part[] = []
    for (const part of sorted) {
      const last = out.at(-1)
      if (last !== undefined && last.to === part.from && last.step === part.step && near(last, part)) {
        out[out.length - 1] = { ...last, to: part.to, at: Math.min(last.at, part.at) }
      } else out.push(part)
    }
    this.#parts = out
  }

  forget(from: number, to: number): void {
    this.#parts = cut(this.#parts, from, to)
  }

  #without(from: number, to: number, counts: (part: Part) => boolean): readonly { from: number; to: number }[] {
    const out: { from: number; to: number }[] = []
    let start = from
    for (const part of this.#parts) {
      if (part.to <= start || !counts(part)) continue
      if (part.from >= to) break
      if (part.from > start) out.push({ from: start, to: part.from })
      start = Math.max(start, part.to)
    }
    if (start < to) out.push({ from: start, to })
    return out
  }
}

/** Stretches looked at within so long count as one, as old as the older, ms: live, one is added every few seconds. */
const TOGETHER_MS = 60_000
const near = (a: Part, b: Part): boolean => Math.abs(a.at - b.at) <= TOGETHER_MS

const cut = (parts: readonly Part[], from: number, to: number): readonly Part[] =>
  parts.flatMap(part => {
    if (part.to <= from || part.from >= to) return [part]
    return [...(part.from < from ? [{ ...part, to: from }] : []), ...(part.to > to ? [{ ...part, from: to }] : [])]
  })
