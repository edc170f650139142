import type { MediaPart } from '../engine/api.ts'
import { aheadOf, both, type Range } from './buffer.ts'
import { TrackBuffer } from './track-buffer.ts'

/** Parts that wait for the first of the other track. */
const EARLY_MOST = 24
/** Sound that is missing for so long while there is a picture is done without, s. */
const NO_SOUND_S = 1.5

type SourceClass = { new (): MediaSource; isTypeSupported(mime: string): boolean }

/** `MediaSource`, or `ManagedMediaSource` where only that exists; null where a browser has neither. */
export const sourceClass = (): SourceClass | null => {
  if (typeof MediaSource === 'function') return MediaSource
  const managed: unknown = Reflect.get(globalThis, 'ManagedMediaSource')
  return typeof managed === 'function' ? (managed as SourceClass) : null
}

export type SourceOptions = {
  readonly video: HTMLVideoElement
  /** The picture waits a moment for the first sound: tracks cannot be added to a source that has been filled. */
  readonly sound: boolean
  readonly onSound: (has: boolean) => void
  /** Something could not be decoded. */
  readonly onBroken: () => void
}

/** What a `<video>` plays from: picture and sound in buffers of their own, on one media clock. */
export class PlayerSource {
  readonly #options: SourceOptions
  readonly #source: MediaSource
  readonly #address: string
  readonly #tracks = new Map<MediaPart['track'], TrackBuffer>()
  #early: MediaPart[] = []
  #clearing = 0
  #noSoundSince: number | null = null
  #lostSound = false

  constructor(Source: SourceClass, options: SourceOptions) {
    this.#options = options
    this.#source = new Source()
    this.#address = URL.createObjectURL(this.#source)
    options.video.src = this.#address
    this.#source.addEventListener('sourceopen', () => {
      // It opens again when something is appended after the end; its length cannot be set while that goes on.
      if ([...this.#source.sourceBuffers].every(buffer => !buffer.updating))
        this.#source.duration = Number.POSITIVE_INFINITY
      for (const part of this.#early.splice(0)) this.add(part)
    })
  }

  /** Sound was done without, and only another source brings it back. */
  get lostSound(): boolean {
    return this.#lostSound
  }

  /** What can be shown, with its sound; nothing while what was shown before is being forgotten. */
  get ranges(): readonly Range[] {
    if (this.#clearing > 0) return []
    const audio = this.#tracks.get('audio')
    return both(this.#pictures, audio === undefined ? null : audio.ranges)
  }

  get #pictures(): readonly Range[] {
    return this.#tracks.get('video')?.ranges ?? []
  }

  add(part: MediaPart): void {
    const track = this.#tracks.get(part.track)
    if (track !== undefined) {
      track.append(part.mime, part.init, part.fragment)
      return
    }
    if (this.#tracks.size > 0) return
    this.#early.push(part)
    const has = (name: MediaPart['track']): boolean => this.#early.some(early => early.track === name)
    // Sound alone is not kept without end.
    if (!has('video')) this.#early = this.#early.slice(-EARLY_MOST)
    const waits = this.#options.sound && !has('audio') && this.#early.length < EARLY_MOST
    if (this.#source.readyState === 'open' && has('video') && !waits) this.#fill()
  }

  /** Forgets what lies before `start`, s. */
  keep(start: number): void {
    for (const track of this.#tracks.values()) track.keep(start)
  }

  /** Forgets everything; the last picture stays on the screen until there is another. */
  clear(): void {
    this.#early = []
    this.#noSoundSince = null
    this.#clearing++
    void Promise.all(Array.from(this.#tracks.values(), track => track.clear())).then(() => {
      this.#clearing--
    })
  }

  /** A microphone that fell silent must not stop the picture. @param now a monotonic clock, s */
  doWithoutSound(now: number): void {
    const at = this.#options.video.currentTime
    const audio = this.#tracks.get('audio')
    if (audio === undefined || aheadOf(this.#pictures, at) < 0.3 || aheadOf(audio.ranges, at) > 0) {
      this.#noSoundSince = null
      return
    }
    this.#noSoundSince ??= now
    if (now - this.#noSoundSince < NO_SOUND_S) return
    audio.close()
    this.#tracks.delete('audio')
    this.#source.removeSourceBuffer(audio.buffer)
    this.#lostSound = true
    this.#options.onSound(false)
  }

  close(): void {
    for (const track of this.#tracks.values()) track.close()
    this.#tracks.clear()
    this.#options.video.removeAttribute('src')
    this.#options.video.load()
    URL.revokeObjectURL(this.#address)
  }

  #fill(): void {
    const { video, onBroken, onSound } = this.#options
    for (const name of ['video', 'audio'] as const) {
      const first = this.#early.find(early => early.track === name)
      if (first === undefined) continue
      const buffer = this.#source.addSourceBuffer(first.mime)
      this.#tracks.set(name, new TrackBuffer(buffer, first.mime, () => video.currentTime, onBroken))
    }
    onSound(this.#tracks.has('audio'))
    for (const { track, mime, init, fragment } of this.#early.splice(0))
      this.#tracks.get(track)?.append(mime, init, fragment)
  }
}
