import type { Painter } from './draw.ts'
import { headBox } from './draw-marks.ts'
import type { Scene } from './scene.ts'
import { positionOf } from './view.ts'

const PAD = 10

/** Names of days: each stays at the edge while its day is shown, until the next pushes it out. */
export function drawDays(painter: Painter, scene: Scene): void {
  const { context } = painter
  const { colours, view, length, breadth, vertical } = scene
  const head = vertical ? null : headBox(painter, scene)
  painter.face('day', colours)
  context.textBaseline = 'middle'
  painter.dayNames.length = 0
  for (const { at, to, label } of scene.days) {
    if (at > scene.now) break
    const from = positionOf(view, length, at)
    const end = positionOf(view, length, to)
    if (end < 0 || from > length) continue
    context.fillStyle = colours.line
    if (from > 0) painter.fill(scene, from - 0.5, from + 0.5, vertical ? 0 : 6, vertical ? breadth : breadth - 6)
    const width = painter.width(label)
    context.fillStyle = colours.ink2
    if (vertical) {
      // The newest moment of a day is its upper end.
      const top = Math.max(0, length - end) + 16
      const bottom = length - from - 12
      if (bottom < length - end + 12) continue
      context.textAlign = 'right'
      context.fillText(label, breadth - PAD - 2, Math.min(top, bottom))
      painter.dayNames.push(Math.min(top, bottom), breadth - PAD - 2 - width)
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
export function drawTicks(painter: Painter, scene: Scene): void {
  const { context, layout } = painter
  const { colours, view, length, breadth, vertical } = scene
  painter.face('tick', colours)
  context.textBaseline = 'middle'
  context.textAlign = vertical ? 'right' : 'center'
  const head = vertical ? headBox(painter, scene) : null
  for (const { at, label } of scene.ticks) {
    const position = positionOf(view, length, at)
    if (position < -40 || position > length + 40) continue
    const long = label === null ? 4 : 8
    context.fillStyle = label === null ? colours.line : colours.ink3
    context.globalAlpha = label === null ? 1 : 0.6
    if (vertical) painter.fill(scene, position - 0.5, position + 0.5, layout.trackFrom - 3 - long, layout.trackFrom - 3)
    else painter.fill(scene, position - 0.5, position + 0.5, layout.trackTo + 3, layout.trackTo + 3 + long)
    context.globalAlpha = 1
    if (label === null || (head !== null && position > head.from - 6 && position < head.to + 6)) continue
    context.fillStyle = colours.ink3
    if (vertical) context.fillText(label, layout.trackFrom - 14, length - position)
    else context.fillText(label, position, Math.min(breadth - 9, layout.trackTo + 21))
  }
}
