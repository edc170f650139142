import { type Act, type Gestures, holdDue, IDLE, next, type Signal } from './gestures.ts'

export type Place = { readonly clientX: number; readonly clientY: number }

type Events = {
  readonly vertical: () => boolean
  /** True when a range may be drawn with shift. */
  readonly mayDraw: () => boolean
  readonly onAct: (act: Act) => void
  /** A mouse without a pressed button is here; null when it has gone. */
  readonly onHover: (position: number | null) => void
  /** A range is drawn with shift: from its beginning on, null at its end. */
  readonly onDraw: (position: number | null) => void
  readonly onWheel: (turned: { readonly by: number; readonly zooms: boolean; readonly position: number }) => void
}

/** Lines of wheels that count in lines, pixels. */
const LINE = 16

/** Turns the events of an element into what they mean on the ribbon. */
export class Pointers {
  readonly #pane: HTMLElement
  readonly #events: Events
  #gestures: Gestures = IDLE
  #drawing: number | null = null
  #timer: ReturnType<typeof setTimeout> | null = null

  constructor(pane: HTMLElement, events: Events, signal: AbortSignal) {
    this.#pane = pane
    this.#events = events
    pane.addEventListener('pointerdown', event => this.#down(event), { signal })
    pane.addEventListener('pointermove', event => this.#move(event), { signal })
    pane.addEventListener('pointerup', event => this.#up(event), { signal })
    pane.addEventListener('pointercancel', event => this.#cancel(event), { signal })
    pane.addEventListener('pointerleave', () => events.onHover(null), { signal })
    pane.addEventListener('contextmenu', event => event.preventDefault(), { signal })
    // The page must not scroll or zoom with it, which only a listener that is not passive can prevent.
    pane.addEventListener('wheel', event => this.#wheel(event), { signal, passive: false })
    signal.addEventListener('abort', () => this.#wait(null))
  }

  /** Fingers and buttons that are down. */
  get count(): number {
    return this.#gestures.touches.length
  }

  /** Where along the ribbon something of the page is, pixels. */
  along({ clientX, clientY }: Place): number {
    const box = this.#pane.getBoundingClientRect()
    const { clientLeft, clientTop } = this.#pane
    return this.#events.vertical() ? box.bottom - clientTop - clientY : clientX - box.left - clientLeft
  }

  #down(event: PointerEvent): void {
    if (event.button !== 0) return
    this.#pane.setPointerCapture(event.pointerId)
    this.#events.onHover(null)
    if (event.shiftKey && this.#events.mayDraw() && this.count === 0) {
      this.#drawing = event.pointerId
      this.#events.onDraw(this.along(event))
      return
    }
    this.#signal('down', event)
  }

  #move(event: PointerEvent): void {
    if (this.#drawing === event.pointerId) this.#events.onDraw(this.along(event))
    else if (event.pointerType === 'mouse' && event.buttons === 0) this.#events.onHover(this.along(event))
    else this.#signal('move', event)
  }

  #up(event: PointerEvent): void {
    if (this.#drawing !== event.pointerId) this.#signal('up', event)
    else this.#drawn()
  }

  #cancel(event: PointerEvent): void {
    if (this.#drawing === event.pointerId) this.#drawn()
    else this.#take({ type: 'cancel', id: event.pointerId })
  }

  #drawn(): void {
    this.#drawing = null
    this.#events.onDraw(null)
  }

  #signal(type: 'down' | 'move' | 'up', event: PointerEvent): void {
    const across = this.#events.vertical() ? event.clientX : event.clientY
    this.#take({ type, id: event.pointerId, position: this.along(event), across, at: event.timeStamp })
  }

  #take(signal: Signal): void {
    const { state, acts } = next(this.#gestures, signal)
    this.#gestures = state
    for (const act of acts) this.#events.onAct(act)
    this.#wait(holdDue(state))
  }

  #wait(due: number | null): void {
    if (this.#timer !== null) clearTimeout(this.#timer)
    this.#timer = null
    if (due === null) return
    const at = (): number => Math.max(due, performance.now())
    this.#timer = setTimeout(() => this.#take({ type: 'tick', at: at() }), Math.max(0, due - performance.now()))
  }

  #wheel(event: WheelEvent): void {
    event.preventDefault()
    const unit = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? LINE : 1
    const zooms = event.ctrlKey || event.metaKey
    const sideways = !this.#events.vertical() && Math.abs(event.deltaX) > Math.abs(event.deltaY)
    const by = (sideways && !zooms ? event.deltaX : event.deltaY) * unit
    this.#events.onWheel({ by, zooms, position: this.along(event) })
  }
}
