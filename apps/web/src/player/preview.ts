import { firstPicture } from '@hausrecht/media/mp4/retime'
import type { CameraId, Engine, MediaPart } from '../engine/api.ts'

/** A decoded picture of a moment. The cache owns the bitmap: draw it at once, don't keep it. */
export type Preview = { readonly wall: number; readonly bitmap: ImageBitmap }

/** Pictures kept, newest use last. */
const KEPT = 120
/** Moments within one step share a picture, ms. */
const STEP_MS = 2000
/** A decoder that says nothing for so long is given up, ms. */
const DECODE_MS = 3000

/**
 * Pictures of the past while a finger is on the timeline: sealed key frames are fetched one by one, opened and decoded here. Asked
 * again before it is done, it gives only the newest answer.
 */
export class Previews {
  readonly #engine: Engine
  readonly #camera: CameraId
  readonly #width: number
  readonly #kept = new Map<number, Promise<Preview | null>>()
  #newest = 0
  #busy: Promise<unknown> = Promise.resolve()

  /** @param width of the pictures, px */
  constructor(engine: Engine, camera: CameraId, width: number) {
    this.#engine = engine
    this.#camera = camera
    this.#width = width
  }

  /** The picture of a moment; null where there is none, or when another moment was asked for meanwhile. */
  async at(wall: number): Promise<Preview | null> {
    const asked = ++this.#newest
    const key = Math.floor(wall / STEP_MS)
    const known = this.#kept.get(key)
    if (known !== undefined) {
      this.#kept.delete(key)
      this.#kept.set(key, known)
      return known
    }
    // One at a time, and the one before the last is left out: a finger moves faster than pictures come.
    await this.#busy
    if (asked !== this.#newest) return null
    const made = this.#make(wall)
    this.#busy = made.catch(() => null)
    this.#kept.set(key, made)
    const settled = await made.catch(() => null)
    if (settled === null) this.#kept.delete(key)
    const [oldest] = this.#kept
    if (this.#kept.size > KEPT && oldest !== undefined) {
      this.#kept.delete(oldest[0])
      void oldest[1].then(old => old?.bitmap.close())
    }
    return settled
  }

  close(): void {
    this.#newest++
    for (const made of this.#kept.values())
      void made.then(
        old => old?.bitmap.close(),
        () => undefined,
      )
    this.#kept.clear()
  }

  async #make(wall: number): Promise<Preview | null> {
    const part = await this.#engine.keyFrame(this.#camera, wall)
    return part === null ? null : { wall: part.start, bitmap: await decodePicture(part, this.#width) }
  }
}

/**
 * Decodes the first picture of a part (WebCodecs), `width` pixels wide.
 * @throws DOMException when the browser cannot; Mp4Error | CodecError when the part is broken
 */
export async function decodePicture(
  { init, fragment }: Pick<MediaPart, 'init' | 'fragment'>,
  width: number,
): Promise<ImageBitmap> {
  const picture = firstPicture(init, fragment)
  const { promise, resolve, reject } = Promise.withResolvers<VideoFrame>()
  const decoder = new VideoDecoder({ output: resolve, error: reject })
  const timer = setTimeout(() => reject(new DOMException('no picture', 'TimeoutError')), DECODE_MS)
  try {
    decoder.configure({
      codec: picture.codec,
      description: picture.description,
      codedWidth: picture.width,
      codedHeight: picture.height,
      optimizeForLatency: true,
    })
    decoder.decode(new EncodedVideoChunk({ type: 'key', timestamp: 0, data: picture.data }))
    const flushed = decoder.flush()
    flushed.catch(reject)
    const frame = await promise
    try {
      const resizeWidth = Math.min(width, frame.displayWidth)
      const resizeHeight = Math.max(1, Math.round((resizeWidth * frame.displayHeight) / frame.displayWidth))
      return await createImageBitmap(frame, { resizeWidth, resizeHeight, resizeQuality: 'medium' })
    } finally {
      frame.close()
    }
  } finally {
    clearTimeout(timer)
    if (decoder.state !== 'closed') decoder.close()
  }
}
