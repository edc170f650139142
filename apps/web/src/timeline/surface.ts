import type { RibbonControl } from './control.ts'
import { Painter } from './draw.ts'
import { type Act, type Gestures, holdDue, IDLE, next, type Signal, type Touch } from './gestures.ts'
import { Head } from './head.ts'
import { labelsOf } from './labels.ts'
import type { SpanLoader } from './loader.ts'
import { coloursOf } from './palette.ts'
import { Ruler } from './ruler.ts'
import { layoutOf, type Scene } from './scene.ts'
import { type Edge, edgeMoved, rangeBetween, type Selection } from './select.ts'
import type { Calendar } from './ticks.ts'
import { type Bounds, endOf, LEAD, msPerPixel, positionOf } from './view.ts'

/** What the surface is told by the component, as it changes. */
export type SurfaceProps = {
  readonly vertical: boolean
  readonly loader: SpanLoader
  readonly calendar: Calendar
  readonly earliest: number
  readonly recordedUntil: number | null
  readonly selection: Selection | null
  readonly live: boolean
  /** Dragging moves the moment shown along, or only what is in view. */
  readonly drag: 'scrub' | 'pan'
  readonly clock: () => number
  readonly reason: (code: string) => string
  readonly erased: string
  readonly onSeek: (at: number) => void
  readonly onScrub: (at: number | null) => void
  readonly onSelect: ((selection: Selection) => void) | null
}

/** What the surface tells the component each frame, to be put on the elements around the canvas. */
export type SurfaceEvents = {
  /** Where the bubble is along the ribbon, and of what moment; null hides it. */
  readonly onBubble: (position: number | null, at: number) => void
  readonly onFrame: (scene: Scene) => void
  /** The view, or what is known of it, has come to rest. */
  readonly onSettled: (scene: Scene) => void
}

const SETTLED_MS = 350
/** A moment that goes on by less is playing, by more it was sought, ms at rate 1. */
const PLAYED_MS = 3000
/** Nearer to now than this is now, pixels. */
const NOW_REACH = 12
const WHEEL_LINE = 16

/** The canvas, what fingers do on it, and the frames: all of the ribbon that is not React. */
export class Surface {
  readonly control: RibbonControl
  readonly #pane: HTMLElement
  readonly #painter: Painter
  readonly #events: SurfaceEvents
  readonly #head = new Head()
  readonly #ruler = new Ruler()
  readonly #stop = new AbortController()
  readonly #observer: ResizeObserver
  readonly #scene: Scene
  #props: SurfaceProps
  #gestures: Gestures = IDLE
  #frame = 0
  #timer: ReturnType<typeof setTimeout> | null = null
  #holdTimer: ReturnType<typeof setTimeout> | null = null
  #settleTimer: ReturnType<typeof setTimeout> | null = null
  /** Position of the moment shown while the content moves under it. */
  #pin: number | null = null
  /** Moment under a held finger. */
  #peek: number | null = null
  /** Where a range began that is being drawn. */
  #anchor: number | null = null
  #edge: Edge | null = null
  #hover: number | null = null
  #scrubbed: number | null = null
  #lastHead: number | null = null
  #settledKey = ''
  #labels = new Map<number, readonly string[]>()
  #labelled = -1
  #unlisten: () => void = () => undefined

  constructor(
    pane: HTMLElement,
    canvas: HTMLCanvasElement,
    control: RibbonControl,
    props: SurfaceProps,
    events: SurfaceEvents,
  ) {
    this.#pane = pane
    this.control = control
    this.#props = props
    this.#events = events
    this.#painter = new Painter(canvas)
    this.#scene = {
      vertical: props.vertical,
      length: 0,
      breadth: 0,
      ratio: 1,
      view: control.view,
      index: props.loader.index,
      unknown: [],
      earliest: props.earliest,
      now: props.clock(),
      recordedUntil: null,
      head: null,
      headLabel: '',
      live: false,
      hover: null,
      selection: null,
      ticks: [],
      days: [],
      labelsOf: i => this.#labelsOf(i),
      colours: coloursOf(pane),
    }
    const { signal } = this.#stop
    const unsubscribe = control.subscribe(() => this.request())
    signal.addEventListener('abort', unsubscribe)
    signal.addEventListener('abort', () => this.#unlisten())
    this.#listen(props.loader)
    this.#observer = new ResizeObserver(() => this.#resize())
    this.#observer.observe(pane)
    pane.addEventListener('pointerdown', event => this.#down(event), { signal })
    pane.addEventListener('pointermove', event => this.#move(event), { signal })
    pane.addEventListener('pointerup', event => this.#up(event), { signal })
    pane.addEventListener('pointercancel', event => this.#signal({ type: 'cancel', id: event.pointerId }), { signal })
    pane.addEventListener('pointerleave', () => this.#hoverAt(null), { signal })
    pane.addEventListener('contextmenu', event => event.preventDefault(), { signal })
    pane.addEventListener('wheel', event => this.#wheel(event), { signal, passive: false })
    document.addEventListener('visibilitychange', () => this.#visible(), { signal })
    document.fonts.addEventListener('loadingdone', () => this.#painter.forgetWidths(), { signal })
    const calm = matchMedia('(prefers-reduced-motion: reduce)')
    const dark = matchMedia('(prefers-color-scheme: dark)')
    control.setCalm(calm.matches)
    calm.addEventListener('change', () => control.setCalm(calm.matches), { signal })
    dark.addEventListener('change', () => this.recolour(), { signal })
    const theme = new MutationObserver(() => this.recolour())
    theme.observe(document.documentElement, { attributes: true, attributeFilter: ['data-theme', 'class', 'lang'] })
    signal.addEventListener('abort', () => theme.disconnect())
    this.#resize()
  }

  get scene(): Scene {
    return this.#scene
  }

  set(props: SurfaceProps): void {
    if (props.loader !== this.#props.loader) this.#listen(props.loader)
    this.#props = props
    this.#labelled = -1
    this.request()
  }

  /** The player's word on what is shown. */
  tell(moment: number | null, rate: number): void {
    this.#head.tell(moment, rate, performance.now())
    this.request()
  }

  /** Someone wants to see a moment: told on, and shown at once. */
  seek(at: number): void {
    const to = this.#within(at)
    this.#head.aim(to, performance.now())
    this.#props.onSeek(to)
    this.request()
  }

  /** Where keys move from: what was aimed at last, or what is shown. */
  get moment(): number {
    return this.#head.at(performance.now()) ?? this.#props.clock()
  }

  recolour(): void {
    this.#scene.colours = coloursOf(this.#pane)
    this.request()
  }

  request(): void {
    if (this.#frame === 0 && !this.#stop.signal.aborted) this.#frame = requestAnimationFrame(now => this.#draw(now))
  }

  close(): void {
    this.#stop.abort()
    this.#observer.disconnect()
    cancelAnimationFrame(this.#frame)
    for (const timer of [this.#timer, this.#holdTimer, this.#settleTimer]) if (timer !== null) clearTimeout(timer)
  }

  /** A handle of the selection is held, by a finger at a position of the pane. */
  holdEdge(edge: Edge | null): void {
    this.#edge = edge
    if (edge === null) this.#scrub(null)
    this.request()
  }

  moveEdge(event: { readonly clientX: number; readonly clientY: number }): Edge | null {
    const { selection, onSelect } = this.#props
    if (this.#edge === null || selection === null || onSelect === null) return this.#edge
    const at = this.control.momentAt(this.#along(event))
    const moved = edgeMoved(selection, this.#edge, at, this.#reach())
    this.#edge = moved.edge
    onSelect(moved.selection)
    this.#scrub(moved.selection[moved.edge])
    this.request()
    return moved.edge
  }

  #reach(): Selection {
    return { from: this.#props.earliest, to: this.#props.clock() }
  }

  #within(at: number): number {
    const { from, to } = this.#reach()
    return Math.min(to, Math.max(from, at))
  }

  #tight(): Bounds {
    return { from: this.#props.earliest, to: this.#props.clock(), before: LEAD, after: LEAD }
  }

  /** While something moves under the moment shown, that moment may be any there is. */
  #loose(): Bounds {
    if (this.#pin === null) return this.#tight()
    const part = Math.min(1, Math.max(0, this.#pin / this.control.length))
    return { ...this.#tight(), before: Math.max(LEAD, part), after: Math.max(LEAD, 1 - part) }
  }

  #along({ clientX, clientY }: { readonly clientX: number; readonly clientY: number }): number {
    const box = this.#pane.getBoundingClientRect()
    return this.#props.vertical ? box.bottom - clientY : clientX - box.left
  }

  #down(event: PointerEvent): void {
    if (event.button !== 0) return
    this.#pane.setPointerCapture(event.pointerId)
    this.#hoverAt(null)
    if (event.shiftKey && this.#props.onSelect !== null) {
      this.#anchor = this.control.momentAt(this.#along(event))
      return
    }
    this.control.hold()
    this.#signal({ ...this.#touch(event), type: 'down' })
  }

  #move(event: PointerEvent): void {
    if (this.#anchor !== null) {
      this.#range(this.control.momentAt(this.#along(event)))
      return
    }
    if (event.pointerType === 'mouse' && event.buttons === 0) this.#hoverAt(this.#along(event))
    else this.#signal({ ...this.#touch(event), type: 'move' })
  }

  #up(event: PointerEvent): void {
    if (this.#anchor !== null) {
      this.#anchor = null
      this.#scrub(null)
      return
    }
    this.#signal({ ...this.#touch(event), type: 'up' })
  }

  #range(at: number): void {
    if (this.#anchor === null) return
    const { selection, edge } = rangeBetween(this.#anchor, at, this.#reach())
    this.#props.onSelect?.(selection)
    this.#scrub(selection[edge])
  }

  #touch(event: PointerEvent): Touch {
    const across = this.#props.vertical ? event.clientX : event.clientY
    return { id: event.pointerId, position: this.#along(event), across, at: event.timeStamp }
  }

  #signal(signal: Signal): void {
    const { state, acts } = next(this.#gestures, signal)
    this.#gestures = state
    for (const act of acts) this.#act(act)
    if (this.#holdTimer !== null) clearTimeout(this.#holdTimer)
    this.#holdTimer = null
    const due = holdDue(state)
    if (due !== null) {
      const wait = Math.max(0, due - performance.now())
      this.#holdTimer = setTimeout(() => this.#signal({ type: 'tick', at: Math.max(due, performance.now()) }), wait)
    }
    this.request()
  }

  #act(act: Act): void {
    const { control } = this
    switch (act.type) {
      case 'grab':
        control.hold()
        this.#grab()
        return
      case 'pan':
        control.drag(act.by, this.#loose())
        return
      case 'fling':
        control.fling(act.speed, performance.now(), this.#loose())
        if (!control.flung) this.#finish()
        return
      case 'zoom':
        this.#finish()
        control.pinch(act.factor, act.position, act.by)
        return
      case 'tap':
        // A finger on a ribbon that runs stops it, no more.
        if (this.#pin !== null) this.#finish()
        else this.seek(this.#tapped(act.position))
        return
      case 'doubleTap':
        control.zoomBy(2.5, this.#within(control.momentAt(act.position)))
        return
      case 'hold':
        if (this.#props.selection !== null) this.#anchor = control.momentAt(act.position)
        this.#peek = this.#within(control.momentAt(act.position))
        this.#hover = act.position
        return
      case 'holdMove':
        if (this.#anchor !== null) this.#range(control.momentAt(act.position))
        this.#peek = this.#within(control.momentAt(act.position))
        this.#hover = act.position
        return
      case 'holdEnd':
        if (this.#anchor === null && this.#peek !== null) this.seek(this.#peek)
        this.#release()
        return
      case 'lost':
        this.#release()
        this.#finish()
    }
  }

  #release(): void {
    this.#peek = null
    this.#anchor = null
    this.#hover = null
    this.#scrub(null)
  }

  #grab(): void {
    if (this.#pin !== null || this.#props.drag === 'pan' || this.#props.selection !== null) return
    const head = this.#head.at(performance.now())
    if (head !== null && this.control.isShown(head))
      this.#pin = positionOf(this.control.view, this.control.length, head)
  }

  /** What moved has come to rest: the moment under the line is wanted. */
  #finish(): void {
    if (this.#pin !== null) {
      const at = this.#within(this.control.momentAt(this.#pin))
      this.#pin = null
      this.#scrub(null)
      this.seek(at)
    }
    this.control.settle(performance.now(), this.#tight())
  }

  #tapped(position: number): number {
    const { view, length } = this.control
    const now = this.#props.clock()
    return position >= positionOf(view, length, now) - NOW_REACH ? now : this.control.momentAt(position)
  }

  #hoverAt(position: number | null): void {
    if (this.#hover === position) return
    this.#hover = position
    this.request()
  }

  #wheel(event: WheelEvent): void {
    event.preventDefault()
    const unit = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? WHEEL_LINE : 1
    const position = this.#along(event)
    if (event.ctrlKey || event.metaKey) {
      this.control.pinch(Math.exp((-event.deltaY * unit) / 240), position, 0)
      return
    }
    const { vertical } = this.#props
    const by = vertical ? event.deltaY : Math.abs(event.deltaX) > Math.abs(event.deltaY) ? event.deltaX : event.deltaY
    this.control.setBounds(this.#tight())
    this.control.drag(by * unit * (vertical ? 1 : -1))
  }

  #scrub(at: number | null): void {
    if (this.#scrubbed === at) return
    this.#scrubbed = at
    this.#props.onScrub(at)
  }

  #listen(loader: SpanLoader): void {
    this.#unlisten()
    this.#unlisten = loader.subscribe(() => this.request())
  }

  #labelsOf(i: number): readonly string[] {
    const { loader } = this.#props
    if (this.#labelled !== loader.revision) {
      this.#labels.clear()
      this.#labelled = loader.revision
    }
    let labels = this.#labels.get(i)
    if (labels === undefined) {
      labels = labelsOf(loader.index.span(i), this.#props)
      this.#labels.set(i, labels)
    }
    return labels
  }

  #resize(): void {
    const { vertical } = this.#props
    const { width, height } = this.#pane.getBoundingClientRect()
    const scene = this.#scene
    scene.length = vertical ? height : width
    scene.breadth = vertical ? width : height
    scene.ratio = Math.min(3, window.devicePixelRatio || 1)
    this.control.setLength(scene.length)
    this.request()
  }

  #visible(): void {
    if (document.hidden) this.#props.loader.rest()
    else this.request()
  }

  #draw(at: number): void {
    this.#frame = 0
    const { control } = this
    const props = this.#props
    const scene = this.#scene
    if (scene.vertical !== props.vertical) {
      scene.vertical = props.vertical
      this.#resize()
    }
    if (scene.length <= 0) return
    scene.now = props.clock()
    control.setBounds(this.#pin === null ? this.#tight() : this.#loose())
    const wasFlung = control.flung
    const moving = control.frame(at)
    if (wasFlung && !moving) this.#finish()
    this.#place(at)
    scene.view = control.view
    scene.index = props.loader.index
    scene.earliest = props.earliest
    scene.recordedUntil = props.recordedUntil
    scene.selection = props.selection
    scene.hover = this.#hover
    scene.live = props.live && this.#pin === null && !this.#head.aimed
    scene.unknown = this.#ruler.unknown(scene, props.loader)
    scene.ticks = this.#ruler.ticks(scene, props.calendar)
    scene.days = this.#ruler.days(scene, props.calendar)
    scene.headLabel = scene.head === null ? '' : this.#ruler.clock(scene, scene.head, props.calendar)
    this.#painter.paint(scene)
    this.#bubble()
    this.#events.onFrame(scene)
    props.loader.want(scene.view, scene.length)
    if (moving || this.#gestures.touches.length > 1) this.request()
    this.#later(moving)
  }

  /** Where the moment shown is; what plays takes the view along. */
  #place(at: number): void {
    const { control } = this
    const scene = this.#scene
    if (this.#pin !== null) {
      const moment = this.#within(control.momentAt(this.#pin))
      this.#head.aim(moment, at)
      scene.head = moment
      this.#lastHead = moment
      return
    }
    const head = this.#head.at(at)
    const last = this.#lastHead
    scene.head = head
    this.#lastHead = head
    if (head === null || last === null || head === last) return
    const still = this.#gestures.touches.length === 0 && this.#props.selection === null && this.#edge === null
    const on = head - last
    if (!still) return
    if (on > 0 && on < PLAYED_MS && !this.#head.aimed) {
      if (control.isShown(last) && !control.flung) control.follow(on)
    } else if (!control.isShown(head)) {
      if (this.#props.live) control.toNow()
      else control.reveal(head, 0.3)
    }
  }

  #bubble(): void {
    const { control } = this
    const position = this.#pin ?? this.#hover
    if (this.#edge !== null || this.#anchor !== null) {
      const at = this.#scrubbed
      this.#events.onBubble(at === null ? null : positionOf(control.view, control.length, at), at ?? 0)
      return
    }
    if (position === null) {
      this.#scrub(null)
      this.#events.onBubble(null, 0)
      return
    }
    const at = control.momentAt(position)
    // There is nothing to preview in the future.
    const inside = this.#pin !== null || this.#peek !== null || (at >= this.#props.earliest && at <= this.#scene.now)
    const moment = this.#within(at)
    this.#scrub(inside ? moment : null)
    this.#events.onBubble(inside ? position : null, moment)
  }

  /** The next frame is due when something has moved by half a pixel. */
  #later(moving: boolean): void {
    if (this.#timer !== null) clearTimeout(this.#timer)
    const scene = this.#scene
    const rate = this.#head.moves ? 1 : 0
    const shown = scene.now <= endOf(scene.view)
    if (shown || rate > 0) {
      const wait = Math.max(16, Math.min(30_000, msPerPixel(scene.view, scene.length) / 2))
      this.#timer = setTimeout(() => this.request(), wait)
    }
    const { view, selection } = scene
    const step = view.span / 64
    const key = `${Math.round(view.start / step)} ${view.span} ${this.#props.loader.revision} ${selection?.from} ${selection?.to}`
    if (moving || key === this.#settledKey) return
    this.#settledKey = key
    if (this.#settleTimer !== null) clearTimeout(this.#settleTimer)
    this.#settleTimer = setTimeout(() => this.#events.onSettled(this.#scene), SETTLED_MS)
  }
}

export const trackOf = (scene: Scene): { readonly from: number; readonly to: number } => {
  const { trackFrom, trackTo } = layoutOf(scene.vertical, scene.breadth)
  return { from: trackFrom, to: trackTo }
}
