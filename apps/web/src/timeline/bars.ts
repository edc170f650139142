/** What `SpanIndex.bars` writes: runs of pixel columns that look alike. Made once, used for every frame. */
export class Bars {
  count = 0
  /** First column, and the column after the last. */
  readonly from: Int32Array
  readonly to: Int32Array
  readonly kind: Uint8Array
  /** How much of the run's time its kind fills, 1…`FULL`. */
  readonly fill: Uint8Array
  /** The span that fills the run, -1 where none does for a whole column. */
  readonly span: Int32Array

  constructor(columns: number) {
    this.from = new Int32Array(columns)
    this.to = new Int32Array(columns)
    this.kind = new Uint8Array(columns)
    this.fill = new Uint8Array(columns)
    this.span = new Int32Array(columns)
  }

  get room(): number {
    return this.from.length
  }

  /** Adds a run, to the one before where they look alike and are not two spans. */
  add(from: number, to: number, kind: number, fill: number, span: number): void {
    const last = this.count - 1
    if (last >= 0 && this.to[last] === from && this.kind[last] === kind && this.fill[last] === fill) {
      const before = this.span[last] ?? -1
      if (before === span || before < 0 || span < 0) {
        this.to[last] = to
        this.span[last] = Math.max(before, span)
        return
      }
    }
    if (this.count === this.room) return
    this.from[this.count] = from
    this.to[this.count] = to
    this.kind[this.count] = kind
    this.fill[this.count] = fill
    this.span[this.count] = span
    this.count += 1
  }
}

/** `Bars.fill` of a run that its kind fills wholly. */
export const FULL = 8

export const KIND = { recorded: 1, gap: 2, deleted: 3 } as const
