import type { KeyboardEvent, PointerEvent, RefObject } from 'react'
import { type Edge, edgeMoved, type Selection } from './select.ts'
import type { Surface } from './surface.ts'
import { type Calendar, formatted } from './ticks.ts'
import type { RibbonWords } from './words.ts'

const STEP_MS = 2000
const LONG_STEP_MS = 60_000

type Props = {
  readonly elements: RefObject<{ from: HTMLElement | null; to: HTMLElement | null }>
  readonly surface: RefObject<Surface | null>
  readonly selection?: Selection | null
  readonly onSelect?: (selection: Selection) => void
  readonly words: RibbonWords
  readonly calendar: Calendar
  readonly vertical: boolean
  readonly earliest: number
  readonly clock?: () => number
}

/** The two ends of the chosen range: dragged, or moved with keys. */
export function Handles(props: Props) {
  const { selection, onSelect } = props
  if (selection === undefined || selection === null || onSelect === undefined) return null
  return (
    <div className="ribbon-handles">
      <Handle {...props} edge="from" selection={selection} onSelect={onSelect} />
      <Handle {...props} edge="to" selection={selection} onSelect={onSelect} />
    </div>
  )
}

type HandleProps = Props & {
  readonly edge: Edge
  readonly selection: Selection
  readonly onSelect: (selection: Selection) => void
}

function Handle({
  edge,
  selection,
  onSelect,
  surface,
  elements,
  words,
  calendar,
  vertical,
  earliest,
  clock,
}: HandleProps) {
  const now = (clock ?? Date.now)()
  const down = (event: PointerEvent<HTMLDivElement>): void => {
    if (event.button !== 0) return
    event.currentTarget.setPointerCapture(event.pointerId)
    surface.current?.holdEdge(edge)
  }
  const move = (event: PointerEvent<HTMLDivElement>): void => {
    if (event.currentTarget.hasPointerCapture(event.pointerId)) surface.current?.moveEdge(event)
  }
  const up = (): void => surface.current?.holdEdge(null)
  const key = (event: KeyboardEvent<HTMLDivElement>): void => {
    const step = event.shiftKey ? LONG_STEP_MS : STEP_MS
    const sign = { ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1 }[event.key]
    if (sign === undefined) return
    event.preventDefault()
    event.stopPropagation()
    const moved = edgeMoved(selection, edge, selection[edge] + sign * step, { from: earliest, to: now })
    // Keys do not carry one end past the other.
    if (moved.edge !== edge) return
    onSelect(moved.selection)
    surface.current?.control.reveal(moved.selection[edge])
  }
  const second = (ms: number): number => Math.round(ms / 1000)
  return (
    <div
      className="ribbon-handle"
      ref={element => {
        elements.current[edge] = element
      }}
      role="slider"
      tabIndex={0}
      aria-label={edge === 'from' ? words.rangeFrom : words.rangeTo}
      aria-orientation={vertical ? 'vertical' : 'horizontal'}
      aria-valuemin={second(earliest)}
      aria-valuemax={second(now)}
      aria-valuenow={second(selection[edge])}
      aria-valuetext={formatted(calendar, 'spoken', selection[edge])}
      onPointerDown={down}
      onPointerMove={move}
      onPointerUp={up}
      onPointerCancel={up}
      onKeyDown={key}
    />
  )
}
