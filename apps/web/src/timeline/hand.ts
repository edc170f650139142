import type { RibbonControl } from './control.ts'
import type { Act } from './gestures.ts'
import type { Head } from './head.ts'
import { type Edge, edgeMoved, rangeBetween, type Selection } from './select.ts'
import { type Bounds, LEAD, positionOf } from './view.ts'

export type HandProps = {
  readonly earliest: number
  readonly clock: () => number
  readonly selection: Selection | null
  /** Dragging moves the moment shown along, or only what is in view. */
  readonly drag: 'scrub' | 'pan'
  readonly onSeek: (at: number) => void
  readonly onScrub: (at: number | null) => void
  readonly onSelect: ((selection: Selection) => void) | null
}

/** Nearer to now than this is now, pixels. */
const NOW_REACH = 12
const DOUBLE_TAP_ZOOM = 2.5
const WHEEL_ZOOM = 240

/**
 * What a hand does to the ribbon. The moment shown is a needle: as long as it is in sight, the content is dragged under it and it reads
 * what passes; when that has come to rest, the moment under it is wanted. A finger that holds still reads what is under itself.
 */
export class Hand {
  readonly #control: RibbonControl
  readonly #head: Head
  readonly #props: () => HandProps
  /** Position of the needle while the content moves under it. */
  #pin: number | null = null
  /** Position of a finger that holds, or of a mouse. */
  #over: number | null = null
  #holding = false
  /** Where a range began that is being drawn. */
  #anchor: number | null = null
  #edge: Edge | null = null
  #edgeAt: number | null = null
  #scrubbed: number | null = null

  constructor(control: RibbonControl, head: Head, props: () => HandProps) {
    this.#control = control
    this.#head = head
    this.#props = props
  }

  /** The moment under the needle while the content moves; null when it does not. */
  get read(): number | null {
    return this.#pin === null ? null : this.within(this.#control.momentAt(this.#pin))
  }

  get pinned(): boolean {
    return this.#pin !== null
  }

  /** Where a line is drawn under finger or mouse. */
  get over(): number | null {
    return this.#over
  }

  /** An end of the selection, or a new range, is in the hand. */
  get selects(): boolean {
    return this.#edge !== null || this.#anchor !== null
  }

  /** Where the view may be now. Under a needle any moment there is may come to lie. */
  get bounds(): Bounds {
    const { earliest, clock } = this.#props()
    const tight = { from: earliest, to: clock(), before: LEAD, after: LEAD }
    if (this.#pin === null) return tight
    const part = Math.min(1, Math.max(0, this.#pin / this.#control.length))
    return { ...tight, before: Math.max(LEAD, part), after: Math.max(LEAD, 1 - part) }
  }

  within(at: number): number {
    const { from, to } = this.#reach
    return Math.min(to, Math.max(from, at))
  }

  /** Someone wants to see a moment: told on, and shown at once. */
  seek(at: number): void {
    const to = this.within(at)
    this.#head.aim(to, performance.now())
    this.#props().onSeek(to)
  }

  hover(position: number | null): void {
    if (!this.#holding) this.#over = position
  }

  wheel(by: number, zooms: boolean, position: number, vertical: boolean): void {
    this.#control.setBounds(this.bounds)
    if (zooms) this.#control.pinch(Math.exp(-by / WHEEL_ZOOM), position, 0)
    else this.#control.drag(vertical ? by : -by)
  }

  act(act: Act): void {
    const control = this.#control
    switch (act.type) {
      case 'press':
        control.hold()
        return
      case 'grab':
        this.#grab()
        return
      case 'pan':
        control.drag(act.by, this.bounds)
        return
      case 'fling':
        control.fling(act.speed, performance.now(), this.bounds)
        if (!control.flung) this.finish()
        return
      case 'zoom':
        this.finish()
        control.pinch(act.factor, act.position, act.by)
        return
      case 'tap':
        // A finger on a ribbon that runs stops it, no more.
        if (this.#pin !== null) this.finish()
        else this.seek(this.#tapped(act.position))
        return
      case 'doubleTap':
        control.zoomBy(DOUBLE_TAP_ZOOM, this.within(control.momentAt(act.position)))
        return
      case 'hold':
        this.finish()
        this.#holding = true
        if (this.#props().selection !== null) this.draw(act.position)
        this.#over = act.position
        return
      case 'holdMove':
        if (this.#anchor !== null) this.draw(act.position)
        this.#over = act.position
        return
      case 'holdEnd': {
        const drawn = this.#anchor !== null
        this.#release()
        if (!drawn) this.seek(control.momentAt(act.position))
        return
      }
      case 'lost':
        this.#release()
        this.finish()
    }
  }

  /** A range is drawn, from where this is first called to where it is called last; null ends it. */
  draw(position: number | null): void {
    const { onSelect } = this.#props()
    if (position === null || onSelect === null) {
      this.#anchor = null
      this.#edgeAt = null
      return
    }
    const at = this.within(this.#control.momentAt(position))
    if (this.#anchor === null) {
      this.#anchor = at
      return
    }
    const { selection, edge } = rangeBetween(this.#anchor, at, this.#reach)
    this.#edgeAt = selection[edge]
    onSelect(selection)
  }

  /** A handle of the selection is taken, and let go with null. */
  holdEdge(edge: Edge | null): void {
    this.#edge = edge
    this.#edgeAt = edge === null ? null : (this.#props().selection?.[edge] ?? null)
  }

  moveEdge(position: number): void {
    const { selection, onSelect } = this.#props()
    if (this.#edge === null || selection === null || onSelect === null) return
    const moved = edgeMoved(selection, this.#edge, this.#control.momentAt(position), this.#reach)
    this.#edge = moved.edge
    this.#edgeAt = moved.selection[moved.edge]
    onSelect(moved.selection)
  }

  /** What moved has come to rest: the moment under the needle is wanted. */
  finish(): void {
    const at = this.read
    this.#pin = null
    if (at !== null) this.seek(at)
    this.#control.settle(performance.now(), this.bounds)
  }

  /** Once a frame: what is to be previewed, and where; told on when it is another moment. */
  preview(): { readonly position: number; readonly at: number } | null {
    const preview = this.#previewed()
    const at = preview?.at ?? null
    if (at !== this.#scrubbed) {
      this.#scrubbed = at
      this.#props().onScrub(at)
    }
    return preview
  }

  #previewed(): { readonly position: number; readonly at: number } | null {
    const { view, length } = this.#control
    if (this.selects) {
      return this.#edgeAt === null ? null : { position: positionOf(view, length, this.#edgeAt), at: this.#edgeAt }
    }
    const position = this.#pin ?? this.#over
    if (position === null) return null
    const at = this.#control.momentAt(position)
    const moment = this.within(at)
    // A mouse over the future, or over what was before the camera, points at nothing.
    const points = this.#pin !== null || this.#holding || moment === at
    return points ? { position, at: moment } : null
  }

  get #reach(): Selection {
    const { earliest, clock } = this.#props()
    return { from: earliest, to: clock() }
  }

  #grab(): void {
    const control = this.#control
    control.hold()
    const { drag, selection } = this.#props()
    if (this.#pin !== null || drag === 'pan' || selection !== null) return
    const head = this.#head.at(performance.now())
    if (head !== null && control.isShown(head)) this.#pin = positionOf(control.view, control.length, head)
  }

  #release(): void {
    this.#holding = false
    this.#over = null
    this.draw(null)
  }

  #tapped(position: number): number {
    const { view, length } = this.#control
    const now = this.#props().clock()
    return position >= positionOf(view, length, now) - NOW_REACH ? now : this.#control.momentAt(position)
  }
}
