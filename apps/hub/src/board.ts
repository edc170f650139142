import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Clock } from '@hausrecht/client/clock'
import type { Logger } from 'pino'
import { CAMERAS_FILE, type CameraEntry, readCameras } from './cameras.ts'
import type { Piece } from './recorder/cutter.ts'
import type { GapReason } from './recorder/gap-reasons.ts'
import type { RecordedGap } from './recorder/gap-tracker.ts'
import { CameraRecorder } from './recorder/recorder.ts'
import { STAGGER_MS } from './sources/limits.ts'
import { CameraSession } from './sources/session.ts'
import type { Source } from './sources/source.ts'
import type { CameraStatus } from './status/status.ts'
import type { PieceListener, Streams } from './streams.ts'

export type BoardOptions = {
  readonly home: string
  readonly streams: Streams
  readonly clock: Clock
  readonly log: Logger
  /** The last run ended in order. */
  readonly cleanStop: boolean
  readonly source: (camera: CameraEntry, clock: Clock) => Source
}

/** The cameras that run, as `cameras.json` has them; the file is read again when it changes. */
export class CameraBoard {
  readonly #options: BoardOptions
  readonly #running = new Map<string, RunningCamera>()
  #read = ''
  #first = true

  constructor(options: BoardOptions) {
    this.#options = options
  }

  /** Starts what is new, stops what is gone, restarts what is different. A file that cannot be read changes nothing. */
  async refresh(): Promise<void> {
    const { home, log } = this.#options
    const stamp = await stampOf(join(home, CAMERAS_FILE))
    if (stamp === this.#read) return
    this.#read = stamp
    let entries: readonly CameraEntry[]
    try {
      entries = await readCameras(home)
    } catch (error) {
      log.error({ err: error }, 'cameras.json cannot be read: cameras stay as they are')
      return
    }
    const wanted = new Map(entries.map(entry => [JSON.stringify(entry), entry]))
    for (const [key, camera] of this.#running) {
      if (wanted.has(key)) continue
      this.#running.delete(key)
      await camera.close()
      log.info({ video: camera.entry.video }, 'camera stopped')
    }
    let startAfterMs = 0
    for (const [key, entry] of wanted) {
      if (this.#running.has(key)) continue
      this.#running.set(key, new RunningCamera(entry, this.#options, this.#reason(entry), startAfterMs))
      startAfterMs += STAGGER_MS
      log.info({ video: entry.video }, 'camera started')
    }
    this.#first = false
  }

  status(): readonly CameraStatus[] {
    return [...this.#running.values()].map(camera => camera.status())
  }

  async close(): Promise<void> {
    await Promise.all([...this.#running.values()].map(camera => camera.close()))
    this.#running.clear()
  }

  #reason({ video }: CameraEntry): GapReason {
    if (!this.#first || this.#options.streams.endOf(video) === null) return 'camera_added'
    return this.#options.cleanStop ? 'hub_stopped' : 'hub_crashed'
  }
}

/** One camera at work, with the figures of its newest pieces. */
class RunningCamera implements PieceListener {
  readonly entry: CameraEntry
  readonly #recorder: CameraRecorder
  readonly #session: CameraSession
  #sealedAtMs: number | null = null
  #newest: Piece | null = null
  #gaps = 0
  #lastGap: RecordedGap | null = null
  readonly #clock: Clock

  constructor(entry: CameraEntry, options: BoardOptions, reason: GapReason, startAfterMs: number) {
    const { streams, clock, log, source } = options
    this.entry = entry
    this.#clock = clock
    const { video, audio } = entry
    const { frames } = streams
    this.#recorder = new CameraRecorder({
      video: streams.target(video, this),
      audio: audio === undefined ? null : streams.target(audio, this),
      videoEndMs: streams.endOf(video),
      audioEndMs: audio === undefined ? null : streams.endOf(audio),
      reason,
      now: () => clock.now(),
      release: data => frames.release(data),
    })
    this.#session = new CameraSession({
      source: source(entry, clock),
      recorder: this.#recorder,
      allocate: frames.allocator(),
      startAfterMs,
      onState: (state, error) =>
        log[error === null ? 'info' : 'warn']({ video, state, reason: error?.reason, code: error?.code }, 'camera'),
    })
  }

  onRecorded(piece: Piece): void {
    this.#recorder.recorded(piece)
    if (piece.kind !== 'video') return
    this.#newest = piece
    this.#sealedAtMs = this.#clock.now()
  }

  onLost(piece: Piece, reason: GapReason): void {
    this.#recorder.lost(piece, reason)
  }

  onGap(gap: RecordedGap): void {
    this.#gaps += 1
    this.#lastGap = gap
  }

  status(): CameraStatus {
    const { name, video, audio } = this.entry
    const { error, state, tracks } = this.#session
    const config = tracks?.video.config
    const seconds = Math.max(0.001, (this.#newest?.durationMs ?? 0) / 1000)
    const { lossEvents, jumps } = this.#recorder.counts
    return {
      name,
      video,
      audio: audio ?? null,
      state,
      problem: error === null ? null : { reason: error.reason, code: error.code, detail: error.message },
      codec: config?.codec ?? null,
      width: config?.kind === 'video' ? config.width : null,
      height: config?.kind === 'video' ? config.height : null,
      audioCodec: tracks?.audio?.config.codec ?? null,
      sealedAtMs: this.#sealedAtMs,
      bitsPerSecond: this.#newest === null ? null : Math.round((this.#newest.bytes * 8) / seconds),
      framesPerSecond: this.#newest === null ? null : Math.round((this.#newest.frames / seconds) * 10) / 10,
      gaps: { count: this.#gaps, reason: this.#lastGap?.reason ?? null, toMs: this.#lastGap?.toMs ?? null },
      losses: lossEvents,
      clockJumps: jumps,
      clockBroken: this.#recorder.clockBroken,
    }
  }

  close(): Promise<void> {
    return this.#session.close()
  }
}

/** Changes when the file does; empty when there is none. */
async function stampOf(path: string): Promise<string> {
  try {
    const { mtimeMs, size, ino } = await stat(path)
    return `${mtimeMs}/${size}/${ino}`
  } catch {
    return ''
  }
}
