import type { Engine, Feed, FeedEvent, MediaPart } from '../engine/api.ts'
import { aheadOf, nextStart, type Range } from './buffer.ts'
import { LivePace } from './pace.ts'
import { PlayerSource, sourceClass } from './source.ts'
import { firstState, type PlayerOptions, type PlayerState, problemOf } from './state.ts'

export type { PlayerOptions, PlayerState } from './state.ts'

/** Media time 0 lies this far before the moment of starting: any recording there may be has a time above 0. */
const ORIGIN_MS = 400 * 86_400_000
const BEAT_MS = 100
/** So much is read ahead, s at rate 1. */
const AHEAD_S = 20
/** So much stays behind the moment shown, s. */
const BEHIND_S = 20
/** Paused for longer than this, live is not kept any further, s. */
const BEHIND_MOST_S = 60
/** A past that comes this near to now goes on live, ms. */
const NOW_MS = 8000
/** Faster than this nobody wants to hear it. */
const LOUDEST_RATE = 4
const RECOVER_AGAIN_MS = 10_000
const SKIP_MS = 2500

/**
 * Plays a camera in a `<video>`: live, or from a moment in the past up to now and on into live. One media clock for all of it, so that
 * going from one to the other keeps the last picture until there is a new one.
 */
export class Player {
  readonly #video: HTMLVideoElement
  readonly #engine: Engine
  readonly #options: PlayerOptions
  readonly #onState: (state: PlayerState) => void
  readonly #origin = Date.now() - ORIGIN_MS
  readonly #pace = new LivePace()
  readonly #stop = new AbortController()
  readonly #timer: ReturnType<typeof setInterval>
  #source: PlayerSource | null = null
  #run = 0
  #feed: Feed | null = null
  #ended = false
  /** The live feed runs on while the past is shown. */
  #behind = false
  #wantedAt = 0
  /** Where playback begins when there is something, ms; null once it has. */
  #start: number | null = null
  #state: PlayerState
  #rate = 1
  #soundless = false
  #recovered = { at: 0, wall: 0, times: 0 }
  #frameMs = 40

  constructor(video: HTMLVideoElement, engine: Engine, options: PlayerOptions, onState: (state: PlayerState) => void) {
    this.#video = video
    this.#engine = engine
    this.#options = options
    this.#onState = onState
    this.#state = firstState(options.small)
    video.muted = true
    video.disableRemotePlayback = true
    const { signal } = this.#stop
    video.addEventListener('error', () => this.#recover(), { signal })
    video.addEventListener('waiting', () => this.#waiting(), { signal })
    video.addEventListener('volumechange', () => this.#tell({ muted: video.muted }), { signal })
    this.#timer = setInterval(() => this.#beat(), BEAT_MS)
    this.goLive()
  }

  get state(): PlayerState {
    return this.#state
  }

  goLive(): void {
    this.#rate = 1
    this.#begin('live', null)
  }

  /** Shows the moment, ms of the wall clock. */
  seek(wall: number): void {
    const now = Date.now()
    if (wall > now - 1500) {
      this.goLive()
      return
    }
    if (aheadOf(this.#ranges(), this.#media(wall)) > 0.1) {
      if (this.#state.mode === 'live') this.#fallBehind()
      this.#start = null
      this.#video.currentTime = this.#media(wall)
      this.#tell({ wall, finding: null })
      if (this.#state.playing) void this.#video.play().catch(() => undefined)
      return
    }
    this.#begin('past', wall)
  }

  play(): void {
    this.#tell({ playing: true })
    if (this.#state.mode === 'live') this.goLive()
    else void this.#video.play().catch(() => undefined)
  }

  /** Live becomes past here: what comes is still there when it goes on. */
  pause(): void {
    const { wall, mode } = this.#state
    this.#video.pause()
    this.#tell({ playing: false })
    if (mode === 'live' && wall !== null) this.#fallBehind()
  }

  setRate(rate: number): void {
    this.#rate = rate
    if (this.#state.mode === 'live' && rate !== 1 && this.#state.wall !== null) {
      if (rate > 1) {
        this.#tell({ rate: 1 })
        return
      }
      this.#fallBehind()
    }
    this.#video.playbackRate = rate
    this.#tell({ rate })
    this.#loudness()
  }

  setMuted(muted: boolean): void {
    this.#video.muted = muted
    this.#tell({ muted })
  }

  /** One picture on or back. */
  step(direction: 1 | -1): void {
    this.pause()
    const { wall } = this.#state
    if (wall === null) return
    this.#video.currentTime += (direction * this.#frameMs) / 1000
    this.#tell({ wall: this.#wall() })
  }

  /** The picture shown, as it is. @returns null when there is none */
  async snapshot(): Promise<Blob | null> {
    const { videoWidth, videoHeight } = this.#video
    if (videoWidth === 0) return null
    const canvas = new OffscreenCanvas(videoWidth, videoHeight)
    canvas.getContext('2d')?.drawImage(this.#video, 0, 0)
    return canvas.convertToBlob({ type: 'image/png' })
  }

  close(): void {
    clearInterval(this.#timer)
    this.#stop.abort()
    this.#run++
    void this.#feed?.stop()
    this.#detach()
  }

  /** What comes live is kept, and shown later: nothing has to be fetched for the newest seconds, which the vault may not have yet. */
  #fallBehind(): void {
    this.#behind = true
    this.#video.playbackRate = this.#rate
    this.#tell({ mode: 'past', latency: null })
  }

  #media(wall: number): number {
    return (wall - this.#origin) / 1000
  }

  #wall(): number {
    return Math.round(this.#origin + this.#video.currentTime * 1000)
  }

  #ranges(): readonly Range[] {
    return this.#source?.ranges ?? []
  }

  #begin(mode: PlayerState['mode'], wall: number | null): void {
    const run = ++this.#run
    void this.#feed?.stop()
    this.#feed = null
    this.#ended = false
    this.#behind = false
    this.#start = wall
    if (this.#source?.lostSound) this.#detach()
    this.#source?.clear()
    if (this.#source === null) this.#attach()
    this.#tell({
      mode,
      stalled: true,
      finding: null,
      latency: null,
      problem: null,
      rate: this.#rate,
      ...(wall !== null && { wall }),
    })
    if (mode === 'live') this.#tell({ playing: true })
    void this.#open(run, mode, wall)
  }

  async #open(run: number, mode: PlayerState['mode'], wall: number | null): Promise<void> {
    const { camera, sound } = this.#options
    const options = { camera, origin: this.#origin, sound: sound && !this.#soundless, small: this.#state.small }
    const listener = (event: FeedEvent): void => {
      if (run === this.#run) this.#take(event)
    }
    try {
      const feed =
        mode === 'live' || wall === null
          ? await this.#engine.watch(options, listener)
          : await this.#engine.play({ ...options, from: wall, to: Date.now() }, listener)
      if (run === this.#run) this.#feed = feed
      else void feed.stop()
    } catch (error) {
      if (run === this.#run) this.#tell({ problem: problemOf(error), stalled: true })
    }
  }

  #take(event: FeedEvent): void {
    switch (event.type) {
      case 'part':
        this.#add(event.part)
        return
      case 'finding':
        this.#tell({ finding: event.finding })
        return
      case 'end':
        this.#ended = true
        if (event.problem !== null) this.#tell({ problem: event.problem })
    }
  }

  #add(part: MediaPart): void {
    if (sourceClass()?.isTypeSupported(part.mime)) this.#source?.add(part)
    else if (part.track === 'audio') this.#soundless = true
    else if (this.#options.hasSmall && !this.#state.small) {
      this.#tell({ small: true, substitute: true })
      this.#begin(this.#state.mode, this.#start)
    } else this.#tell({ problem: { code: 'unsupported_picture', detail: part.mime } })
  }

  #attach(): void {
    const Source = sourceClass()
    if (Source === null) {
      this.#tell({ problem: { code: 'unsupported_browser', detail: null } })
      return
    }
    this.#source = new PlayerSource(Source, {
      video: this.#video,
      sound: this.#options.sound && !this.#soundless,
      onSound: hasSound => this.#tell({ hasSound }),
      onBroken: () => this.#recover(),
    })
  }

  #detach(): void {
    this.#source?.close()
    this.#source = null
  }

  #beat(): void {
    const ranges = this.#ranges()
    const now = performance.now() / 1000
    if (this.#state.mode === 'live') this.#beatLive(ranges, now)
    else this.#beatPast(ranges)
    this.#source?.doWithoutSound(now)
    // What was asked for lies elsewhere while the old moment is still on the screen.
    if (this.#start === null) this.#source?.keep(this.#video.currentTime - BEHIND_S)
    const ready = this.#video.readyState >= HTMLMediaElement.HAVE_CURRENT_DATA && this.#start === null
    if (ready) {
      const wall = this.#wall()
      const stalled = this.#state.playing && aheadOf(ranges, this.#video.currentTime) < 0.02
      const latency = this.#state.mode === 'live' ? Date.now() - wall : null
      this.#tell({ wall, stalled, latency })
    }
  }

  #beatLive(ranges: readonly Range[], now: number): void {
    const newest = ranges.at(-1)
    if (newest === undefined) return
    const at = this.#video.currentTime
    const behind = newest.end - at
    if (at < newest.start - 0.02 || behind < -0.5 || this.#video.paused) {
      this.#start = null
      this.#video.currentTime = Math.max(newest.start, newest.end - this.#pace.target)
      void this.#video.play().catch(() => undefined)
      return
    }
    const pace = this.#pace.decide(behind, now)
    if (pace.type === 'jump') this.#video.currentTime = newest.end - pace.to
    else if (this.#video.playbackRate !== pace.rate) this.#video.playbackRate = pace.rate
  }

  #beatPast(ranges: readonly Range[]): void {
    const { playing } = this.#state
    if (this.#start !== null) {
      const wanted = this.#media(this.#start)
      const first = ranges.find(({ end }) => end > wanted + 0.05)
      if (first !== undefined) {
        this.#video.currentTime = Math.max(wanted, first.start)
        this.#video.playbackRate = this.#rate
        this.#start = null
        this.#loudness()
        if (playing) void this.#video.play().catch(() => undefined)
      } else if (this.#ended && this.#state.problem === null) {
        this.#goOn(this.#start)
      }
      return
    }
    const at = this.#video.currentTime
    const jump = nextStart(ranges, at)
    if (jump !== null && playing) this.#video.currentTime = jump + 0.001
    const ahead = aheadOf(ranges, at)
    if (this.#behind && ahead > BEHIND_MOST_S) {
      // From here on it is fetched when it is wanted.
      this.#behind = false
      this.#ended = true
      void this.#feed?.stop()
    }
    if (this.#behind && playing && this.#rate > 1 && ahead < 1) {
      this.goLive()
      return
    }
    const want = AHEAD_S * Math.max(1, this.#rate)
    if (ahead < want * 0.7 && Date.now() - this.#wantedAt > 300) {
      this.#wantedAt = Date.now()
      void this.#feed?.want((want - ahead) * 1000)
    }
    const more = ranges.some(({ start }) => start > at)
    if (this.#ended && !more && ahead < 1 && playing && this.#state.problem === null) this.#goOn(this.#wall())
  }

  /** What was asked for is over: more has been recorded since, or now is reached. */
  #goOn(wall: number): void {
    if (Date.now() - wall < NOW_MS) {
      this.goLive()
      return
    }
    const end = this.#ranges().at(-1)?.end
    const from = end === undefined ? wall : Math.max(wall, Math.round(this.#origin + end * 1000))
    if (Date.now() - from < NOW_MS) {
      this.goLive()
      return
    }
    // Nothing more until now.
    if (this.#start !== null) {
      this.goLive()
      return
    }
    const run = ++this.#run
    this.#ended = false
    void this.#open(run, 'past', from)
  }

  #waiting(): void {
    if (this.#state.mode === 'live' && this.#start === null && this.#state.wall !== null)
      this.#pace.dry(performance.now() / 1000)
  }

  /** The browser could not decode something: a new source, and on from the same moment; past it when that fails again. */
  #recover(): void {
    const { wall, mode } = this.#state
    const now = Date.now()
    const again = now - this.#recovered.at < RECOVER_AGAIN_MS
    this.#recovered = { at: now, wall: wall ?? 0, times: again ? this.#recovered.times + 1 : 1 }
    this.#detach()
    if (this.#recovered.times > 5) {
      this.#tell({ problem: { code: 'undecodable', detail: null }, stalled: true })
      return
    }
    if (mode === 'live' || wall === null) {
      this.goLive()
      return
    }
    this.#begin('past', wall + (this.#recovered.times > 1 ? SKIP_MS : 0))
  }

  #loudness(): void {
    if (this.#rate > LOUDEST_RATE && !this.#video.muted) this.#video.muted = true
  }

  #tell(change: Partial<PlayerState>): void {
    const next = { ...this.#state, ...change }
    const same = Object.entries(change).every(([name, value]) => Reflect.get(this.#state, name) === value)
    if (same) return
    this.#state = next
    if (!this.#stop.signal.aborted) this.#onState(next)
  }
}
