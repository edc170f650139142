import { type Dragged, drag, seekTime, shows } from './moments.ts'
import { addVideo, expose } from './stage.ts'
import { capturedAt } from './strip.ts'

/** The same footage as a plain file over HTTP in a `<video>`. */
const query = new URLSearchParams(location.search)
const begins = Number(query.get('begins'))
const past = query.get('past')
const video = addVideo()
video.preload = 'auto'
const goTo = (wall: number): void => {
  video.currentTime = Math.max(0, (wall - begins) / 1000)
}

async function openAt(wall: number): Promise<number> {
  video.src = '/plain.mp4'
  goTo(wall)
  void video.play()
  await shows(video, wall)
  return performance.now()
}

const opened = past === null ? null : openAt(Number(past))

/** One seek at a time, and the newest moment next: what a page would do. */
function seeker(): (wall: number) => Promise<number | null> {
  let newest = 0
  let busy: Promise<unknown> = Promise.resolve()
  return async wall => {
    const asked = ++newest
    await busy
    if (asked !== newest) return null
    const done = new Promise(resolve => video.addEventListener('seeked', resolve, { once: true }))
    busy = done
    goTo(wall)
    await done
    return wall
  }
}

expose({
  opened: () => opened,
  /** When the first picture of the file was captured. */
  begins: async (): Promise<number> => {
    video.src = '/plain.mp4'
    await new Promise(resolve => video.requestVideoFrameCallback(resolve))
    return capturedAt(video, Date.now()) ?? Number.NaN
  },
  seek: (wall: number): Promise<number> => seekTime(video, wall, () => goTo(wall)),
  drag: async (from: number, to: number, ms: number): Promise<Dragged> => {
    video.pause()
    const result = await drag({ from, to, ms }, seeker())
    void video.play()
    return result
  },
})
