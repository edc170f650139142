import { atRest, travelled } from './fling.ts'
import { type Bounds, between, bounded, endOf, LEAD, momentAt, panned, type View, viewWith, zoomed } from './view.ts'

const GLIDE_MS = 220
/** Where a moment is put that is jumped to, as a part of the ribbon. */
const MIDDLE = 0.5

type Motion =
  | { readonly type: 'glide'; readonly from: View; readonly to: View; readonly began: number; readonly ms: number }
  | { readonly type: 'fling'; readonly from: View; readonly speed: number; readonly began: number }

/**
 * The view of a ribbon, and how it moves. The page makes one and gives it to the ribbon; both move it. Nothing in it draws: who listens
 * is told that the view changed and asks `frame` for the next one.
 */
export class RibbonControl {
  #view: View
  #length = 1
  #motion: Motion | null = null
  #calm = false
  #bounds: Bounds
  readonly #listeners = new Set<() => void>()

  /** Shows `span` ms that end a little after `now`. */
  constructor(now: number, span: number, earliest = Number.NEGATIVE_INFINITY) {
    this.#view = viewWith(now, 1 - LEAD, span)
    this.#bounds = { from: earliest, to: now, before: LEAD, after: LEAD }
  }

  get view(): View {
    return this.#view
  }

  /** Where the view comes to rest: keys pressed quickly add up. */
  get target(): View {
    return this.#motion?.type === 'glide' ? this.#motion.to : this.#view
  }

  /** From edge to edge, pixels. */
  get length(): number {
    return this.#length
  }

  get moving(): boolean {
    return this.#motion !== null
  }

  /** True while something that was pushed comes to rest. */
  get flung(): boolean {
    return this.#motion?.type === 'fling'
  }

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** Brings a moment into the middle, at another zoom if wanted. */
  jump(at: number, span = this.#view.span): void {
    this.#glide(bounded(viewWith(at, MIDDLE, span), this.#bounds))
  }

  /** Now, near the newest edge. */
  toNow(span = this.#view.span): void {
    this.#glide(bounded(viewWith(this.#bounds.to, 1 - LEAD, span), this.#bounds))
  }

  /** Moves no further than it takes to see a moment, away from the edges. */
  reveal(at: number, margin = LEAD): void {
    const { start, span } = this.target
    const part = (at - start) / span
    const kept = Math.min(1 - margin, Math.max(margin, part))
    if (kept !== part) this.#glide(bounded(viewWith(at, kept, span), this.#bounds))
  }

  isShown(at: number): boolean {
    return at >= this.#view.start && at <= endOf(this.#view)
  }

  /** Shows `factor` times the detail around a moment, or around the middle. */
  zoomBy(factor: number, about?: number): void {
    const view = this.target
    const at = about ?? view.start + view.span / 2
    this.#glide(bounded(zoomed(view, 1, factor, (at - view.start) / view.span), this.#bounds))
  }

  /** Moves by a part of what is shown; positive is later. */
  pageBy(parts: number): void {
    const { start, span } = this.target
    this.#glide(bounded({ start: start + parts * span, span }, this.#bounds))
  }

  /** What follows is the ribbon's. */

  setLength(pixels: number): void {
    if (pixels <= 0 || pixels === this.#length) return
    this.#length = pixels
    this.#tell()
  }

  setCalm(calm: boolean): void {
    this.#calm = calm
  }

  setBounds(bounds: Bounds): void {
    this.#bounds = bounds
  }

  hold(): void {
    this.#motion = null
  }

  /** The content moves with the finger. `loose` are the bounds while it is held. */
  drag(pixels: number, loose: Bounds = this.#bounds): void {
    this.#motion = null
    this.#set(bounded(panned(this.#view, this.#length, pixels), loose))
  }

  pinch(factor: number, position: number, pixels: number): void {
    this.#motion = null
    this.#set(bounded(zoomed(panned(this.#view, this.#length, pixels), this.#length, factor, position), this.#bounds))
  }

  /** The finger left with a speed, pixels a ms. */
  fling(speed: number, now: number, loose: Bounds = this.#bounds): void {
    if (this.#calm || atRest(speed, 0)) {
      this.settle(now, loose)
      return
    }
    this.#bounds = loose
    this.#motion = { type: 'fling', from: this.#view, speed, began: now }
    this.#tell()
  }

  /** Back inside the bounds. */
  settle(now: number, bounds: Bounds = this.#bounds): void {
    this.#motion = null
    this.#bounds = bounds
    const to = bounded(this.#view, bounds)
    if (to.start !== this.#view.start || to.span !== this.#view.span) this.#glide(to, now)
  }

  /** Moves along with time, without being a motion. */
  follow(ms: number): void {
    if (this.#motion?.type === 'glide') {
      const { from, to } = this.#motion
      this.#motion = { ...this.#motion, from: later(from, ms), to: later(to, ms) }
    }
    this.#view = later(this.#view, ms)
  }

  /** The view at a time of the clock that `fling` was given. @returns false when it has come to rest */
  frame(now: number): boolean {
    const motion = this.#motion
    if (motion === null) return false
    if (motion.type === 'glide') {
      // The clock of an animation frame may lie before that of the event which began it.
      if (Number.isNaN(motion.began)) {
        this.#motion = { ...motion, began: now }
        return true
      }
      const part = Math.max(0, now - motion.began) / motion.ms
      this.#view = between(motion.from, motion.to, eased(part))
      if (part >= 1) this.#motion = null
      return this.#motion !== null
    }
    const ms = Math.max(0, now - motion.began)
    const free = panned(motion.from, this.#length, travelled(motion.speed, ms))
    this.#view = bounded(free, this.#bounds)
    if (this.#view.start !== free.start || atRest(motion.speed, ms)) this.#motion = null
    return this.#motion !== null
  }

  /** The moment under a position, ms. */
  momentAt(position: number): number {
    return momentAt(this.#view, this.#length, position)
  }

  #glide(to: View, now = Number.NaN): void {
    if (this.#calm) {
      this.#motion = null
      this.#set(to)
      return
    }
    this.#motion = { type: 'glide', from: this.#view, to, began: now, ms: GLIDE_MS }
    this.#tell()
  }

  #set(view: View): void {
    this.#view = view
    this.#tell()
  }

  #tell(): void {
    for (const listener of this.#listeners) listener()
  }
}

const later = (view: View, ms: number): View => ({ start: view.start + ms, span: view.span })
const eased = (part: number): number => (part >= 1 ? 1 : 1 - (1 - part) ** 3)
