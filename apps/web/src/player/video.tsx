import { type PointerEvent, type RefObject, useEffect, useRef, useState } from 'react'
import type { Engine } from '../engine/api.ts'
import { Player } from './player.ts'
import type { PlayerOptions, PlayerState } from './state.ts'
import { NO_ZOOM, panBy, transformOf, type Zoom, zoomAbout } from './zoom.ts'
import './video.css'

export type VideoProps = {
  readonly engine: Engine
  readonly options: PlayerOptions
  /** What a screen reader says of the picture. */
  readonly label: string
  /** Wheel, pinch and drag enlarge the picture. */
  readonly zoomable?: boolean
  readonly onState: (state: PlayerState) => void
  /** The player, once it is there. */
  readonly player?: RefObject<Player | null>
  /** The element, for full screen and picture-in-picture. */
  readonly element?: RefObject<HTMLVideoElement | null>
}

/** A camera's picture. What is around it belongs to the page. */
export function Video({ engine, options, label, zoomable = false, onState, player, element }: VideoProps) {
  const video = useRef<HTMLVideoElement>(null)
  const tell = useRef(onState)
  tell.current = onState
  const { camera, sound, small, hasSmall } = options
  useEffect(() => {
    if (video.current === null) return
    const made = new Player(video.current, engine, { camera, sound, small, hasSmall }, state => tell.current(state))
    if (player !== undefined) player.current = made
    if (element !== undefined) element.current = video.current
    return () => {
      made.close()
      if (player !== undefined) player.current = null
    }
  }, [engine, camera, sound, small, hasSmall, player, element])
  const zoom = useZoom(zoomable)
  return (
    <div
      className="video"
      {...zoom.handlers}
      data-zoomable={zoomable || undefined}
      data-zoomed={zoom.zoomed || undefined}
    >
      {/* biome-ignore lint/a11y/useMediaCaption: what a camera hears has no captions */}
      <video ref={video} playsInline aria-label={label} style={{ transform: zoom.transform }} />
    </div>
  )
}

type Points = Map<number, { x: number; y: number }>

function useZoom(on: boolean) {
  const [zoom, setZoom] = useState<Zoom>(NO_ZOOM)
  const points = useRef<Points>(new Map())
  const box = useRef<HTMLDivElement | null>(null)
  useEffect(() => {
    const pane = box.current
    if (!on || pane === null) return
    // A listener that may prevent the page from scrolling has to say so, which React's cannot.
    const wheel = (event: WheelEvent): void => {
      event.preventDefault()
      const { left, top, width, height } = pane.getBoundingClientRect()
      const [px, py] = [(event.clientX - left) / width, (event.clientY - top) / height]
      setZoom(old => zoomAbout(old, Math.exp(-event.deltaY / 300), px, py))
    }
    pane.addEventListener('wheel', wheel, { passive: false })
    return () => pane.removeEventListener('wheel', wheel)
  }, [on])
  if (!on) return { handlers: {}, transform: undefined, zoomed: false }
  const zoomed = zoom.scale > 1
  const move = (event: PointerEvent<HTMLDivElement>): void => {
    const before = points.current.get(event.pointerId)
    if (before === undefined) return
    const { left, top, width, height } = event.currentTarget.getBoundingClientRect()
    const others = [...points.current].filter(([id]) => id !== event.pointerId).map(([, point]) => point)
    const now = { x: event.clientX, y: event.clientY }
    points.current.set(event.pointerId, now)
    const [other] = others
    if (other === undefined) {
      if (zoomed) setZoom(old => panBy(old, (now.x - before.x) / width, (now.y - before.y) / height))
      return
    }
    const far = (a: { x: number; y: number }): number => Math.max(1, Math.hypot(a.x - other.x, a.y - other.y))
    const [px, py] = [((now.x + other.x) / 2 - left) / width, ((now.y + other.y) / 2 - top) / height]
    setZoom(old => zoomAbout(old, far(now) / far(before), px, py))
  }
  const up = (event: PointerEvent<HTMLDivElement>): void => {
    points.current.delete(event.pointerId)
  }
  const handlers = {
    ref: box,
    onPointerDown: (event: PointerEvent<HTMLDivElement>): void => {
      event.currentTarget.setPointerCapture(event.pointerId)
      points.current.set(event.pointerId, { x: event.clientX, y: event.clientY })
    },
    onPointerMove: move,
    onPointerUp: up,
    onPointerCancel: up,
    onDoubleClick: (): void => setZoom(old => (old.scale > 1 ? NO_ZOOM : zoomAbout(old, 2, 0.5, 0.5))),
  }
  return { handlers, transform: transformOf(zoom), zoomed }
}
