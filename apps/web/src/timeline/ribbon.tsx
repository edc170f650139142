import { type ReactNode, useEffect, useRef, useState } from 'react'
import { say } from '../words/say.ts'
import type { RibbonControl } from './control.ts'
import { Handles } from './handles.tsx'
import { type Heard, heardIn } from './heard.ts'
import { HeardList } from './heard-list.tsx'
import { keyOf } from './keys.ts'
import type { SpanLoader } from './loader.ts'
import type { Scene } from './scene.ts'
import type { Selection } from './select.ts'
import { Surface, type SurfaceProps } from './surface.ts'
import { formatted } from './ticks.ts'
import { endOf } from './view.ts'
import type { RibbonWords } from './words.ts'
import './ribbon.css'

export type RibbonProps = {
  readonly orientation: 'horizontal' | 'vertical'
  readonly control: RibbonControl
  readonly loader: SpanLoader
  /** The moment that is shown, ms; null before the first picture. */
  readonly playhead: number | null
  /** How fast it goes on; 0 while it stands still. */
  readonly rate: number
  readonly live: boolean
  /** The first moment there can be something of, ms. */
  readonly earliest: number
  /** What the hub has sealed until; drawn before the vault tells of it. */
  readonly recordedUntil: number | null
  /** Where now is, `Date.now` unless told otherwise. */
  readonly clock?: () => number
  /** IANA time zone of the household. */
  readonly zone: string
  readonly language: 'en' | 'de'
  readonly words: RibbonWords
  /** Words for the reason of a gap. */
  readonly reason: (code: string) => string
  readonly drag?: 'scrub' | 'pan'
  readonly onSeek: (at: number) => void
  /** The moment to be previewed, at most once a frame; null when there is none any more. */
  readonly onScrub: (at: number | null) => void
  readonly selection?: Selection | null
  readonly onSelect?: (selection: Selection) => void
  /** Shown in the bubble that follows the finger. */
  readonly preview?: ReactNode
}

/** The timeline: time along one line that is dragged, flung, pinched and walked through with keys. */
export function Ribbon(props: RibbonProps) {
  const { orientation, control, loader, words, zone, language, selection = null, live } = props
  const pane = useRef<HTMLDivElement>(null)
  const canvas = useRef<HTMLCanvasElement>(null)
  const slider = useRef<HTMLDivElement>(null)
  const bubble = useRef<HTMLDivElement>(null)
  const bubbleTime = useRef<HTMLSpanElement>(null)
  const bubbleWhat = useRef<HTMLSpanElement>(null)
  const back = useRef<HTMLButtonElement>(null)
  const handles = useRef<{ from: HTMLElement | null; to: HTMLElement | null }>({ from: null, to: null })
  const surface = useRef<Surface | null>(null)
  const [heard, setHeard] = useState<Heard>({ items: [], more: false })
  const [told, setTold] = useState('')
  const [failed, setFailed] = useState(false)

  const latest = useRef(props)
  latest.current = props
  const vertical = orientation === 'vertical'
  const calendar = { zone, language, today: words.today, yesterday: words.yesterday }

  const surfaceProps: SurfaceProps = {
    vertical,
    loader,
    calendar,
    earliest: props.earliest,
    recordedUntil: props.recordedUntil,
    selection,
    live,
    drag: props.drag ?? 'scrub',
    clock: props.clock ?? Date.now,
    reason: props.reason,
    erased: words.erased,
    onSeek: props.onSeek,
    onScrub: props.onScrub,
    onSelect: props.onSelect ?? null,
  }
  const latestSurface = useRef(surfaceProps)
  latestSurface.current = surfaceProps

  useEffect(() => {
    if (pane.current === null || canvas.current === null) return
    let shownAt = Number.NaN
    let size = 0
    const observer = new ResizeObserver(() => {
      size = 0
    })
    if (bubble.current !== null) observer.observe(bubble.current)
    const say = (): void => speak(slider.current, made.moment, latest.current)
    const made = new Surface(pane.current, canvas.current, control, latestSurface.current, {
      onBubble: shown => {
        const box = bubble.current
        if (box === null) return
        if (box.hidden !== (shown === null)) box.hidden = shown === null
        if (shown === null) return
        const { position, at } = shown
        // Its size is asked for when it may have changed, not with every frame: asking makes the browser lay out the page.
        if (size === 0) size = made.scene.vertical ? box.offsetHeight : box.offsetWidth
        placeBubble(box, size, position, made.scene)
        const second = Math.floor(at / 1000)
        if (second === shownAt) return
        shownAt = second
        if (bubbleTime.current !== null) bubbleTime.current.textContent = formatted(latest.current, 'seconds', at)
        if (bubbleWhat.current !== null) bubbleWhat.current.textContent = whatAt(at, latest.current, false)
      },
      onFrame: scene => {
        placeHandles(handles.current, scene)
        placeBack(back.current, scene)
      },
      onSettled: scene => {
        setHeard(heardIn(scene, latest.current))
        const { view, unknown } = scene
        setFailed(
          latest.current.loader.error !== null && unknown.some(({ from, to }) => from < endOf(view) && to > view.start),
        )
        if (document.activeElement !== slider.current) say()
      },
    })
    surface.current = made
    say()
    return () => {
      observer.disconnect()
      made.close()
      surface.current = null
    }
  }, [control])

  useEffect(() => surface.current?.set(latestSurface.current))
  useEffect(() => surface.current?.tell(props.playhead, props.rate), [props.playhead, props.rate])

  const onKeyDown = (event: React.KeyboardEvent<HTMLDivElement>): void => {
    const made = surface.current
    const key = keyOf(event)
    if (made === null || key === null) return
    event.preventDefault()
    event.stopPropagation()
    const now = surfaceProps.clock()
    switch (key.type) {
      case 'by':
        made.seek(made.moment + key.ms)
        control.reveal(made.moment)
        break
      case 'page': {
        const before = made.moment
        made.seek(before + key.screens * control.view.span)
        control.pageBy((made.moment - before) / control.view.span)
        control.reveal(made.moment)
        break
      }
      case 'zoom':
        control.zoomBy(key.factor, control.isShown(made.moment) ? made.moment : undefined)
        break
      case 'first':
        made.seek(props.earliest)
        control.reveal(props.earliest)
        break
      case 'now':
        made.seek(now)
        control.toNow()
    }
    speak(slider.current, made.moment, props)
    if (key.type === 'page' || key.type === 'zoom') {
      const { target } = control
      setTold(
        say(words.shown, {
          from: formatted(calendar, 'spoken', target.start),
          to: formatted(calendar, 'spoken', endOf(target)),
        }),
      )
    }
  }

  const reveal = (): void => {
    const at = surface.current?.moment
    if (at !== undefined) control.jump(at)
    slider.current?.focus({ preventScroll: true })
  }

  return (
    <section className="ribbon" data-orientation={orientation} aria-label={words.title}>
      <div className="ribbon-pane" ref={pane}>
        <div className="ribbon-picture" aria-hidden="true">
          <canvas ref={canvas} />
        </div>
        <div
          className="ribbon-slider"
          ref={slider}
          role="slider"
          tabIndex={0}
          aria-label={words.moment}
          aria-orientation={orientation}
          aria-valuemin={0}
          aria-valuemax={0}
          aria-valuenow={0}
          onKeyDown={onKeyDown}
          onFocus={() => surface.current !== null && speak(slider.current, surface.current.moment, props)}
        />
      </div>
      <Handles elements={handles} surface={surface} {...props} calendar={calendar} vertical={vertical} />
      <button type="button" className="ribbon-back" ref={back} hidden onClick={reveal} aria-label={words.back}>
        <svg
          width="18"
          height="18"
          viewBox="0 0 24 24"
          fill="none"
          stroke="currentColor"
          strokeWidth="2"
          aria-hidden="true"
        >
          <path d="M5 12h13M12 5l7 7-7 7" strokeLinecap="round" strokeLinejoin="round" />
        </svg>
      </button>
      <div className="ribbon-bubble" ref={bubble} hidden aria-hidden="true">
        {props.preview}
        <p>
          <span className="ribbon-bubble-time" ref={bubbleTime} />
          <span className="ribbon-bubble-what" ref={bubbleWhat} />
        </p>
      </div>
      {failed && (
        <p className="ribbon-problem" role="status">
          {words.failed}
        </p>
      )}
      <HeardList heard={heard} words={words} />
      <p className="only-heard" role="status">
        {told}
      </p>
    </section>
  )
}

/** What is at a moment, in words. `sure` says "recorded" too. */
function whatAt(at: number, { loader, words, reason, clock }: RibbonProps, sure: boolean): string {
  const span = loader.index.at(at)
  if (span === null) return loader.isKnown(at) && at < (clock ?? Date.now)() - 60_000 ? words.nothing : ''
  if (span.type === 'gap') return say(words.gap, { reason: reason(span.reason) })
  if (span.type === 'deleted') return words.deleted
  return sure ? words.recorded : ''
}

/** The slider's value is only written when a person moved it or came to it: what plays must not be read out second by second. */
function speak(slider: HTMLElement | null, at: number, props: RibbonProps): void {
  if (slider === null) return
  const now = (props.clock ?? Date.now)()
  const second = (ms: number): string => String(Math.round(ms / 1000))
  slider.setAttribute('aria-valuemin', second(Math.min(at, props.earliest)))
  slider.setAttribute('aria-valuemax', second(Math.max(at, now)))
  slider.setAttribute('aria-valuenow', second(at))
  const what = props.live && now - at < 10_000 ? props.words.live : whatAt(at, props, true)
  const moment = formatted(props, 'spoken', at)
  slider.setAttribute('aria-valuetext', what === '' ? moment : `${moment}, ${what}`)
}

function placeBubble(box: HTMLElement, size: number, position: number, scene: Scene): void {
  const most = Math.max(0, scene.length - size)
  const along = scene.vertical ? scene.length - position : position
  const at = Math.round(Math.min(most, Math.max(0, along - size / 2)))
  box.style.transform = scene.vertical ? `translateY(${at}px)` : `translateX(${at}px)`
}

function placeHandles(elements: { from: HTMLElement | null; to: HTMLElement | null }, scene: Scene): void {
  const { selection, view, length, vertical } = scene
  if (selection === null) return
  for (const edge of ['from', 'to'] as const) {
    const element = elements[edge]
    if (element === null) continue
    const position = ((selection[edge] - view.start) / view.span) * length
    element.hidden = position < -22 || position > length + 22
    const along = Math.round(vertical ? length - position : position)
    element.style.transform = vertical ? `translateY(${along}px)` : `translateX(${along}px)`
  }
}

/** Shown on the side where the moment went out of sight. */
function placeBack(button: HTMLElement | null, { head, view }: Scene): void {
  if (button === null) return
  const side = head === null ? '' : head < view.start ? 'earlier' : head > endOf(view) ? 'later' : ''
  if (button.dataset.side === side) return
  button.dataset.side = side
  button.hidden = side === ''
}
