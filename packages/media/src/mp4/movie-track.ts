import { type CodecConfig, sameConfig } from '../codec/config.ts'
import { Mp4Error } from '../errors.ts'
import { DESCRIPTIONS_MAX } from './sample-entry.ts'
import { SampleLog } from './sample-log.ts'

/**
 * [Note: one time line from many segments]
 *
 * Each segment says when it starts, true to the millisecond. The movie's samples follow each other by their durations. Where both agree
 * within `SNAP_MS`, durations win: rounding and jitter must not make the sound crackle. Where the segment starts later, something is
 * missing, and the sample before lasts until the segment starts: all later samples are at their true time, in every player, without
 * edit lists that half of them ignore. Where it starts earlier, the sample before is shortened. If even that isn't enough, the clock was
 * set back: the movie goes on without a gap, and later segments are moved by as much.
 */
export const SNAP_MS: Readonly<Record<CodecConfig['kind'], number>> = { video: 10, audio: 30 }

const DURATION_MAX = 0xffff_ffff

/** Samples to be added to a track: tables as in a fragment, in ticks of `timescale`. */
export type SampleRun = {
  readonly timescale: number
  readonly sizes: Uint32Array
  readonly durations: Uint32Array
  readonly compositionOffsets: Int32Array
  readonly sync: Uint8Array
  /** Wall-clock time, in ms, at which the first sample in order of presentation is shown. */
  readonly startTimeMs: number
  /** Index of the sample description. */
  readonly description: number
  /** Where the first byte lies in the file. */
  readonly offset: number
}

/** One track of a movie that grows. Pure: it knows where bytes lie, and does not touch them. */
export class MovieTrack {
  readonly kind: CodecConfig['kind']
  readonly timescale: number
  readonly configs: CodecConfig[] = []
  readonly log = new SampleLog()
  /** When the track starts, ms since 1970; null before the first sample. */
  startTimeMs: number | null = null
  /** Media time of the first sample shown, before composition offsets are made positive. Ticks. */
  lead = 0
  /** How often time was missing before a run. */
  gaps = 0
  /** How much a clock that was set back has moved what came after it, ms. */
  shiftMs = 0
  /** Decode time at which the next sample starts, ticks. */
  #end = 0

  constructor(kind: CodecConfig['kind'], timescale: number) {
    this.kind = kind
    this.timescale = timescale
  }

  /** Duration in ticks. */
  get duration(): number {
    return this.#end
  }

  /** The index of a sample description that decodes this configuration, which is added when it is new. @throws Mp4Error `too_many` */
  describe(config: CodecConfig): number {
    const known = this.configs.findIndex(candidate => sameConfig(candidate, config))
    if (known >= 0) return known
    if (this.configs.length === DESCRIPTIONS_MAX) throw new Mp4Error('too_many', 'sample descriptions')
    this.configs.push(config)
    return this.configs.length - 1
  }

  /** Adds samples. @throws Mp4Error `bad_value` for tables of different lengths */
  append(run: SampleRun): void {
    const { sizes, durations, compositionOffsets, sync } = run
    const count = sizes.length
    if (count === 0) return
    if ([durations, compositionOffsets, sync].some(table => table.length !== count))
      throw new Mp4Error('bad_value', 'tables')
    this.#place(run)
    const scale = run.timescale === this.timescale ? null : this.timescale / run.timescale
    let from = 0
    let exact = 0
    for (let i = 0; i < count; i++) {
      let duration = durations[i] ?? 0
      let offset = compositionOffsets[i] ?? 0
      if (scale !== null) {
        exact += duration * scale
        duration = Math.min(DURATION_MAX, Math.round(exact) - from)
        from += duration
        offset = Math.round(offset * scale)
      }
      this.log.push(sizes[i] ?? 0, duration, offset, sync[i] === 1)
      this.#end += duration
    }
    this.log.chunks.push({ offset: run.offset, samples: count, description: run.description })
  }

  /** Moves the end of the track to where the run starts. See [Note: one time line from many segments]. */
  #place(run: SampleRun): void {
    const lead = Math.round((leadOf(run) * this.timescale) / run.timescale)
    if (this.startTimeMs === null) {
      this.startTimeMs = run.startTimeMs
      this.lead = lead
      return
    }
    const startMs = run.startTimeMs + this.shiftMs - this.startTimeMs
    const start = Math.round((startMs * this.timescale) / 1000) + this.lead - lead
    const late = start - this.#end
    if (Math.abs(late) <= (SNAP_MS[this.kind] * this.timescale) / 1000) return
    if (late > 0) {
      this.gaps++
      this.#stretch(late)
      return
    }
    const shorter = this.log.lastDuration + late
    if (shorter >= 1) {
      this.log.lastDuration = shorter
      this.#end = start
    } else {
      this.shiftMs -= (late * 1000) / this.timescale
    }
  }

  #stretch(ticks: number): void {
    const duration = this.log.lastDuration + ticks
    // At 90 kHz a sample can last 13 hours. What is missing beyond that is left out, and later times are that much early.
    this.log.lastDuration = Math.min(duration, DURATION_MAX)
    this.#end += ticks - (duration - this.log.lastDuration)
    this.shiftMs -= ((duration - this.log.lastDuration) * 1000) / this.timescale
  }
}

/** Ticks from the decode time of a run's first sample to the first presentation. 0 for what we record ([Note: decode times]). */
function leadOf(run: SampleRun): number {
  let time = 0
  let lead = Number.POSITIVE_INFINITY
  for (let i = 0; i < run.sizes.length; i++) {
    lead = Math.min(lead, time + (run.compositionOffsets[i] ?? 0))
    time += run.durations[i] ?? 0
  }
  return lead
}
