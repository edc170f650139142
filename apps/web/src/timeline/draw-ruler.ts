import { headBox } from './draw-marks.ts'
import type { Pen } from './pen.ts'
import type { Scene } from './scene.ts'
import { positionOf } from './view.ts'

const PAD = 10

/** Names of days: each stays at the edge while its day is shown, until the next pushes it out. */
export function drawDays(pen: Pen, scene: Scene): void {
  const { context } = pen
  const { colours, view, length, breadth, vertical } = scene
  const head = vertical ? null : headBox(pen, scene)
  pen.face('day', colours)
  context.textBaseline = 'middle'
  pen.dayNames.length = 0
  for (const { at, to, label } of scene.days) {
    if (at > scene.now) break
    const from = positionOf(view, length, at)
    const end = positionOf(view, length, to)
    if (end < 0 || from > length) continue
    context.fillStyle = colours.line
    if (from > 0) pen.fill(scene, from - 0.5, from + 0.5, vertical ? 0 : 6, vertical ? breadth : breadth - 6)
    const width = pen.width(label)
    context.fillStyle = colours.ink2
    if (vertical) {
      // The newest moment of a day is its upper end.
      const top = Math.max(0, length - end) + 16
      const bottom = length - from - 12
      if (bottom < length - end + 12) continue
      context.textAlign = 'right'
      context.fillText(label, breadth - PAD - 2, Math.min(top, bottom))
      pen.dayNames.push(Math.min(top, bottom), breadth - PAD - 2 - width)
    } else {
      const wanted = Math.max(from, 0) + PAD
      // The time of the moment shown lies above all: the name makes way.
      const hidden = head !== null && head.from < wanted + width + PAD && head.to > wanted - PAD
      const start = Math.min(hidden ? head.to + PAD : wanted, end - PAD - width)
      if (start < from + 2 || (hidden && start < head.to + 2)) continue
      context.textAlign = 'left'
      context.fillText(label, start, 17)
    }
  }
}

/** Marks and times along the ribbon. */
export function drawTicks(pen: Pen, scene: Scene): void {
  const { context, layout } = pen
  const { colours, view, length, breadth, vertical } = scene
  pen.face('tick', colours)
  context.textBaseline = 'middle'
  context.textAlign = vertical ? 'right' : 'center'
  const head = vertical ? headBox(pen, scene) : null
  for (const { at, label } of scene.ticks) {
    const position = positionOf(view, length, at)
    if (position < -40 || position > length + 40) continue
    const long = label === null ? 4 : 8
    context.fillStyle = label === null ? colours.line : colours.ink3
    context.globalAlpha = label === null ? 1 : 0.6
    if (vertical) pen.fill(scene, position - 0.5, position + 0.5, layout.trackFrom - 3 - long, layout.trackFrom - 3)
    else pen.fill(scene, position - 0.5, position + 0.5, layout.trackTo + 3, layout.trackTo + 3 + long)
    context.globalAlpha = 1
    if (label === null || (head !== null && position > head.from - 6 && position < head.to + 6)) continue
    context.fillStyle = colours.ink3
    if (vertical) context.fillText(label, layout.trackFrom - 14, length - position)
    else context.fillText(label, position, Math.min(breadth - 9, layout.trackTo + 21))
  }
}
