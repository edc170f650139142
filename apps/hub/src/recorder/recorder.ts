import { type CodecConfig, sameConfig } from '@hausrecht/media/codec/config'
import { Cutter, type Piece } from './cutter.ts'
import type { Frame, TrackSetup } from './frames.ts'
import type { GapReason } from './gap-reasons.ts'
import { GapTracker, type RecordedGap } from './gap-tracker.ts'
import { PART_MAX_MS } from './limits.ts'
import { audioRule, videoRule } from './rules.ts'
import type { FrameTap } from './tap.ts'
import type { StreamTarget } from './target.ts'
import { alignSound, TrackTimeline } from './timeline.ts'

/** One frame as a camera session gives it. */
export type Unit = {
  /** A picture as length-prefixed NAL units, or one frame of sound. The recorder keeps it until it is sealed. */
  readonly data: Uint8Array
  /** RTP time that never wraps, ticks. */
  readonly rtpTime: number
  /** The hub's wall clock when it came, ms. */
  readonly arrival: number
  /** Decoding can start here. */
  readonly key: boolean
  /** The sender's wall clock for it, ms, from sender reports. */
  readonly ntp?: number
  /** Packets before it were lost. */
  readonly lossBefore: boolean
}

type Lane = {
  readonly target: StreamTarget
  readonly gaps: GapTracker
  lastEndMs: number | null
  /** Pieces that were cut and could not be kept, not yet told by a gap object. */
  dropped: RecordedGap | null
  readonly tap: FrameTap | null
  track: { readonly timeline: TrackTimeline; readonly cutter: Cutter; lastWallMs: number | null } | null
}

export type RecorderOptions = {
  readonly video: StreamTarget
  readonly audio: StreamTarget | null
  /** Where each stream ended when the hub last ran, ms; null when it is new. */
  readonly videoEndMs: number | null
  readonly audioEndMs: number | null
  /** Why nothing was recorded since then. */
  readonly reason: GapReason
  readonly now: () => number
  /** Who else gets the frames. */
  readonly videoTap?: FrameTap
  readonly audioTap?: FrameTap
  /** A unit's memory is not needed any more. */
  readonly release?: (data: Uint8Array) => void
}

/** Counters of one camera for status and tests. */
export type RecorderCounts = { frames: number; lossEvents: number; jumps: number; skippedFrames: number }

/**
 * Records one camera: maps the tracks' times, cuts them, gives the pieces to their streams, and accounts for all time without
 * recording. Sound is a stream of its own, so that deleting a voice costs no picture.
 */
export class CameraRecorder {
  readonly #now: () => number
  readonly #release: (data: Uint8Array) => void
  readonly #video: Lane
  readonly #audio: Lane | null
  readonly counts: RecorderCounts = { frames: 0, lossEvents: 0, jumps: 0, skippedFrames: 0 }
  #pictureCutMs: number | null = null
  #aligned = false

  constructor(options: RecorderOptions) {
    this.#now = options.now
    this.#release = options.release ?? (() => {})
    this.#video = lane(options.video, options.videoEndMs, options.videoTap)
    this.#audio = options.audio === null ? null : lane(options.audio, options.audioEndMs, options.audioTap)
    for (const each of this.#lanes()) each.gaps.begin(options.reason, each.lastEndMs ?? options.now())
  }

  /** The reason for which no picture is recorded now; null while it is. */
  get gapReason(): GapReason | null {
    return this.#video.gaps.reason
  }

  /** The camera's timestamps are unusable, arrival is used. */
  get clockBroken(): boolean {
    return this.#video.track?.timeline.broken ?? false
  }

  /** A session begins. A track that is missing is not recorded. */
  open(video: TrackSetup, audio: TrackSetup | null): void {
    this.#pictureCutMs = null
    this.#aligned = false
    const ahead = this.#video.target
    this.#start(
      this.#video,
      video,
      videoRule((before, at) => ahead.slotsAhead(before, at)),
    )
    const sound = this.#audio
    if (sound === null) return
    if (audio === null) {
      // No microphone is no gap: nothing that should be there is missing.
      this.#stop(sound)
      sound.gaps.end(sound.lastEndMs ?? this.#now())
      return
    }
    const rule = audioRule(
      () => this.#pictureCutMs,
      (before, at) => sound.target.slotsAhead(before, at),
    )
    this.#start(sound, audio, rule)
  }

  picture(unit: Unit): void {
    this.#unit(this.#video, unit)
  }

  sound(unit: Unit): void {
    const sound = this.#audio
    if (sound === null) return
    this.#unit(sound, unit)
    const [a, b] = [this.#video.track?.timeline, sound.track?.timeline]
    if (unit.ntp !== undefined && a !== undefined && b !== undefined && !this.#aligned)
      this.#aligned = alignSound(a, b, true)
  }

  /** Codec parameters changed in the middle of the stream. */
  reconfigure(kind: 'video' | 'audio', config: CodecConfig): void {
    const each = kind === 'video' ? this.#video : this.#audio
    const cutter = each?.track?.cutter
    if (cutter === undefined || sameConfig(cutter.codec, config)) return
    cutter.configure(config)
    each?.tap?.configure(config)
  }

  /** The session ended, for `reason`. What was collected is sealed. */
  interrupt(reason: GapReason): void {
    for (const each of this.#lanes()) {
      this.#stop(each)
      each.gaps.begin(reason, each.gaps.reason === null ? (each.lastEndMs ?? this.#now()) : this.#now())
    }
  }

  /** A piece could not be kept. The gap is written when something can be written again. */
  lost(piece: Piece, reason: GapReason): void {
    const each = this.#laneOf(piece)
    const end = piece.startMs + piece.durationMs
    const { dropped } = each
    if (dropped !== null && dropped.reason !== reason) this.#writeDropped(each)
    each.dropped = {
      fromMs: Math.min(each.dropped?.fromMs ?? piece.startMs, piece.startMs),
      toMs: Math.max(each.dropped?.toMs ?? end, end),
      reason,
      lost: (each.dropped?.lost ?? 0) + 1,
    }
  }

  /** A piece is sealed and durable. */
  recorded(piece: Piece): void {
    this.#writeDropped(this.#laneOf(piece))
  }

  /** To be called now and then. */
  tick(): void {
    for (const each of this.#lanes()) each.gaps.tick(this.#now())
  }

  /** Seals what is open and waits until the spool has it. No gap is written: the next start knows the reason. */
  async close(): Promise<void> {
    for (const each of this.#lanes()) this.#stop(each)
    for (const each of this.#lanes()) {
      await each.target.idle()
      this.#writeDropped(each)
      await each.target.idle()
    }
  }

  #laneOf(piece: Piece): Lane {
    return piece.kind === 'audio' ? (this.#audio ?? this.#video) : this.#video
  }

  #writeDropped(each: Lane): void {
    const { dropped } = each
    each.dropped = null
    if (dropped !== null) void each.target.writeGap(dropped)
  }

  #lanes(): readonly Lane[] {
    return this.#audio === null ? [this.#video] : [this.#video, this.#audio]
  }

  #start(each: Lane, setup: TrackSetup, rule: ReturnType<typeof videoRule>): void {
    this.#stop(each)
    const cutter = new Cutter(
      setup.config,
      { timescale: setup.clockRate, fallbackTicks: setup.frameTicks, rule },
      piece => this.#cut(each, piece),
      this.#release,
    )
    if (each.lastEndMs !== null) cutter.noteLoss()
    each.track = { timeline: new TrackTimeline(setup.clockRate), cutter, lastWallMs: null }
    each.tap?.open(setup)
  }

  #stop(each: Lane): void {
    each.track?.cutter.flush()
    each.track = null
    each.tap?.close()
  }

  #cut(each: Lane, piece: Piece): void {
    each.lastEndMs = piece.startMs + piece.durationMs
    if (piece.kind === 'video') this.#pictureCutMs = each.lastEndMs
    each.target.write(piece)
  }

  #unit(each: Lane, unit: Unit): void {
    const { track } = each
    if (track === null) return
    const { ticks, wallMs, jump } = track.timeline.place(unit.rtpTime, unit.arrival, unit.ntp)
    const { lastWallMs } = track
    if (jump) this.#missing(each, track.cutter, 'camera_clock')
    else if (lastWallMs !== null && wallMs - lastWallMs > PART_MAX_MS)
      this.#missing(each, track.cutter, 'frames_missing')
    if (unit.lossBefore) {
      this.counts.lossEvents += 1
      track.cutter.noteLoss()
      each.tap?.loss()
    }
    track.lastWallMs = wallMs
    const frame: Frame = { data: unit.data, ticks, wallMs, key: unit.key }
    if (!track.cutter.push(frame)) {
      this.counts.skippedFrames += 1
      return
    }
    each.tap?.frame(frame)
    this.counts.frames += 1
    if (each.gaps.reason !== null) each.gaps.end(wallMs)
  }

  #missing(each: Lane, cutter: Cutter, reason: GapReason): void {
    if (reason === 'camera_clock') this.counts.jumps += 1
    cutter.interrupt(false)
    each.tap?.interrupt()
    if (each.gaps.reason === null && each.lastEndMs !== null) each.gaps.begin(reason, each.lastEndMs)
  }
}

function lane(target: StreamTarget, lastEndMs: number | null, tap: FrameTap | null = null): Lane {
  const gaps = new GapTracker(gap => void target.writeGap(gap))
  return { target, gaps, lastEndMs, dropped: null, tap, track: null }
}
