import type { Span } from '../engine/api.ts'
import { type Bars, FULL, KIND } from './bars.ts'
import { Details } from './details.ts'

/** Spans held at most; the oldest knowledge is dropped before by whoever fills the index. */
export const SPANS_MOST = 1 << 22

/**
 * Sorted, disjoint spans by the million, in typed arrays. Later knowledge replaces earlier where they overlap, so that a clock that
 * jumped, or an order to delete, needs no care. Sums of what each kind covers make a picture at any zoom cost what its pixels cost.
 */
export class SpanIndex {
  #size = 0
  #from = new Float64Array(64)
  #to = new Float64Array(64)
  #kind = new Uint8Array(64)
  #detail = new Uint32Array(64)
  /** Covered by each kind before span i, ms; right up to `#summed`. */
  #sums = [new Float64Array(0), new Float64Array(64), new Float64Array(64), new Float64Array(64)] as const
  #summed = 0
  #details = new Details()

  get size(): number {
    return this.#size
  }

  /** Where the newest span ends; null when there is none. */
  get end(): number | null {
    return this.#size === 0 ? null : this.#end(this.#size - 1)
  }

  /** Replaces everything between two moments. Where the given spans overlap, the later in the list holds. */
  replace(from: number, to: number, spans: readonly Span[]): void {
    if (!(to > from)) return
    const inner = orderly(spans, from, to)
    let lo = this.firstAfter(from)
    let hi = lo
    const kept: Piece[] = []
    // A span that reaches in from the left, and one that reaches out to the right, keep their outer parts.
    if (lo < this.#size && this.#start(lo) < from) kept.push(this.#piece(lo, this.#start(lo), from))
    for (const span of inner) kept.push({ ...span, kind: KIND[span.span.type], detail: this.#details.idOf(span.span) })
    hi = this.#firstFrom(to, lo)
    if (hi > lo && this.#end(hi - 1) > to) kept.push(this.#piece(hi - 1, to, this.#end(hi - 1)))
    // Neighbours outside may now touch what is new.
    if (lo > 0) {
      lo -= 1
      kept.unshift(this.#piece(lo, this.#start(lo), this.#end(lo)))
    }
    if (hi < this.#size) {
      kept.push(this.#piece(hi, this.#start(hi), this.#end(hi)))
      hi += 1
    }
    this.#splice(lo, hi, melted(kept))
  }

  /** Later knowledge of one span. */
  insert(span: Span): void {
    this.replace(span.from, span.to, [span])
  }

  clear(): void {
    this.#size = 0
    this.#summed = 0
    this.#details = new Details()
  }

  /** The first span that ends after a moment; `size` when there is none. */
  firstAfter(at: number, start = 0): number {
    return gallop(this.#to, start, this.#size, at, true)
  }

  /** The first span that starts at or after a moment. */
  #firstFrom(at: number, start: number): number {
    return gallop(this.#from, start, this.#size, at, false)
  }

  /** @throws RangeError when there is no such span */
  span(index: number): Span {
    if (!(index >= 0 && index < this.#size)) throw new RangeError(`no span ${index}`)
    return this.#details.span(this.#detail[index] ?? 0, this.#start(index), this.#end(index))
  }

  /** What was there at a moment; null when nothing is known of it. */
  at(moment: number): Span | null {
    const index = this.firstAfter(moment)
    return index < this.#size && this.#start(index) <= moment ? this.span(index) : null
  }

  /** Spans that reach into a range, at most `most`. */
  within(from: number, to: number, most: number): readonly Span[] {
    const out: Span[] = []
    for (let i = this.firstAfter(from); i < this.#size && out.length < most && this.#start(i) < to; i++) {
      out.push(this.span(i))
    }
    return out
  }

  /** How many spans reach into a range. */
  count(from: number, to: number): number {
    const first = this.firstAfter(from)
    return Math.max(0, this.#firstFrom(to, first) - first)
  }

  /** Time that a kind covers in a range, ms. */
  covered(kind: keyof typeof KIND, from: number, to: number): number {
    this.#sum()
    if (!(to > from)) return 0
    const first = this.firstAfter(from)
    return this.#covers(KIND[kind], from, to, first, this.#firstFrom(to, first) - 1)
  }

  /**
   * What `columns` pixels show, the first beginning at `start`. Costs O(columns · log(spans of a column)): long spans are crossed in one
   * step, crowds of short ones by sums.
   */
  bars(start: number, msPerColumn: number, columns: number, out: Bars): void {
    this.#sum()
    out.count = 0
    let column = 0
    let i = this.firstAfter(start)
    while (column < columns && i < this.#size) {
      const ahead = Math.floor((this.#start(i) - start) / msPerColumn)
      if (ahead > column) column = ahead
      if (column >= columns) return
      const begin = start + column * msPerColumn
      const end = begin + msPerColumn
      if (this.#start(i) <= begin && this.#end(i) >= end) {
        const whole = Math.min(columns, Math.max(column + 1, Math.floor((this.#end(i) - start) / msPerColumn)))
        out.add(column, whole, this.#kind[i] ?? 0, FULL, i)
        column = whole
      } else {
        this.#mixed(out, column, begin, end, i)
        column += 1
      }
      i = this.firstAfter(start + column * msPerColumn, i)
    }
  }

  #mixed(out: Bars, column: number, begin: number, end: number, first: number): void {
    const last = this.#firstFrom(end, first) - 1
    let [kind, most] = [0, 0]
    for (let one = 1; one <= 3; one++) {
      const covered = this.#covers(one, begin, end, first, last)
      if (covered > most) {
        kind = one
        most = covered
      }
    }
    if (kind === 0) return
    const fill = Math.max(1, Math.min(FULL, Math.round((most / (end - begin)) * FULL)))
    out.add(column, column + 1, kind, fill, -1)
  }

  /** `first` is the first span that ends after `from`, `last` the last that starts before `to`. */
  #covers(kind: number, from: number, to: number, first: number, last: number): number {
    if (last < first) return 0
    const sums = this.#sums[kind]
    let total = (sums?.[last] ?? 0) - (sums?.[first] ?? 0)
    if (this.#kind[last] === kind) total += Math.min(to, this.#end(last)) - this.#start(last)
    if (this.#kind[first] === kind) total -= Math.max(0, from - this.#start(first))
    return total
  }

  #start(i: number): number {
    return this.#from[i] ?? 0
  }

  #end(i: number): number {
    return this.#to[i] ?? 0
  }

  #piece(i: number, from: number, to: number): Piece {
    return { from, to, kind: this.#kind[i] ?? 0, detail: this.#detail[i] ?? 0 }
  }

  #splice(lo: number, hi: number, pieces: readonly Piece[]): void {
    const size = this.#size - (hi - lo) + pieces.length
    if (size > SPANS_MOST) throw new RangeError('too many spans')
    this.#reserve(size)
    if (lo + pieces.length !== hi && hi < this.#size) {
      for (const array of [this.#from, this.#to, this.#kind, this.#detail]) {
        array.copyWithin(lo + pieces.length, hi, this.#size)
      }
    }
    let i = lo
    for (const piece of pieces) {
      this.#from[i] = piece.from
      this.#to[i] = piece.to
      this.#kind[i] = piece.kind
      this.#detail[i] = piece.detail
      i += 1
    }
    this.#size = size
    this.#summed = Math.min(this.#summed, lo)
  }

  #reserve(size: number): void {
    const room = this.#from.length
    if (size <= room) return
    const wanted = Math.max(size, room * 2)
    this.#from = grown(this.#from, new Float64Array(wanted))
    this.#to = grown(this.#to, new Float64Array(wanted))
    this.#kind = grown(this.#kind, new Uint8Array(wanted))
    this.#detail = grown(this.#detail, new Uint32Array(wanted))
    const [none, recorded, gap, deleted] = this.#sums
    this.#sums = [
      none,
      grown(recorded, new Float64Array(wanted)),
      grown(gap, new Float64Array(wanted)),
      grown(deleted, new Float64Array(wanted)),
    ]
  }

  #sum(): void {
    if (this.#summed >= this.#size) return
    const from = this.#summed
    for (let kind = 1; kind <= 3; kind++) {
      const sums = this.#sums[kind]
      if (sums === undefined) continue
      let total = from === 0 ? 0 : (sums[from - 1] ?? 0) + this.#length(from - 1, kind)
      for (let i = from; i < this.#size; i++) {
        sums[i] = total
        total += this.#length(i, kind)
      }
    }
    this.#summed = this.#size
  }

  #length(i: number, kind: number): number {
    return this.#kind[i] === kind ? this.#end(i) - this.#start(i) : 0
  }
}

type Piece = { readonly from: number; readonly to: number; readonly kind: number; readonly detail: number }
type Cut = { readonly from: number; readonly to: number; readonly span: Span }

/** Spans cut to a range, sorted and disjoint; of those that overlap, the later in the list holds. */
function orderly(spans: readonly Span[], from: number, to: number): readonly Cut[] {
  const cuts: Cut[] = []
  let sorted = true
  let end = -Infinity
  for (const span of spans) {
    const cut = { from: Math.max(from, span.from), to: Math.min(to, span.to), span }
    // Also drops what is not a number.
    if (!(cut.to > cut.from)) continue
    if (cut.from < end) sorted = false
    end = cut.to
    cuts.push(cut)
  }
  if (sorted) return cuts
  // At each moment the latest in the list that covers it.
  const edges = [...new Set(cuts.flatMap(cut => [cut.from, cut.to]))].sort((a, b) => a - b)
  const out: Cut[] = []
  const open = new Set<number>()
  const starts = cuts.map((_, i) => i).sort((a, b) => (cuts[a]?.from ?? 0) - (cuts[b]?.from ?? 0))
  let next = 0
  for (const [n, edge] of edges.entries()) {
    for (const i of open) if ((cuts[i]?.to ?? 0) <= edge) open.delete(i)
    for (let i = starts[next]; i !== undefined && (cuts[i]?.from ?? 0) <= edge; i = starts[++next]) open.add(i)
    const until = edges[n + 1]
    const top = cuts[Math.max(-1, ...open)]
    if (until !== undefined && top !== undefined) out.push({ from: edge, to: until, span: top.span })
  }
  return out
}

/** Neighbours that touch and say the same become one. */
function melted(pieces: readonly Piece[]): readonly Piece[] {
  const out: Piece[] = []
  for (const piece of pieces) {
    const last = out.at(-1)
    if (last !== undefined && last.to >= piece.from && last.kind === piece.kind && last.detail === piece.detail) {
      out[out.length - 1] = { ...last, to: piece.to }
    } else out.push(piece)
  }
  return out
}

function grown<T extends Float64Array | Uint8Array | Uint32Array>(from: T, into: T): T {
  into.set(from)
  return into
}

/** The first index from `start` on whose value is above `limit` (or at it, unless `above`), found in steps that double, then halve. */
function gallop(values: Float64Array, start: number, size: number, limit: number, above: boolean): number {
  if (start >= size || !isBefore(values[start] ?? 0, limit, above)) return Math.min(start, size)
  let step = 1
  let lo = start
  while (lo + step < size && isBefore(values[lo + step] ?? 0, limit, above)) {
    lo += step
    step *= 2
  }
  let hi = Math.min(size, lo + step)
  while (hi - lo > 1) {
    const mid = (lo + hi) >>> 1
    if (isBefore(values[mid] ?? 0, limit, above)) lo = mid
    else hi = mid
  }
  return hi
}

const isBefore = (value: number, limit: number, above: boolean): boolean => value < limit || (above && value === limit)
