import { drawHead, drawHover, drawNow, drawSelection } from './draw-marks.ts'
import { drawDays, drawTicks } from './draw-ruler.ts'
import { Track } from './draw-track.ts'
import { Pen } from './pen.ts'
import { layoutOf, type Scene } from './scene.ts'

/** Draws scenes into a canvas. */
export class Painter extends Pen {
  readonly #track = new Track(this)

  paint(scene: Scene): void {
    const { context, canvas } = this
    const { vertical, length, breadth, ratio } = scene
    const width = Math.round((vertical ? breadth : length) * ratio)
    const height = Math.round((vertical ? length : breadth) * ratio)
    if (canvas.width !== width || canvas.height !== height) {
      canvas.width = width
      canvas.height = height
      // Shown pixel for pixel: scaled by the fraction of a pixel, all lines and letters are blurred.
      canvas.style.width = `${width / ratio}px`
      canvas.style.height = `${height / ratio}px`
    }
    this.layout = layoutOf(vertical, breadth)
    context.setTransform(ratio, 0, 0, ratio, 0, 0)
    context.clearRect(0, 0, width, height)
    this.#track.runs(scene)
    drawDays(this, scene)
    drawTicks(this, scene)
    this.#track.labels(scene)
    drawSelection(this, scene)
    drawHover(this, scene)
    drawNow(this, scene)
    drawHead(this, scene)
  }
}
