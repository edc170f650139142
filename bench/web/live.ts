import { Player } from '../../apps/web/src/player/player.ts'
import { engine, home } from './home.ts'
import { playPlain } from './plain-player.ts'
import { addVideo, expose } from './stage.ts'
import { capturedAt } from './strip.ts'

/** ms from the camera's clock to the callback for a picture on the screen. */
export type Latencies = { readonly ours: number[]; readonly peer: number[]; readonly unreadable: number }

/** Each of so many pictures is looked at: reading pixels takes time of its own. */
const EVERY = 3

function measure(video: HTMLVideoElement, into: (latency: number | null) => void): void {
  let count = 0
  const next = (): void => {
    const now = Date.now()
    count += 1
    if (count % EVERY === 0) {
      const captured = capturedAt(video, now)
      into(captured === null ? null : now - captured)
    }
    video.requestVideoFrameCallback(next)
  }
  video.requestVideoFrameCallback(next)
}

const wait = (ms: number): Promise<void> => new Promise(resolve => setTimeout(resolve, ms))

expose({
  /** Both players from the start, side by side; listened to for `ms` when they have played for `warmMs`. */
  play: async (plain: string, warmMs: number, ms: number): Promise<Latencies> => {
    const [camera] = (await home()).cameras
    if (camera === undefined) throw new Error('no camera')
    const [ours, peer] = [addVideo(), addVideo()]
    const results: { ours: number[]; peer: number[]; unreadable: number } = { ours: [], peer: [], unreadable: 0 }
    let listening = false
    const taking = (name: 'ours' | 'peer') => (latency: number | null) => {
      if (!listening) return
      if (latency === null) results.unreadable += 1
      else results[name].push(latency)
    }
    const options = { camera: camera.id, sound: true, small: false, hasSmall: false }
    const player = new Player(ours, engine, options, () => undefined)
    const endPeer = playPlain(peer, plain)
    measure(ours, taking('ours'))
    measure(peer, taking('peer'))
    await wait(warmMs)
    listening = true
    await wait(ms)
    player.close()
    ours.remove()
    endPeer()
    return results
  },
})
