import type { Order } from '@hausrecht/chain/state'
import type { DeviceId, ObjectId, OrderId, StreamId } from '@hausrecht/crypto/ids'
import { leafStart, MAX_LEAF, nextLeaf, SLOT_MS } from '@hausrecht/keytree/leaf'
import type { Gap } from '@hausrecht/media/segment/payload'
import type { ClientErrorCode } from './errors.ts'

/** What was deleted, and by whom. */
type Deletions = { readonly orders: readonly Pick<Order, 'id' | 'by' | 'time' | 'ranges'>[] }

/** A stretch of time, ms since 1970, `to` not included. */
export type Span = { readonly from: number; readonly to: number }

/** What a reader has to be told about a range besides the recording itself. */
export type Finding =
  /** An order deleted it: when, and by whose hand. */
  | (Span & { readonly type: 'deleted'; readonly order: OrderId; readonly at: number; readonly by: DeviceId })
  /** It is older than the household keeps recordings. */
  | (Span & { readonly type: 'expired' })
  /** The recorder says why it has nothing there. */
  | (Span & { readonly type: 'gap'; readonly reason: string; readonly lost: number })
  /** Segments were recorded here and the vault does not serve them: withheld, lost, or dropped without a word. */
  | (Span & { readonly type: 'missing'; readonly count: number })
  /** Nothing was served. `proven`: the numbering shows that nothing was recorded; else it may be withheld. */
  | (Span & { readonly type: 'nothing'; readonly proven: boolean })
  /** The vault offered a segment a second time, or two with one number. */
  | { readonly type: 'repeated'; readonly leaf: number; readonly sequence: number }
  /** The vault listed a segment out of its place. */
  | { readonly type: 'reordered'; readonly leaf: number }
  /** An object did not open: which part is damaged, or that it is not what was asked for. `withheld`: listed, not served. */
  | {
      readonly type: 'damaged'
      readonly object: ObjectId
      readonly leaf: number
      readonly code: ClientErrorCode | 'withheld'
      readonly detail: string | undefined
    }

/** What the sequence check needs to know of an opened segment. */
export type Seen = {
  readonly generation: number
  readonly leaf: number
  readonly sequence: number
  readonly startTime: number
  readonly duration: number
  readonly gap: Gap | null
}

/** Shorter silences between segments are not worth a line: clocks of cameras differ from ours. */
export const NOTHING_MIN_MS = 3000
/** A segment that was deleted because it began in a range may end so long behind it. */
export const EXPLAIN_WITHIN_MS = 15_000

const EVER: Span = { from: 0, to: Number.MAX_SAFE_INTEGER }

type Hole = Span & { readonly missing: number; readonly proven: boolean }

/**
 * Follows the numbers inside the seals of one stream: what is missing, repeated or moved is seen, whatever the vault's index says.
 * Push segments as served; `finish` explains the holes.
 */
export class SequenceCheck {
  readonly #range: Span
  readonly #holes: Hole[] = []
  readonly #gaps: Gap[] = []
  readonly #numbers = new Map<number, Set<number>>()
  #last: Seen | null = null
  #end = 0
  #damaged = 0

  constructor(range: Span) {
    this.#range = range
  }

  /** The next segment in the order of the vault's list. Null: use it; else the finding says why not. */
  push(seen: Seen): Finding | null {
    const used = this.#numbers.get(seen.generation) ?? new Set()
    this.#numbers.set(seen.generation, used)
    if (used.has(seen.sequence)) return { type: 'repeated', leaf: seen.leaf, sequence: seen.sequence }
    used.add(seen.sequence)
    const last = this.#last
    if (last !== null && (seen.leaf <= last.leaf || follows(seen, last) < 0)) {
      return { type: 'reordered', leaf: seen.leaf }
    }
    if (seen.gap !== null) this.#gaps.push(seen.gap)
    const end = last === null ? this.#range.from : this.#end
    const missing = last === null ? 0 : Math.max(0, follows(seen, last) - this.#damaged)
    // Numbers prove something within one generation; the first segment of all has nothing before it.
    const first = seen.sequence === 0 && seen.generation === 0
    const proven = last === null ? first : last.generation === seen.generation
    this.#hole({ from: end, to: seen.startTime, missing, proven })
    this.#last = seen
    // A gap object that is written late tells of a time before its neighbours.
    this.#end = Math.max(this.#end, seen.startTime + seen.duration)
    this.#damaged = 0
    return null
  }

  /** The vault served this one, but it did not open: told by itself, not as missing. */
  pushDamaged(): void {
    this.#damaged += 1
  }

  /** Gap objects found elsewhere: a recorder may say later why something is missing. */
  pushGap(gap: Gap): void {
    this.#gaps.push(gap)
  }

  /** Stretches that need an explanation: worth looking for gap objects behind the range. */
  unexplained(state: Deletions, stream: StreamId, keptFrom: number): boolean {
    return this.finish(state, stream, keptFrom).some(finding => finding.type === 'missing')
  }

  /** @param keptFrom nothing before this time is kept any more, ms; 0 when nothing ends */
  finish(state: Deletions, stream: StreamId, keptFrom: number): readonly Finding[] {
    const ended = { from: 0, to: keptFrom }
    const expired = clip(ended, this.#range)
    const deleted = deletedIn(state, stream, this.#range)
    // Neighbours are read too, and what is deleted there explains what is missing there.
    const explained = [...deletedIn(state, stream, EVER), ...(keptFrom > 0 ? [ended] : []), ...this.#gaps]
    const gaps = this.#gaps.filter(gap => gap.to > this.#range.from && gap.from < this.#range.to)
    const findings: Finding[] = [
      ...deleted,
      ...(expired === null ? [] : [{ type: 'expired' as const, ...expired }]),
      ...gaps.map(({ from, to, reason, lost }): Finding => ({ type: 'gap', from, to, reason, lost })),
    ]
    const tail: Hole = {
      from: this.#last === null ? this.#range.from : this.#end,
      to: this.#range.to,
      missing: 0,
      proven: false,
    }
    const lost = new Map(this.#gaps.map(gap => [gap, gap.lost]))
    for (const hole of [...this.#holes, tail]) {
      const rest = subtract(hole, explained)
      if (hole.missing > 0) {
        const count = unexplainedCount(hole, rest, explained, lost)
        if (count > 0) findings.push({ type: 'missing', ...(clip(hole, this.#range) ?? span(hole)), count })
        continue
      }
      for (const piece of rest) {
        const inside = clip(piece, this.#range)
        if (inside !== null && inside.to - inside.from >= NOTHING_MIN_MS)
          findings.push({ type: 'nothing', ...inside, proven: hole.proven })
      }
    }
    return findings
  }

  #hole(hole: Hole): void {
    if (hole.missing > 0 || hole.to - hole.from >= NOTHING_MIN_MS) this.#holes.push(hole)
  }
}

/**
 * How many of a hole's missing segments nothing explains. A deletion explains at most one segment for each of its leaves, and the
 * rest of the last one behind its end; a gap as many as it says were lost (and no gap twice: `lost` is counted down). Time that
 * neither covers is unexplained whatever the counts say.
 */
function unexplainedCount(
  hole: Hole,
  rest: readonly Span[],
  explained: readonly Span[],
  lost: Map<Span, number>,
): number {
  let budget = 0
  for (const other of explained) {
    if (!(other.from <= hole.to && hole.from <= other.to)) continue
    const given = lost.get(other)
    const within = Math.min(other.to, hole.to) - Math.max(other.from, hole.from)
    const used = given === undefined ? Math.ceil(within / SLOT_MS) + 1 : Math.min(given, hole.missing - budget)
    budget += Math.max(0, used)
    if (given !== undefined) lost.set(other, given - Math.max(0, used))
  }
  const covered = rest.every(({ from, to }) => {
    const behind = explained.some(other => other.to === from)
    return to - from <= (behind ? EXPLAIN_WITHIN_MS : NOTHING_MIN_MS)
  })
  const excess = Math.max(0, hole.missing - budget)
  return covered && budget > 0 ? excess : Math.max(1, excess)
}

const span = ({ from, to }: Span): Span => ({ from: Math.min(from, to), to: Math.max(from, to) })

/** How many numbers lie between two segments; negative when `next` should have come first. A new generation starts at 0. */
function follows(next: Seen, last: Seen): number {
  if (next.generation === last.generation) return next.sequence - last.sequence - 1
  return next.generation > last.generation ? next.sequence : -1
}

export const overlaps = (a: Span, b: Span): boolean => a.from < b.to && b.from < a.to

function clip(span: Span, to: Span): Span | null {
  const clipped = { from: Math.max(span.from, to.from), to: Math.min(span.to, to.to) }
  return clipped.from < clipped.to ? clipped : null
}

/** What is left of a span when others are taken out of it. */
export function subtract(span: Span, others: readonly Span[]): Span[] {
  let rest: Span[] = [{ from: span.from, to: span.to }]
  for (const other of others) {
    rest = rest.flatMap(piece =>
      overlaps(piece, other)
        ? [
            { from: piece.from, to: other.from },
            { from: other.to, to: piece.to },
          ].filter(({ from, to }) => from < to)
        : [piece],
    )
  }
  return rest
}

/** The deleted parts of a range, one for each order that reaches into it. */
export function deletedIn(
  state: Deletions,
  stream: StreamId,
  range: Span,
): readonly Extract<Finding, { type: 'deleted' }>[] {
  return state.orders.flatMap(order =>
    order.ranges.flatMap(({ stream: which, lo, hi }) => {
      if (which !== null && which !== stream) return []
      const end = hi >= MAX_LEAF ? Number.MAX_SAFE_INTEGER : leafStart(nextLeaf(hi))
      const span = clip({ from: leafStart(lo), to: end }, range)
      return span === null ? [] : [{ type: 'deleted' as const, ...span, order: order.id, at: order.time, by: order.by }]
    }),
  )
}
