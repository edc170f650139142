import type { Frame } from '../recorder/frames.ts'
import { GROUP_BYTES, GROUP_FRAMES, SOUND_KEPT_MS } from './limits.ts'

/** Memory of frames: `hold` once for each one kept, `release` once for each let go. */
export type FrameHolds = { readonly hold: (data: Uint8Array) => void; readonly release: (data: Uint8Array) => void }

/** Frames that are kept although nobody watches, so that whoever begins to has something at once. */
export type Kept = {
  readonly frames: readonly Frame[]
  add(frame: Frame): void
  clear(): void
}

/** The newest group of pictures. One beyond the bounds is let go: who comes then waits for the next key frame. */
export class KeptGroup implements Kept {
  readonly #holds: FrameHolds
  #frames: Frame[] = []
  #bytes = 0

  constructor(holds: FrameHolds) {
    this.#holds = holds
  }

  get frames(): readonly Frame[] {
    return this.#frames
  }

  add(frame: Frame): void {
    if (frame.key) this.clear()
    else if (this.#frames.length === 0) return
    if (this.#bytes + frame.data.length > GROUP_BYTES || this.#frames.length >= GROUP_FRAMES) {
      this.clear()
      return
    }
    this.#holds.hold(frame.data)
    this.#frames.push(frame)
    this.#bytes += frame.data.length
  }

  clear(): void {
    for (const { data } of this.#frames) this.#holds.release(data)
    this.#frames = []
    this.#bytes = 0
  }
}

/** The newest second of sound. */
export class KeptSound implements Kept {
  readonly #holds: FrameHolds
  #frames: Frame[] = []

  constructor(holds: FrameHolds) {
    this.#holds = holds
  }

  get frames(): readonly Frame[] {
    return this.#frames
  }

  add(frame: Frame): void {
    this.#holds.hold(frame.data)
    this.#frames.push(frame)
    const old = this.#frames.findIndex(({ wallMs }) => wallMs > frame.wallMs - SOUND_KEPT_MS)
    const many = Math.max(old, this.#frames.length - GROUP_FRAMES)
    for (const { data } of this.#frames.splice(0, many)) this.#holds.release(data)
  }

  clear(): void {
    for (const { data } of this.#frames.splice(0)) this.#holds.release(data)
  }
}
