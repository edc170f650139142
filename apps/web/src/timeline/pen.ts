import { type Colours, type Layout, layoutOf, type Scene } from './scene.ts'

/** Lines of text stand so far apart, CSS pixels. */
export const LINE = 16
const WIDTHS_MOST = 1000

const WEIGHTS = { label: '500 12px', day: '600 12px', tick: '450 11px', head: '650 12px' } as const
export type Face = keyof typeof WEIGHTS
type Written = { readonly font: string; readonly widths: Map<string, number> }
const facesOf = (family: string): Readonly<Record<Face, Written>> => ({
  label: { font: `${WEIGHTS.label} ${family}`, widths: new Map() },
  day: { font: `${WEIGHTS.day} ${family}`, widths: new Map() },
  tick: { font: `${WEIGHTS.tick} ${family}`, widths: new Map() },
  head: { font: `${WEIGHTS.head} ${family}`, widths: new Map() },
})

/** The canvas of a ribbon, with what all that draws on it shares. Keeps what it needs, so that a frame makes nothing new. */
export class Pen {
  readonly canvas: HTMLCanvasElement
  readonly context: CanvasRenderingContext2D
  #family = 'sans-serif'
  #faces = facesOf('sans-serif')
  #face: Face = 'label'
  readonly measure = (text: string): number => this.width(text)
  layout: Layout = layoutOf(false, 0)
  /** Height and left edge of each name of a day beside a vertical track. */
  readonly dayNames: number[] = []

  /** @throws Error where the browser gives no 2d context */
  constructor(canvas: HTMLCanvasElement) {
    const context = canvas.getContext('2d', { alpha: true, desynchronized: false })
    if (context === null) throw new Error('no 2d context')
    this.canvas = canvas
    this.context = context
  }

  /** Fills a box given along and across the ribbon. */
  fill(scene: Scene, from: number, to: number, acrossFrom: number, acrossTo: number): void {
    if (scene.vertical) this.context.fillRect(acrossFrom, scene.length - to, acrossTo - acrossFrom, to - from)
    else this.context.fillRect(from, acrossFrom, to - from, acrossTo - acrossFrom)
  }

  /** Writes in one of the few faces of the ribbon from here on. Asking the canvas for its font is slow, so it is remembered. */
  face(face: Face, colours: Colours): void {
    if (this.#family !== colours.font) {
      this.#family = colours.font
      this.forgetWidths()
    }
    this.#face = face
    this.context.font = this.#faces[face].font
  }

  /** Text width in the present face, measured once. */
  width(text: string): number {
    const { widths } = this.#faces[this.#face]
    let width = widths.get(text)
    if (width === undefined) {
      if (widths.size >= WIDTHS_MOST) widths.clear()
      width = this.context.measureText(text).width
      widths.set(text, width)
    }
    return width
  }

  /** Another typeface has arrived. */
  forgetWidths(): void {
    this.#faces = facesOf(this.#family)
  }

  /** The left edge of a day's name that stands within so many pixels of a height; null without one. */
  dayBeside(y: number, reach: number): number | null {
    for (let i = 0; i < this.dayNames.length; i += 2) {
      const [at, left] = [this.dayNames[i] ?? 0, this.dayNames[i + 1] ?? 0]
      if (Math.abs(at - y) < reach + LINE / 2) return left
    }
    return null
  }
}
