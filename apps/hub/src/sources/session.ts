import type { CodecConfig } from '@hausrecht/media/codec/config'
import { Backoff, pause } from '../backoff.ts'
import type { CameraRecorder } from '../recorder/recorder.ts'
import * as limits from './limits.ts'
import { type Connection, type Source, SourceError, type SourceTracks } from './source.ts'

export type SessionState = 'connecting' | 'recording' | 'waiting'

export type SessionOptions = {
  readonly source: Source
  readonly recorder: Pick<CameraRecorder, 'open' | 'picture' | 'sound' | 'reconfigure' | 'interrupt' | 'tick' | 'close'>
  readonly onState?: (state: SessionState, error: SourceError | null) => void
  /** Waits this long before the first attempt, ms. */
  readonly startAfterMs?: number
  readonly random?: () => number
  /** Where pictures may be put. */
  readonly allocate?: (length: number) => Uint8Array
}

/** Keeps one camera connected, for ever: connects, feeds the recorder, notices silence, says why it does not record, tries again. */
export class CameraSession {
  readonly #options: SessionOptions
  readonly #stop = new AbortController()
  readonly #backoff: Backoff
  #state: SessionState = 'connecting'
  #error: SourceError | null = null
  #tracks: SourceTracks | null = null
  #pictures = 0
  readonly #done: Promise<void>

  constructor(options: SessionOptions) {
    this.#options = options
    this.#backoff = new Backoff(limits.RECONNECT_FIRST_MS, limits.RECONNECT_MOST_MS, options.random)
    this.#done = this.#run()
  }

  get state(): SessionState {
    return this.#state
  }

  /** Why it is not recording; null while it is. */
  get error(): SourceError | null {
    return this.#error
  }

  /** What the camera sends; null before it was ever reached. */
  get tracks(): SourceTracks | null {
    return this.#tracks
  }

  /** Ends the session and seals what is open. */
  async close(): Promise<void> {
    this.#stop.abort()
    await this.#done
    await this.#options.recorder.close()
  }

  async #run(): Promise<void> {
    const { signal } = this.#stop
    const { startAfterMs = 0 } = this.#options
    if (startAfterMs > 0) await pause(startAfterMs, signal)
    while (!signal.aborted) {
      this.#enter('connecting', this.#error)
      const began = performance.now()
      const error = await this.#attempt(signal)
      if (signal.aborted) return
      this.#options.recorder.interrupt(error.reason)
      if (performance.now() - began >= limits.GOOD_SESSION_MS) this.#backoff.reset()
      this.#enter('waiting', error)
      const wait = this.#backoff.next()
      await this.#wait(error.reason === 'wrong_password' ? Math.max(wait, limits.PASSWORD_RETRY_MS) : wait, signal)
    }
  }

  /** One connection, until it ends; resolves with why. */
  async #attempt(signal: AbortSignal): Promise<SourceError> {
    const ended = Promise.withResolvers<SourceError>()
    const attempt = new AbortController()
    const abort = () => {
      attempt.abort()
      ended.resolve(new SourceError('hub_stopped', 'closed', 'the hub was stopped'))
    }
    signal.addEventListener('abort', abort)
    const { recorder, source } = this.#options
    const late = setTimeout(() => attempt.abort(), limits.CONNECT_MS)
    let connection: Connection | null = null
    let seen = this.#pictures
    let quietSince = performance.now()
    try {
      connection = await source.connect(
        {
          onOpen: tracks => {
            this.#tracks = tracks
            recorder.open(tracks.video, tracks.audio)
          },
          ...(this.#options.allocate && { allocate: this.#options.allocate }),
          onPicture: unit => {
            this.#pictures += 1
            recorder.picture(unit)
          },
          onSound: unit => recorder.sound(unit),
          onConfig: config => this.#configured(config),
          onEnd: error => ended.resolve(error),
        },
        attempt.signal,
      )
      clearTimeout(late)
      const watch = setInterval(() => {
        recorder.tick()
        if (this.#pictures !== seen) {
          seen = this.#pictures
          quietSince = performance.now()
          if (this.#state !== 'recording') this.#enter('recording', null)
        } else if (performance.now() - quietSince >= limits.SILENCE_MS) {
          ended.resolve(new SourceError('camera_silent', 'silent', 'connected, but no picture came'))
        }
      }, limits.WATCH_MS)
      try {
        return await ended.promise
      } finally {
        clearInterval(watch)
      }
    } catch (error) {
      if (error instanceof SourceError) return error
      const detail = error instanceof Error ? error.message : String(error)
      return new SourceError('camera_refused', 'failed', detail)
    } finally {
      clearTimeout(late)
      signal.removeEventListener('abort', abort)
      await connection?.close().catch(() => {})
    }
  }

  /** Waits, and lets gaps that last be written meanwhile. */
  async #wait(ms: number, signal: AbortSignal): Promise<void> {
    const until = performance.now() + ms
    while (!signal.aborted && performance.now() < until) {
      this.#options.recorder.tick()
      await pause(Math.min(limits.WATCH_MS * 10, until - performance.now()), signal)
    }
  }

  #configured(config: CodecConfig): void {
    this.#options.recorder.reconfigure(config.kind, config)
    const tracks = this.#tracks
    if (tracks !== null && config.kind === 'video') this.#tracks = { ...tracks, video: { ...tracks.video, config } }
  }

  #enter(state: SessionState, error: SourceError | null): void {
    if (this.#state === state && this.#error === error) return
    this.#state = state
    this.#error = error
    this.#options.onState?.(state, error)
  }
}
