import type { Pen } from './pen.ts'
import type { Scene } from './scene.ts'
import { positionOf } from './view.ts'

const PILL = 20

/** What is not chosen steps back. */
export function drawSelection(pen: Pen, scene: Scene): void {
  const { selection, view, length, colours } = scene
  if (selection === null) return
  const { context, layout } = pen
  const from = positionOf(view, length, selection.from)
  const to = positionOf(view, length, selection.to)
  const [near, far] = [layout.trackFrom - 1, layout.trackTo + 1]
  context.globalAlpha = 0.68
  context.fillStyle = colours.room
  if (from > 0) pen.fill(scene, 0, Math.min(length, from), near, far)
  if (to < length) pen.fill(scene, Math.max(0, to), length, near, far)
  context.globalAlpha = 1
  context.fillStyle = colours.ink
  const [a, b] = [Math.max(-4, from), Math.min(length + 4, to)]
  if (b <= a) return
  pen.fill(scene, a, b, near - 2, near)
  pen.fill(scene, a, b, far, far + 2)
  pen.fill(scene, from - 1, from + 1, near - 2, far + 2)
  pen.fill(scene, to - 1, to + 1, near - 2, far + 2)
}

export function drawHover(pen: Pen, scene: Scene): void {
  const { hover, colours } = scene
  if (hover === null) return
  const { context, layout } = pen
  context.fillStyle = colours.ink
  context.globalAlpha = 0.55
  pen.fill(scene, hover - 0.5, hover + 0.5, layout.trackFrom - 6, layout.trackTo + 6)
  context.globalAlpha = 1
}

/** The line that nothing lies behind. */
export function drawNow(pen: Pen, scene: Scene): void {
  const { view, length, colours, now, live } = scene
  if (live) return
  const position = positionOf(view, length, now)
  if (position < -4 || position > length + 4) return
  const { context, layout } = pen
  context.fillStyle = colours.red
  pen.fill(scene, position - 1, position + 1, layout.trackFrom - 6, layout.trackTo + 6)
  context.beginPath()
  if (scene.vertical) context.arc(layout.trackFrom - 6, length - position, 4, 0, 2 * Math.PI)
  else context.arc(position, layout.trackFrom - 6, 4, 0, 2 * Math.PI)
  context.fill()
}

/** Where the time of the moment shown is written, along the ribbon; null when it is not in sight. */
export function headBox(pen: Pen, scene: Scene): { readonly from: number; readonly to: number } | null {
  const { head, view, length, headLabel, vertical, colours } = scene
  if (head === null) return null
  const position = positionOf(view, length, head)
  if (position < -40 || position > length + 40) return null
  if (vertical) {
    const middle = Math.min(length - PILL / 2 - 2, Math.max(PILL / 2 + 2, position))
    return { from: middle - PILL / 2, to: middle + PILL / 2 }
  }
  pen.face('head', colours)
  const width = pillWidth(pen, headLabel)
  const from = Math.min(length - width - 2, Math.max(2, position - width / 2))
  return { from, to: from + width }
}

/** As wide as any time of that form, so that it does not tremble while time goes on. */
const pillWidth = (pen: Pen, label: string): number =>
  Math.max(pen.width(label), pen.width(label.length > 5 ? '00:00:00' : '00:00')) + 16

/** The moment that is shown, with its time. */
export function drawHead(pen: Pen, scene: Scene): void {
  const { head, view, length, colours, live, headLabel, vertical } = scene
  const box = headBox(pen, scene)
  if (head === null || box === null) return
  const position = positionOf(view, length, head)
  const { context, layout } = pen
  pen.face('head', colours)
  context.fillStyle = live ? colours.red : colours.ink
  const width = pillWidth(pen, headLabel)
  pen.fill(scene, position - 1, position + 1, vertical ? width / 2 : 16, layout.trackTo + 8)
  const [x, y] = vertical ? [4, length - box.to] : [box.from, 5]
  context.beginPath()
  context.roundRect(x, y, width, PILL, PILL / 2)
  context.fill()
  context.fillStyle = live ? colours.onRed : colours.room
  context.textAlign = 'center'
  context.textBaseline = 'middle'
  context.fillText(headLabel, x + width / 2, y + PILL / 2 + 1)
}
