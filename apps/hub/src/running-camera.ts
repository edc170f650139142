import type { Clock } from '@hausrecht/client/clock'
import type { StreamId } from '@hausrecht/crypto/ids'
import type { Logger } from 'pino'
import { type CameraEntry, streamsOf } from './cameras.ts'
import type { Live } from './live/live.ts'
import type { Piece } from './recorder/cutter.ts'
import type { GapReason } from './recorder/gap-reasons.ts'
import type { RecordedGap } from './recorder/gap-tracker.ts'
import { CameraRecorder } from './recorder/recorder.ts'
import { CameraSession } from './sources/session.ts'
import type { Source } from './sources/source.ts'
import type { CameraStatus } from './status/status.ts'
import type { PieceListener, Streams } from './streams.ts'

export type CameraOptions = {
  readonly streams: Streams
  readonly live: Live
  readonly clock: Clock
  readonly log: Logger
  readonly source: (camera: CameraEntry, clock: Clock) => Source
}

/** One connection to a camera, recorded. */
class Recording implements PieceListener {
  readonly session: CameraSession
  readonly recorder: CameraRecorder
  readonly #onPiece: (piece: Piece) => void
  readonly #onGap: (gap: RecordedGap) => void

  constructor(
    entry: CameraEntry,
    picture: StreamId,
    sound: StreamId | undefined,
    { streams, live, clock, log, source }: CameraOptions,
    start: { readonly reason: GapReason; readonly afterMs: number },
    heard: { readonly onPiece: (piece: Piece) => void; readonly onGap: (gap: RecordedGap) => void },
  ) {
    const { frames } = streams
    this.#onPiece = heard.onPiece
    this.#onGap = heard.onGap
    this.recorder = new CameraRecorder({
      video: streams.target(picture, this),
      audio: sound === undefined ? null : streams.target(sound, this),
      videoEndMs: streams.endOf(picture),
      audioEndMs: sound === undefined ? null : streams.endOf(sound),
      videoTap: live.tap(picture, 'video'),
      ...(sound !== undefined && { audioTap: live.tap(sound, 'audio') }),
      reason: start.reason,
      now: () => clock.now(),
      release: data => frames.release(data),
    })
    this.session = new CameraSession({
      source: source(entry, clock),
      recorder: this.recorder,
      allocate: frames.allocator(),
      startAfterMs: start.afterMs,
      onState: (state, error) =>
        log[error === null ? 'info' : 'warn'](
          { video: picture, state, reason: error?.reason, code: error?.code },
          'camera',
        ),
    })
  }

  onRecorded(piece: Piece): void {
    this.recorder.recorded(piece)
    if (piece.kind === 'video') this.#onPiece(piece)
  }

  onLost(piece: Piece, reason: GapReason): void {
    this.recorder.lost(piece, reason)
  }

  onGap(gap: RecordedGap): void {
    this.#onGap(gap)
  }
}

/** One camera at work, its small second picture beside it, with the figures of its newest pieces. */
export class RunningCamera {
  /** What the file says; name and place may change while it runs. */
  entry: CameraEntry
  readonly #main: Recording
  readonly #sub: Recording | null
  readonly #live: Live
  #sealedAtMs: number | null = null
  #newest: Piece | null = null
  #gaps = 0
  #lastGap: RecordedGap | null = null

  constructor(entry: CameraEntry, options: CameraOptions, reason: GapReason, startAfterMs: number) {
    this.entry = entry
    this.#live = options.live
    const { clock } = options
    const { video, audio, sub, subUrl } = entry
    this.#main = new Recording(
      entry,
      video,
      audio,
      options,
      { reason, afterMs: startAfterMs },
      {
        onPiece: piece => {
          this.#newest = piece
          this.#sealedAtMs = clock.now()
        },
        onGap: gap => {
          this.#gaps += 1
          this.#lastGap = gap
        },
      },
    )
    const small = sub === undefined || subUrl === undefined ? null : { sub, url: subUrl }
    this.#sub =
      small === null
        ? null
        : new Recording(
            { ...entry, url: small.url },
            small.sub,
            undefined,
            options,
            { reason, afterMs: startAfterMs },
            { onPiece: () => {}, onGap: () => {} },
          )
  }

  status(): CameraStatus {
    const { name, video, audio, sub } = this.entry
    const { session, recorder } = this.#main
    const { error, state, tracks } = session
    const config = tracks?.video.config
    const seconds = Math.max(0.001, (this.#newest?.durationMs ?? 0) / 1000)
    const { lossEvents, jumps } = recorder.counts
    return {
      name,
      video,
      audio: audio ?? null,
      sub: sub ?? null,
      state,
      problem: error === null ? null : { reason: error.reason, code: error.code, detail: error.message },
      codec: config?.codec ?? null,
      width: config?.kind === 'video' ? config.width : null,
      height: config?.kind === 'video' ? config.height : null,
      audioCodec: tracks?.audio?.config.codec ?? null,
      sealedAtMs: this.#sealedAtMs,
      bitsPerSecond: this.#newest === null ? null : Math.round((this.#newest.bytes * 8) / seconds),
      framesPerSecond: this.#newest === null ? null : Math.round((this.#newest.frames / seconds) * 10) / 10,
      viewers: [...new Set(streamsOf(this.entry).flatMap(stream => this.#live.viewers(stream)))],
      gaps: { count: this.#gaps, reason: this.#lastGap?.reason ?? null, toMs: this.#lastGap?.toMs ?? null },
      losses: lossEvents,
      clockJumps: jumps,
      clockBroken: recorder.clockBroken,
    }
  }

  async close(): Promise<void> {
    await Promise.all([this.#main.session.close(), this.#sub?.session.close()])
  }
}
