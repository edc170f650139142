import { Bars, FULL, KIND } from './bars.ts'
import { LINE, type Pen } from './pen.ts'
import type { Colours, Scene } from './scene.ts'
import { positionOf } from './view.ts'
import { fitting } from './wrap.ts'

const HATCH = 8
/** Runs narrower than this are too small for hatching or a frame, CSS pixels. */
const FINE = 4
const LABEL_PAD = 8
/** Longer than this the hub's word does not bridge, ms. */
const NEWEST_MOST_MS = 90_000

/** The track of a ribbon: what is recorded, missing, deleted or not asked for yet, and the words on it. */
export class Track {
  readonly #pen: Pen
  #bars = new Bars(0)
  #hatch: CanvasPattern | null = null
  #hatchOf = ''

  constructor(pen: Pen) {
    this.#pen = pen
  }

  /** Draws all but the words. */
  runs(scene: Scene): void {
    const columns = Math.round(scene.length * scene.ratio)
    if (this.#bars.room < columns) this.#bars = new Bars(columns)
    this.#prepare(scene.colours, scene.ratio)
    this.#ground(scene)
    scene.index.bars(scene.view.start, scene.view.span / columns, columns, this.#bars)
    this.#bands(scene)
    this.#newest(scene)
  }

  #prepare(colours: Colours, ratio: number): void {
    const key = `${colours.ink3} ${ratio}`
    if (this.#hatchOf === key) return
    this.#hatchOf = key
    const tile = document.createElement('canvas')
    const size = Math.round(HATCH * ratio)
    tile.width = size
    tile.height = size
    const pen = tile.getContext('2d')
    if (pen === null) return
    pen.strokeStyle = colours.ink3
    pen.lineWidth = 1.5 * ratio
    pen.beginPath()
    for (const shift of [-size, 0, size]) {
      pen.moveTo(shift - 1, size + 1)
      pen.lineTo(shift + size + 1, -1)
    }
    pen.stroke()
    this.#hatch = this.#pen.context.createPattern(tile, 'repeat')
    this.#hatch?.setTransform(new DOMMatrix().scale(HATCH / size))
  }

  /** The empty track: a groove where there could be something, dots where nobody has looked yet. */
  #ground(scene: Scene): void {
    const { context, layout } = this.#pen
    const { colours, view, length } = scene
    const from = Math.max(0, positionOf(view, length, scene.earliest))
    const to = Math.min(length, positionOf(view, length, scene.now))
    if (to <= from) return
    context.fillStyle = colours.raise
    this.#pen.fill(scene, from, to, layout.trackFrom, layout.trackTo)
    if (scene.unknown.length === 0) return
    const middle = (layout.trackFrom + layout.trackTo) / 2
    context.fillStyle = colours.line
    const every = 12
    const shift = modulo(view.start / (view.span / length), every)
    for (const { from: a, to: b } of scene.unknown) {
      const start = Math.max(from, positionOf(view, length, a))
      const end = Math.min(to, positionOf(view, length, b))
      for (let at = Math.ceil((start + shift) / every) * every - shift; at < end - 2; at += every) {
        this.#pen.fill(scene, at, at + 3, middle - 1.5, middle + 1.5)
      }
    }
  }

  #bands(scene: Scene): void {
    const bars = this.#bars
    const { ratio } = scene
    for (let i = 0; i < bars.count; i++) {
      const from = (bars.from[i] ?? 0) / ratio
      const to = (bars.to[i] ?? 0) / ratio
      const part = (bars.fill[i] ?? 0) / FULL
      switch (bars.kind[i]) {
        case KIND.recorded:
          this.#recorded(scene, from, to, part)
          break
        case KIND.gap:
          this.#gap(scene, from, to, part)
          break
        case KIND.deleted:
          this.#deleted(scene, from, to, part)
          break
      }
    }
    this.#pen.context.globalAlpha = 1
  }

  #recorded(scene: Scene, from: number, to: number, part: number): void {
    const { context, layout } = this.#pen
    context.fillStyle = scene.colours.patina
    context.globalAlpha = 0.36 * part
    this.#pen.fill(scene, from, to, layout.trackFrom, layout.trackTo)
    context.globalAlpha = part
    if (scene.vertical) this.#pen.fill(scene, from, to, layout.trackFrom, layout.trackFrom + 3)
    else this.#pen.fill(scene, from, to, layout.trackTo - 3, layout.trackTo)
  }

  #gap(scene: Scene, from: number, to: number, part: number): void {
    const { context, layout } = this.#pen
    if (to - from < FINE || this.#hatch === null) {
      context.fillStyle = scene.colours.ink3
      context.globalAlpha = 0.35 * part
      this.#pen.fill(scene, from, to, layout.trackFrom, layout.trackTo)
      return
    }
    // The hatching is fixed to time, not to the screen.
    const shift = modulo(scene.view.start / (scene.view.span / scene.length), HATCH)
    const [dx, dy] = scene.vertical ? [0, shift] : [-shift, 0]
    context.globalAlpha = 0.45
    context.fillStyle = this.#hatch
    context.translate(dx, dy)
    if (scene.vertical) this.#pen.fill(scene, from + dy, to + dy, layout.trackFrom, layout.trackTo)
    else this.#pen.fill(scene, from - dx, to - dx, layout.trackFrom, layout.trackTo)
    context.translate(-dx, -dy)
  }

  /** Nothing is left: an empty frame with a line through it. */
  #deleted(scene: Scene, from: number, to: number, part: number): void {
    const { context, layout } = this.#pen
    const { trackFrom, trackTo } = layout
    const middle = (trackFrom + trackTo) / 2
    context.globalAlpha = part
    context.fillStyle = scene.colours.room
    this.#pen.fill(scene, from, to, trackFrom, trackTo)
    context.fillStyle = scene.colours.ink3
    if (to - from < FINE) {
      this.#pen.fill(scene, from, to, middle - 1, middle + 1)
      return
    }
    this.#pen.fill(scene, from, to, middle - 1, middle + 1)
    this.#pen.fill(scene, from, to, trackFrom, trackFrom + 1)
    this.#pen.fill(scene, from, to, trackTo - 1, trackTo)
    this.#pen.fill(scene, from, from + 1, trackFrom, trackTo)
    this.#pen.fill(scene, to - 1, to, trackFrom, trackTo)
  }

  /** What the hub has sealed since the vault was asked. */
  #newest(scene: Scene): void {
    const { recordedUntil, index, view, length } = scene
    const { end } = index
    if (recordedUntil === null || end === null || recordedUntil <= end || recordedUntil - end > NEWEST_MOST_MS) return
    const from = Math.max(0, positionOf(view, length, end))
    const to = Math.min(length, positionOf(view, length, Math.min(scene.now, recordedUntil)))
    if (to > from) this.#recorded(scene, from, to, 1)
    this.#pen.context.globalAlpha = 1
  }

  /** Says what the gaps are. */
  labels(scene: Scene): void {
    const bars = this.#bars
    const { ratio } = scene
    this.#pen.face('label', scene.colours)
    this.#pen.context.textBaseline = 'middle'
    for (let i = 0; i < bars.count; i++) {
      const span = bars.span[i] ?? -1
      if (span < 0 || bars.kind[i] === KIND.recorded) continue
      this.#label(scene, scene.labelsOf(span), (bars.from[i] ?? 0) / ratio, (bars.to[i] ?? 0) / ratio)
    }
  }

  #label(scene: Scene, texts: readonly string[], from: number, to: number): void {
    const { context, layout } = this.#pen
    const { vertical, colours } = scene
    const middle = (from + to) / 2
    const along = to - from
    if (vertical) {
      this.#labelBeside(scene, texts, scene.length - middle, Math.min(3, Math.floor(along / LINE)))
      return
    }
    const lines = fitting(texts, this.#pen.measure, along - 4 * LABEL_PAD, 2)
    if (lines.length === 0) return
    const across = (layout.trackFrom + layout.trackTo) / 2
    let width = 0
    for (const line of lines) width = Math.max(width, this.#pen.width(line))
    const height = lines.length * LINE + 6
    context.fillStyle = colours.room
    context.beginPath()
    context.roundRect(middle - width / 2 - LABEL_PAD, across - height / 2, width + 2 * LABEL_PAD, height, 10)
    context.fill()
    context.textAlign = 'center'
    context.fillStyle = colours.ink2
    const top = across + 1 - ((lines.length - 1) * LINE) / 2
    for (const [n, line] of lines.entries()) context.fillText(line, middle, top + n * LINE)
  }

  /** Beside a vertical track there is more room, except where the name of a day stands. */
  #labelBeside(scene: Scene, texts: readonly string[], y: number, most: number): void {
    const { context, layout } = this.#pen
    const { colours, breadth } = scene
    const x = layout.trackTo + 12
    const room = breadth - x - LABEL_PAD
    let lines = fitting(texts, this.#pen.measure, room, most)
    const day = this.#pen.dayBeside(y, (lines.length * LINE) / 2)
    if (day !== null) lines = fitting(texts, this.#pen.measure, day - x - LABEL_PAD, most)
    context.textAlign = 'left'
    const top = y - ((lines.length - 1) * LINE) / 2
    for (const [n, line] of lines.entries()) {
      // Lines between days end where there is something to read.
      context.fillStyle = colours.room
      context.fillRect(x - 4, top + n * LINE - LINE / 2, this.#pen.width(line) + 8, LINE)
      context.fillStyle = colours.ink2
      context.fillText(line, x, top + n * LINE)
    }
  }
}

/** Always from 0 to `by`. */
const modulo = (value: number, by: number): number => ((value % by) + by) % by
