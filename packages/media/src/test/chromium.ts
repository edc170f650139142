import { createReadStream, existsSync, statSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import { chromium } from 'playwright-core'

/** Debian's. */
export const CHROMIUM = '/usr/bin/chromium'
export const hasChromium = (): boolean => existsSync(CHROMIUM)

/** What happened when a browser played a file to its end. */
export type Playback = {
  readonly error: string | null
  /** Seconds. */
  readonly duration: number
  /** Sizes of the picture in the order in which they appeared. */
  readonly sizes: readonly string[]
  readonly frames: number
  readonly audioBytes: number
}

/** Plays files in Chromium, from start to end, at eight times the speed. */
export async function playInChromium(paths: readonly string[]): Promise<Playback[]> {
  const server = createServer((request, response) => {
    const path = paths[Number(request.url?.slice(1))]
    if (path === undefined) {
      response.setHeader('content-type', 'text/html').end('<video muted></video>')
      return
    }
    const { size } = statSync(path)
    const [, from = '0', to = ''] = /bytes=(\d+)-(\d*)/.exec(request.headers.range ?? '') ?? []
    const start = Number(from)
    const end = to === '' ? size - 1 : Number(to)
    const headers = { 'content-type': 'video/mp4', 'accept-ranges': 'bytes', 'content-length': end - start + 1 }
    response.writeHead(206, { ...headers, 'content-range': `bytes ${start}-${end}/${size}` })
    createReadStream(path, { start, end }).pipe(response)
  })
  const port = await listen(server)
  const browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox', '--disable-gpu'] })
  try {
    const results: Playback[] = []
    for (const index of paths.keys()) {
      const page = await browser.newPage()
      await page.goto(`http://127.0.0.1:${port}/`)
      results.push(await page.evaluate(playToEnd, `/${index}`))
      await page.close()
    }
    return results
  } finally {
    await browser.close()
    server.close()
  }
}

/** Runs in the browser. */
async function playToEnd(url: string): Promise<Playback> {
  const video = document.querySelector('video')
  if (video === null) throw new Error('no video element')
  const sizes: string[] = []
  const { promise, resolve } = Promise.withResolvers<string | null>()
  video.addEventListener('resize', () => sizes.push(`${video.videoWidth}x${video.videoHeight}`))
  video.addEventListener('ended', () => resolve(null))
  video.addEventListener('error', () => resolve(video.error?.message ?? 'error'))
  video.src = url
  video.playbackRate = 8
  await video.play().catch((error: unknown) => resolve(String(error)))
  const error = await promise
  const audioBytes = Number(Reflect.get(video, 'webkitAudioDecodedByteCount'))
  return {
    error,
    duration: video.duration,
    sizes,
    frames: video.getVideoPlaybackQuality().totalVideoFrames,
    audioBytes,
  }
}

const listen = (server: Server): Promise<number> =>
  new Promise(resolve => {
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      resolve(typeof address === 'object' && address !== null ? address.port : 0)
    })
  })
