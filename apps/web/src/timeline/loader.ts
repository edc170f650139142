import type { Span } from '../engine/api.ts'
import { Known } from './known.ts'
import { SpanIndex } from './spans.ts'
import { endOf, msPerPixel, type View } from './view.ts'

export type SpanRange = { readonly from: number; readonly to: number; readonly step: number }
export type FetchSpans = (range: SpanRange) => Promise<readonly Span[]>

/** Resolutions that are asked for, ms: each four times as coarse. */
export const STEPS = [2000, 8000, 32_000, 128_000, 512_000, 2_048_000, 8_192_000] as const
/** Steps in a tile, the unit of asking. */
const TILE = 2048
/** What is newer may still be on its way to the vault, ms. */
export const SETTLE_MS = 30_000
/** What is that young is asked for again so often, ms, or each half step. */
const REFRESH_MS = 4000
const REFRESH_MOST_MS = 60_000
/** Old knowledge is looked at again: a hub that was away brings what it held back. */
export const STALE_MS = 10 * 60_000
export const ASKS_MOST = 4
const RETRY_MS = 2000
const RETRY_MOST_MS = 60_000
/** Spans held at most; then what lies farthest from the view is forgotten. */
const HELD_MOST = 2_000_000

export const stepAt = (view: View, length: number): number =>
  STEPS.findLast(step => step <= msPerPixel(view, length)) ?? STEPS[0]

type Ask = SpanRange & { readonly askedAt: number; outdated: boolean }
type Failure = SpanRange & { readonly retryAt: number; readonly tries: number }

/**
 * Fills an index with what the ribbon shows, in tiles: asks for what is not known at the zoom, once, newest knowledge again every few
 * seconds, what failed again later. Coarse answers never overwrite finer ones.
 */
export class SpanLoader {
  readonly index = new SpanIndex()
  readonly #fetch: FetchSpans
  readonly #now: () => number
  readonly #listeners = new Set<() => void>()
  readonly #known = new Known()
  #asks: Ask[] = []
  #failures: Failure[] = []
  #error: unknown = null
  #wanted: SpanRange | null = null
  #refreshed = Number.NEGATIVE_INFINITY
  #timer: ReturnType<typeof setTimeout> | null = null
  readonly #earliest: number
  #revision = 0

  constructor(fetch: FetchSpans, options: { readonly now: () => number; readonly earliest: number }) {
    this.#fetch = fetch
    this.#now = options.now
    this.#earliest = options.earliest
  }

  /** The last error, until something is answered again. */
  get error(): unknown {
    return this.#error
  }

  /** Counts answers, so that what was made of them can be kept until the next. */
  get revision(): number {
    return this.#revision
  }

  get busy(): boolean {
    return this.#asks.length > 0
  }

  /** True where the index says all there is to know, at some zoom. */
  isKnown(at: number): boolean {
    return at >= this.#now() - SETTLE_MS || this.#known.covers(at)
  }

  /** What is known of a range, for drawing: the parts that are not. */
  unknown(from: number, to: number): readonly { readonly from: number; readonly to: number }[] {
    const until = Math.min(to, this.#now() - SETTLE_MS)
    return this.#known.missing(
      Math.max(from, this.#earliest),
      until,
      Number.POSITIVE_INFINITY,
      Number.NEGATIVE_INFINITY,
    )
  }

  /** Called when there is something new, or an error. */
  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** What is shown now. Call it whenever the view changes; it does nothing where all is known. */
  want(view: View, length: number): void {
    const step = stepAt(view, length)
    const half = view.span / 2
    this.#wanted = { from: view.start - half, to: endOf(view) + half, step }
    this.#pump()
  }

  /** A stretch may have changed: it was deleted, or the hub brought what it held back. */
  invalidate(from: number, to: number): void {
    this.#known.forget(from, to)
    this.#revision += 1
    for (const ask of this.#asks) if (ask.from < to && ask.to > from) ask.outdated = true
    this.#failures = []
    this.#pump()
  }

  /** Knowledge from elsewhere, such as what the hub has sealed just now. */
  insert(span: Span): void {
    this.index.insert(span)
    this.#revision += 1
    this.#tell()
  }

  /** Asks again at once what failed. */
  retry(): void {
    this.#failures = []
    this.#pump()
  }

  /** Asks nothing more until something is wanted again: the page is not seen. */
  rest(): void {
    this.#wanted = null
    if (this.#timer !== null) clearTimeout(this.#timer)
    this.#timer = null
  }

  #pump(): void {
    const wanted = this.#wanted
    if (wanted === null) return
    const now = this.#now()
    for (const range of this.#due(wanted, now)) {
      if (this.#asks.length >= ASKS_MOST) break
      this.#ask(range, now)
    }
    this.#schedule(wanted, now)
  }

  /** Ranges to ask for, those in the middle of what is shown first. */
  #due(wanted: SpanRange, now: number): readonly SpanRange[] {
    const { step } = wanted
    const from = Math.max(wanted.from, this.#earliest)
    const to = Math.min(wanted.to, now)
    if (from >= to) return []
    const due = now - this.#refreshed >= refreshEvery(step)
    // Between two looks at now, the little that has settled since is not asked for by itself.
    const settled = (due ? now : this.#refreshed) - SETTLE_MS
    const pieces = [...this.#known.missing(from, Math.min(to, settled), step, now - STALE_MS)]
    if (to > settled && due) {
      const last = pieces.at(-1)
      const start = Math.max(from, settled)
      if (last !== undefined && last.to >= start) pieces[pieces.length - 1] = { from: last.from, to }
      else pieces.push({ from: start, to })
    }
    const middle = (wanted.from + wanted.to) / 2
    const away = (range: SpanRange): number => Math.max(0, range.from - middle, middle - range.to)
    return pieces
      .flatMap(piece => tiled(piece.from, piece.to, step, Math.max(now, piece.to)))
      .filter(range => range.to > this.#earliest && !this.#blocked(range, now))
      .sort((a, b) => away(a) - away(b))
  }

  #blocked(range: SpanRange, now: number): boolean {
    const covers = (other: SpanRange): boolean =>
      other.from <= range.from && other.to >= range.to && other.step <= range.step
    // Of one tile only one question is open at a time: the answer may be all that was missing.
    const touches = (other: SpanRange): boolean =>
      other.step === range.step && other.from < range.to && other.to > range.from
    return (
      this.#asks.some(ask => !ask.outdated && (covers(ask) || touches(ask))) ||
      this.#failures.some(failure => failure.retryAt > now && touches(failure))
    )
  }

  #ask(range: SpanRange, now: number): void {
    const ask: Ask = { ...range, askedAt: now, outdated: false }
    this.#asks.push(ask)
    if (range.to > now - SETTLE_MS) this.#refreshed = now
    this.#fetch(range).then(
      spans => this.#answered(ask, spans),
      error => this.#failed(ask, error),
    )
  }

  #answered(ask: Ask, spans: readonly Span[]): void {
    this.#asks = this.#asks.filter(one => one !== ask)
    this.#failures = this.#failures.filter(one => one.from >= ask.to || one.to <= ask.from)
    this.#error = null
    if (!ask.outdated) {
      const since = ask.askedAt - STALE_MS
      for (const piece of this.#known.open(ask.from, ask.to, ask.step, since)) {
        this.index.replace(piece.from, piece.to, spans)
      }
      this.#known.add(ask.from, Math.min(ask.to, ask.askedAt - SETTLE_MS), ask.step, ask.askedAt, since)
      this.#revision += 1
      this.#trim()
    }
    this.#tell()
    this.#pump()
  }

  #failed(ask: Ask, error: unknown): void {
    this.#asks = this.#asks.filter(one => one !== ask)
    const before = this.#failures.filter(one => one.from < ask.to && one.to > ask.from && one.step === ask.step)
    const tries = 1 + Math.max(0, ...before.map(one => one.tries))
    const wait = Math.min(RETRY_MOST_MS, RETRY_MS * 2 ** (tries - 1))
    this.#failures = this.#failures.filter(one => !before.includes(one))
    this.#failures.push({ from: ask.from, to: ask.to, step: ask.step, tries, retryAt: this.#now() + wait })
    this.#error = error
    this.#tell()
    this.#pump()
  }

  #tell(): void {
    for (const listener of this.#listeners) listener()
  }

  #schedule(wanted: SpanRange, now: number): void {
    if (this.#timer !== null) clearTimeout(this.#timer)
    this.#timer = null
    const waits: number[] = this.#failures.map(one => one.retryAt - now)
    if (wanted.to > now - SETTLE_MS) waits.push(this.#refreshed + refreshEvery(wanted.step) - now)
    if (waits.length === 0) return
    this.#timer = setTimeout(() => this.#pump(), Math.max(50, Math.min(...waits)))
  }

  #trim(): void {
    const wanted = this.#wanted
    if (this.index.size <= HELD_MOST || wanted === null) return
    const reach = wanted.to - wanted.from
    for (const [from, to] of [
      [Number.NEGATIVE_INFINITY, wanted.from - reach],
      [wanted.to + reach, Number.POSITIVE_INFINITY],
    ] as const) {
      this.index.replace(from, to, [])
      this.#known.forget(from, to)
    }
  }
}

const refreshEvery = (step: number): number => Math.min(REFRESH_MOST_MS, Math.max(REFRESH_MS, step / 2))

/** A stretch as the tiles it touches, cut to it at the newest end only: whole tiles are asked for once and for all. */
function tiled(from: number, to: number, step: number, now: number): readonly SpanRange[] {
  const tile = step * TILE
  const out: SpanRange[] = []
  for (let start = Math.floor(from / tile) * tile; start < to; start += tile) {
    const end = Math.min(start + tile, Math.max(to, now))
    // Only what is young is asked for again from its beginning on.
    const begin = now - from <= 2 * SETTLE_MS ? Math.max(start, from - (from % step)) : start
    out.push({ from: begin, to: end, step })
  }
  return out
}
