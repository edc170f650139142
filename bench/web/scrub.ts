import { Player } from '../../apps/web/src/player/player.ts'
import { Previews } from '../../apps/web/src/player/preview.ts'
import { engine, home } from './home.ts'
import { type Dragged, drag, seekTime, shows } from './moments.ts'
import { addVideo, expose } from './stage.ts'

/** Pictures beside a finger, px. */
const PREVIEW_WIDTH = 320

/** A player at the moment that the page's address names, as a page of the app opens one; null without. */
const past = new URLSearchParams(location.search).get('past')
const video = addVideo()
let player: Player | null = null

async function openAt(wall: number): Promise<number> {
  const [camera] = (await home()).cameras
  if (camera === undefined) throw new Error('no camera')
  player = new Player(video, engine, { camera: camera.id, sound: true, small: false, hasSmall: false }, () => undefined)
  player.seek(wall)
  await shows(video, wall)
  return performance.now()
}

const opened = past === null ? null : openAt(Number(past))

expose({
  /** ms from the start of the navigation to the first picture. */
  opened: () => opened,
  seek: (wall: number): Promise<number> => seekTime(video, wall, () => player?.seek(wall)),
  /** Pictures while a finger moves over the past. */
  drag: async (from: number, to: number, ms: number): Promise<Dragged> => {
    const [camera] = (await home()).cameras
    if (camera === undefined) throw new Error('no camera')
    player?.pause()
    const previews = new Previews(engine, camera.id, PREVIEW_WIDTH)
    const result = await drag({ from, to, ms }, async wall => (await previews.at(wall))?.wall ?? null)
    previews.close()
    player?.play()
    return result
  },
})
