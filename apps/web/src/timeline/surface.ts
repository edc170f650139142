import type { RibbonControl } from './control.ts'
import { Painter } from './draw.ts'
import { Hand, type HandProps } from './hand.ts'
import { Head } from './head.ts'
import { labelsOf } from './labels.ts'
import type { SpanLoader } from './loader.ts'
import { coloursOf } from './palette.ts'
import { type Place, Pointers } from './pointers.ts'
import { Ruler } from './ruler.ts'
import type { Scene } from './scene.ts'
import type { Edge } from './select.ts'
import type { Calendar } from './ticks.ts'
import { endOf, msPerPixel } from './view.ts'

/** What the surface is told by the component, as it changes. */
export type SurfaceProps = HandProps & {
  readonly vertical: boolean
  readonly loader: SpanLoader
  readonly calendar: Calendar
  readonly recordedUntil: number | null
  readonly live: boolean
  readonly reason: (code: string) => string
  readonly erased: string
}

/** What the surface tells the component, to be put on the elements around the canvas. */
export type SurfaceEvents = {
  /** Each frame: where the bubble is along the ribbon, and of what moment; null hides it. */
  readonly onBubble: (bubble: { readonly position: number; readonly at: number } | null) => void
  readonly onFrame: (scene: Scene) => void
  /** The view, or what is known of it, has come to rest. */
  readonly onSettled: (scene: Scene) => void
}

const SETTLED_MS = 350
/** A moment that goes on by less is playing, by more it was sought, ms. */
const PLAYED_MS = 3000
/** Where the moment shown is brought that was sought outside of what is in view, as a part of it. */
const SOUGHT = 0.3
const PICTURE_MS = 16
const REST_MOST_MS = 30_000

/** The canvas, its frames and what moves on it: all of the ribbon that is not React. */
export class Surface {
  readonly control: RibbonControl
  readonly #pane: HTMLElement
  readonly #painter: Painter
  readonly #events: SurfaceEvents
  readonly #head = new Head()
  readonly #hand: Hand
  readonly #pointers: Pointers
  readonly #ruler = new Ruler()
  readonly #stop = new AbortController()
  readonly #scene: Scene
  #props: SurfaceProps
  #frame = 0
  #timer: ReturnType<typeof setTimeout> | null = null
  #settleTimer: ReturnType<typeof setTimeout> | null = null
  #settledKey = ''
  #lastHead: number | null = null
  readonly #labels = new Map<number, readonly string[]>()
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
    this.#scene = this.#empty()
    this.#hand = new Hand(control, this.#head, () => this.#props)
    const moved =
      <T>(act: (value: T) => void) =>
      (value: T): void => {
        act(value)
        this.request()
      }
    const { signal } = this.#stop
    this.#pointers = new Pointers(
      pane,
      {
        vertical: () => this.#props.vertical,
        mayDraw: () => this.#props.onSelect !== null,
        onAct: moved(act => this.#hand.act(act)),
        onHover: moved(position => this.#hand.hover(position)),
        onDraw: moved(position => this.#hand.draw(position)),
        onWheel: moved(({ by, zooms, position }) => this.#hand.wheel(by, zooms, position, this.#props.vertical)),
      },
      signal,
    )
    this.#watch(signal)
    this.#listen(props.loader)
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

  seek(at: number): void {
    this.#hand.seek(at)
    this.request()
  }

  /** Where keys move from: what was aimed at last, or what is shown. */
  get moment(): number {
    return this.#head.at(performance.now()) ?? this.#props.clock()
  }

  /** A handle of the selection is taken, moved, and let go. */
  holdEdge(edge: Edge | null): void {
    this.#hand.holdEdge(edge)
    this.request()
  }

  moveEdge(place: Place): void {
    this.#hand.moveEdge(this.#pointers.along(place))
    this.request()
  }

  request(): void {
    if (this.#frame === 0 && !this.#stop.signal.aborted) this.#frame = requestAnimationFrame(now => this.#draw(now))
  }

  close(): void {
    this.#stop.abort()
    cancelAnimationFrame(this.#frame)
    for (const timer of [this.#timer, this.#settleTimer]) if (timer !== null) clearTimeout(timer)
  }

  #empty(): Scene {
    return {
      vertical: this.#props.vertical,
      length: 0,
      breadth: 0,
      ratio: 1,
      view: this.control.view,
      index: this.#props.loader.index,
      unknown: [],
      earliest: this.#props.earliest,
      now: this.#props.clock(),
      recordedUntil: null,
      head: null,
      headLabel: '',
      live: false,
      hover: null,
      selection: null,
      ticks: [],
      days: [],
      labelsOf: i => this.#labelsOf(i),
      colours: coloursOf(this.#pane),
    }
  }

  /** All that may change the picture without the page saying so. */
  #watch(signal: AbortSignal): void {
    const { control } = this
    const size = new ResizeObserver(() => this.#resize())
    size.observe(this.#pane)
    const theme = new MutationObserver(() => this.#recolour())
    theme.observe(document.documentElement, { attributes: true, attributeFilter: ['data-theme'] })
    const unsubscribe = control.subscribe(() => this.request())
    signal.addEventListener('abort', () => {
      size.disconnect()
      theme.disconnect()
      unsubscribe()
      this.#unlisten()
    })
    const calm = matchMedia('(prefers-reduced-motion: reduce)')
    control.setCalm(calm.matches)
    calm.addEventListener('change', () => control.setCalm(calm.matches), { signal })
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => this.#recolour(), { signal })
    document.addEventListener('visibilitychange', () => this.#visible(), { signal })
    document.fonts.addEventListener('loadingdone', () => this.#painter.forgetWidths(), { signal })
  }

  #listen(loader: SpanLoader): void {
    this.#unlisten()
    this.#unlisten = loader.subscribe(() => this.request())
  }

  #recolour(): void {
    this.#scene.colours = coloursOf(this.#pane)
    this.request()
  }

  #visible(): void {
    if (document.hidden) this.#props.loader.rest()
    else this.request()
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
    // Within the border: that is where the canvas is.
    const { clientWidth: width, clientHeight: height } = this.#pane
    const scene = this.#scene
    scene.vertical = vertical
    scene.length = vertical ? height : width
    scene.breadth = vertical ? width : height
    scene.ratio = Math.min(3, window.devicePixelRatio || 1)
    this.control.setLength(scene.length)
    this.request()
  }

  #draw(at: number): void {
    this.#frame = 0
    const { control } = this
    const props = this.#props
    const scene = this.#scene
    if (scene.vertical !== props.vertical) this.#resize()
    if (scene.length <= 0) return
    scene.now = props.clock()
    control.setBounds(this.#hand.bounds)
    const wasFlung = control.flung
    const moving = control.frame(at)
    if (wasFlung && !moving) this.#hand.finish()
    this.#place(at)
    this.#fill()
    this.#painter.paint(scene)
    this.#events.onBubble(this.#hand.preview())
    this.#events.onFrame(scene)
    props.loader.want(scene.view, scene.length)
    if (moving) this.request()
    else this.#settle()
    this.#later()
  }

  #fill(): void {
    const scene = this.#scene
    const props = this.#props
    scene.view = this.control.view
    scene.index = props.loader.index
    scene.earliest = props.earliest
    scene.recordedUntil = props.recordedUntil
    scene.selection = props.selection
    scene.hover = this.#hand.over
    scene.live = props.live && !this.#hand.pinned && !this.#head.aimed
    scene.unknown = this.#ruler.unknown(scene, props.loader)
    scene.ticks = this.#ruler.ticks(scene, props.calendar)
    scene.days = this.#ruler.days(scene, props.calendar)
    scene.headLabel = scene.head === null ? '' : this.#ruler.clock(scene, scene.head, props.calendar)
  }

  /** Where the moment shown is. What plays takes the view along; what was sought out of sight is brought into it. */
  #place(at: number): void {
    const { control } = this
    const scene = this.#scene
    const read = this.#hand.read
    if (read !== null) this.#head.aim(read, at)
    const last = this.#lastHead
    const head = read ?? this.#head.at(at)
    scene.head = head
    this.#lastHead = head
    if (read !== null || head === null || last === null || head === last) return
    const on = head - last
    // What is sought within what is in view moves nothing else, and is to be said all the same.
    if (Math.abs(on) >= PLAYED_MS) this.#settledKey = ''
    if (this.#pointers.count > 0 || this.#props.selection !== null) return
    if (on > 0 && on < PLAYED_MS && !this.#head.aimed) {
      if (control.isShown(last) && !control.flung) control.follow(on)
    } else if (!control.isShown(head)) {
      if (this.#props.live) control.toNow()
      else control.reveal(head, SOUGHT)
    }
  }

  #settle(): void {
    const { view, selection } = this.#scene
    const { loader } = this.#props
    const step = view.span / 64
    const failed = loader.error === null ? '' : 'failed'
    const key = `${Math.round(view.start / step)} ${view.span} ${loader.revision} ${failed} ${selection?.from} ${selection?.to}`
    if (key === this.#settledKey) return
    this.#settledKey = key
    if (this.#settleTimer !== null) clearTimeout(this.#settleTimer)
    this.#settleTimer = setTimeout(() => this.#events.onSettled(this.#scene), SETTLED_MS)
  }

  /** The next frame is due when time has moved something by half a pixel. */
  #later(): void {
    if (this.#timer !== null) clearTimeout(this.#timer)
    const { view, now, length } = this.#scene
    if (now > endOf(view) && !this.#head.moves) return
    const wait = Math.max(PICTURE_MS, Math.min(REST_MOST_MS, msPerPixel(view, length) / 2))
    this.#timer = setTimeout(() => this.request(), wait)
  }
}
