import { frames } from './frames.ts'
import { addPlace, expose } from './stage.ts'

/** An empty canvas as large as the ribbon, cleared once a frame while a pointer moves on it: what dragging costs when nothing is drawn. */
const place = addPlace()
const canvas = document.createElement('canvas')
canvas.style.cssText = 'display:block;width:100%;height:112px;touch-action:none'
place.append(canvas)
canvas.width = Math.round(canvas.clientWidth * devicePixelRatio)
canvas.height = Math.round(canvas.clientHeight * devicePixelRatio)
const context = canvas.getContext('2d')
let frame = 0
canvas.addEventListener('pointermove', () => {
  if (frame === 0)
    frame = requestAnimationFrame(() => {
      frame = 0
      context?.clearRect(0, 0, canvas.width, canvas.height)
    })
})

expose({ seen: () => ({ held: 0, days: 0 }), ...frames })
