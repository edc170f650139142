import { both, rangesOf } from '../../apps/web/src/player/buffer.ts'
import { LivePace } from '../../apps/web/src/player/pace.ts'

const BEAT_MS = 100

/** Plays what `plain-feed.ts` sends, and stays as near to the newest part as the app's player does. @returns ends it */
export function playPlain(video: HTMLVideoElement, address: string): () => void {
  const source = new MediaSource()
  const pace = new LivePace()
  const queues: { readonly buffer: SourceBuffer; readonly parts: Uint8Array<ArrayBuffer>[] }[] = []
  video.src = URL.createObjectURL(source)
  const pump = (): void => {
    for (const { buffer, parts } of queues) {
      const part = buffer.updating ? undefined : parts.shift()
      if (part) buffer.appendBuffer(part)
    }
  }
  let socket: WebSocket | null = null
  source.addEventListener('sourceopen', () => {
    socket = new WebSocket(address)
    socket.binaryType = 'arraybuffer'
    socket.addEventListener('message', ({ data }: MessageEvent<string | ArrayBuffer>) => {
      if (typeof data === 'string') {
        for (const mime of JSON.parse(data)) {
          const buffer = source.addSourceBuffer(mime)
          buffer.addEventListener('updateend', pump)
          queues[mime.startsWith('video') ? 0 : 1] = { buffer, parts: [] }
        }
        return
      }
      const [track = 0] = new Uint8Array(data, 0, 1)
      queues[track]?.parts.push(new Uint8Array(data, 1))
      pump()
    })
  })
  // The seek to the first picture is no running dry.
  let shown = false
  video.requestVideoFrameCallback(() => {
    shown = true
  })
  video.addEventListener('waiting', () => {
    if (shown) pace.dry(performance.now() / 1000)
  })
  const timer = setInterval(() => {
    const [picture, sound] = queues.map(({ buffer }) => rangesOf(buffer.buffered))
    const newest = both(picture ?? [], sound ?? null).at(-1)
    if (newest === undefined) return
    if (video.paused || video.currentTime < newest.start) {
      video.currentTime = Math.max(newest.start, newest.end - pace.target)
      void video.play()
      return
    }
    const next = pace.decide(newest.end - video.currentTime, performance.now() / 1000)
    if (next.type === 'jump') video.currentTime = newest.end - next.to
    else video.playbackRate = next.rate
  }, BEAT_MS)
  return () => {
    clearInterval(timer)
    socket?.close()
    video.remove()
  }
}
