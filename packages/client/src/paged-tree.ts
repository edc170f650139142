import type { LeafRanges } from '@hausrecht/chain/state'
import type { Secret } from '@hausrecht/crypto/secret'
import { type Cover, type CoverNode, nodeRange } from '@hausrecht/keytree/cover'
import { MAX_LEAF } from '@hausrecht/keytree/leaf'
import { KeyTree } from '@hausrecht/keytree/tree'

/** Leaves lo…hi, both inclusive. */
export type LeafRange = { readonly lo: number; readonly hi: number }
/** A node without its seed. */
export type Position = Omit<CoverNode, 'seed'>

/** The nodes at this depth are days; what is below them lies in pages. */
export const DAY_DEPTH = 16
const DAY_LEAVES = 65_536

const dayOf = (leaf: number): number => Math.floor(leaf / DAY_LEAVES)
export const dayRange = (day: number): LeafRange => ({ lo: day * DAY_LEAVES, hi: (day + 1) * DAY_LEAVES - 1 })
/** The day of a node below days. */
export const dayOfNode = (node: Position): number => dayOf(nodeRange(node).lo)

/**
 * A key tree in two layers: the spine holds whole days and more, a page holds what is left of one day with holes. A day that has a
 * page is not in the spine: of two that cover the same day the page is the one that has been cut.
 */
export class PagedTree {
  spine = KeyTree.empty()
  readonly pages = new Map<number, KeyTree>()

  leafKey(leaf: number): Secret | null {
    return (this.pages.get(dayOf(leaf)) ?? this.spine).leafKey(leaf)
  }

  /** Copies of what is held of a range, left to right. */
  export(lo: number, hi: number): Cover {
    return this.#leftToRight(tree => tree.export(lo, hi), { lo, hi })
  }

  positions(): readonly Position[] {
    return this.#leftToRight(tree => tree.positions(), { lo: 0, hi: MAX_LEAF })
  }

  #leftToRight<Node extends Position>(of: (tree: KeyTree) => readonly Node[], { lo, hi }: LeafRange): readonly Node[] {
    const pieces = of(this.spine).map(node => ({ at: nodeRange(node).lo, nodes: [node] as readonly Node[] }))
    for (const [day, page] of this.pages) {
      const range = dayRange(day)
      if (range.lo <= hi && range.hi >= lo) pieces.push({ at: range.lo, nodes: of(page) })
    }
    return pieces.sort((a, b) => a.at - b.at).flatMap(({ nodes }) => nodes)
  }

  zero(): void {
    this.spine.zero()
    for (const page of this.pages.values()) page.zero()
    this.pages.clear()
  }
}

/** A change of a paged tree, on copies of the parts it touches: the tree itself stays as it is until `commit`. */
export class Draft {
  readonly #base: PagedTree
  #spine: KeyTree | null = null
  readonly #pages = new Map<number, KeyTree>()

  constructor(base: PagedTree) {
    this.#base = base
  }

  /** The new spine; null when it stays. */
  get spine(): KeyTree | null {
    return this.#spine
  }

  /** The pages that change; empty ones go. */
  get pages(): ReadonlyMap<number, KeyTree> {
    return this.#pages
  }

  /** Forgets a range. Where nothing of it is held, nothing is touched. */
  puncture({ lo, hi }: LeafRange): void {
    const [first, last] = [dayOf(lo), dayOf(hi)]
    const firstWhole = lo === dayRange(first).lo ? first : first + 1
    const lastWhole = hi === dayRange(last).hi ? last : last - 1
    if (firstWhole > first) this.#punctureDay(first, { lo, hi: Math.min(hi, dayRange(first).hi) })
    if (lastWhole < last && !(first === last && firstWhole > first))
      this.#punctureDay(last, { lo: Math.max(lo, dayRange(last).lo), hi })
    if (firstWhole > lastWhole) return
    const whole = { lo: dayRange(firstWhole).lo, hi: dayRange(lastWhole).hi }
    if (this.#spineNow.touches(whole.lo, whole.hi)) this.editSpine().puncture(whole.lo, whole.hi)
    this.#dropPages(firstWhole, lastWhole)
  }

  /** Adds nodes that have been cut by all orders. What is held stays, but a whole node replaces parts of it. */
  import(cover: Cover): void {
    for (const node of cover) {
      if (node.depth <= DAY_DEPTH) {
        if (this.#spineNow.holdsNode(node)) continue
        this.editSpine().import([node])
        const { lo, hi } = nodeRange(node)
        this.#dropPages(dayOf(lo), dayOf(hi))
        continue
      }
      const day = dayOfNode(node)
      const page = this.#pageNow(day)
      if ((page ?? this.#spineNow).holdsNode(node)) continue
      this.#editPage(day).import([node])
    }
  }

  /** Cuts what would be written, and what else is named, by delete orders: sorted, disjoint ranges. */
  cut(deleted: LeafRanges, { spine = false, days = [] }: { spine?: boolean; days?: readonly number[] } = {}): void {
    if (spine || this.#spine !== null)
      for (const position of this.#spineNow.positions()) this.#cutRange(deleted, nodeRange(position))
    for (const day of new Set([...this.#pages.keys(), ...days])) this.#cutRange(deleted, dayRange(day))
  }

  /** The spine, to be changed: it is written even if it stays the same. */
  editSpine(): KeyTree {
    this.#spine ??= this.#base.spine.copy()
    return this.#spine
  }

  /** The tree takes the change over, and the draft is empty again. */
  commit(): void {
    if (this.#spine !== null) {
      this.#base.spine.zero()
      this.#base.spine = this.#spine
    }
    for (const [day, page] of this.#pages) {
      this.#base.pages.get(day)?.zero()
      if (page.isEmpty) this.#base.pages.delete(day)
      else this.#base.pages.set(day, page)
    }
    this.#spine = null
    this.#pages.clear()
  }

  /** Forgets the change, unless it was taken over. */
  cancel(): void {
    this.#spine?.zero()
    for (const page of this.#pages.values()) page.zero()
    this.#spine = null
    this.#pages.clear()
  }

  get #spineNow(): KeyTree {
    return this.#spine ?? this.#base.spine
  }

  /** Null when the day has no page, or none any more. */
  #pageNow(day: number): KeyTree | null {
    const page = this.#pages.get(day) ?? this.#base.pages.get(day) ?? null
    return page?.isEmpty === true ? null : page
  }

  #editPage(day: number): KeyTree {
    let page = this.#pages.get(day)
    if (page === undefined) {
      page = this.#base.pages.get(day)?.copy() ?? KeyTree.empty()
      this.#pages.set(day, page)
    }
    return page
  }

  #punctureDay(day: number, { lo, hi }: LeafRange): void {
    const page = this.#pageNow(day)
    if (page !== null) {
      if (page.touches(lo, hi)) this.#editPage(day).puncture(lo, hi)
      return
    }
    const range = dayRange(day)
    if (!this.#spineNow.isAlive(range.lo)) return
    // The spine holds whole days only, so this is one node; it moves to a page and is cut there.
    const whole = this.#spineNow.export(range.lo, range.hi)
    const fresh = this.#editPage(day)
    fresh.import(whole)
    for (const { seed } of whole) seed.fill(0)
    fresh.puncture(lo, hi)
    this.editSpine().puncture(range.lo, range.hi)
  }

  #dropPages(first: number, last: number): void {
    const days = first === last ? [first] : [...this.#base.pages.keys(), ...this.#pages.keys()]
    for (const day of days) {
      if (day < first || day > last || !(this.#base.pages.has(day) || this.#pages.has(day))) continue
      const { lo, hi } = dayRange(day)
      this.#editPage(day).puncture(lo, hi)
    }
  }

  #cutRange(deleted: LeafRanges, { lo, hi }: LeafRange): void {
    for (let at = firstBehind(deleted, lo); ; at++) {
      const range = deleted[at]
      if (range === undefined || range.lo > hi) return
      this.puncture({ lo: Math.max(lo, range.lo), hi: Math.min(hi, range.hi) })
    }
  }
}

/** Index of the first range that does not end before `leaf`. */
function firstBehind(ranges: LeafRanges, leaf: number): number {
  let [lo, hi] = [0, ranges.length]
  while (lo < hi) {
    const middle = (lo + hi) >>> 1
    if ((ranges[middle]?.hi ?? 0) >= leaf) hi = middle
    else lo = middle + 1
  }
  return lo
}
