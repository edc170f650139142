import { concat, equal } from '@hausrecht/crypto/bytes'
import { crc32 } from '#crc32'
import { MovieFile } from '#movie-file'
import type { CodecConfig } from '../codec/config.ts'
import { Mp4Error } from '../errors.ts'
import { type Fragment, parseFragment } from './fragment-read.ts'
import { flacOf, flacRun } from './g711-run.ts'
import { withParameterSets } from './in-band.ts'
import { parseInit } from './init.ts'
import { buildFrontMoov, buildMoov, buildMovieType } from './movie-boxes.ts'
import { encodeEntry, type JournalEntry, type JournalRun, type Kind, readEntries } from './movie-journal.ts'
import { newState, progressOf, type State, type TrackProgress } from './movie-state.ts'
import { MovieTrack } from './movie-track.ts'
import { trimToSync } from './trim.ts'
import { text, u32, u64 } from './write.ts'

/** After how many segments what was written is noted in the journal. */
export const JOURNAL_EVERY = 16

export type MovieOptions = {
  /** Where the finished movie goes. Until then there are `path.part` and `path.part.journal`. */
  readonly path: string
  /** What is exported, in the caller's words; `MovieWriter.open` gives it back, so that a different export isn't continued. */
  readonly label?: string
  /** Puts `moov` in front, so that a browser can play while loading; costs one more copy at the end. */
  readonly faststart?: boolean
}

/** One opened segment. */
export type MoviePart = {
  readonly init: Uint8Array
  readonly fragment: Uint8Array
  /** Wall-clock time of the first sample in order of presentation, ms since 1970. */
  readonly startTimeMs: number
  /** Something before it is missing: pictures that can't be decoded without it are left out. */
  readonly discontinuity?: boolean
  /** The caller's name for the segment (its object id): after an interruption `progress` says which ones are in. */
  readonly mark?: string
}

export type MovieProgress = { readonly bytes: number; readonly video: TrackProgress; readonly audio: TrackProgress }

const TYPE = buildMovieType()
/** `mdat` with a 64-bit size, which `finish` fills in. */
const HEAD = concat(TYPE, u32(1), text('mdat'), u64(16))

/**
 * Writes opened segments into a plain MP4 file: one track of pictures, one of sound. Fragments' samples go to the file as they are; only
 * tables are built. Calls are awaited one after the other; a part's bytes may be reused when its call is done.
 *
 * A failed write (`Mp4Error` `io`) leaves the writer as it was: the call can be repeated when there is room again.
 */
export class MovieWriter {
  /** What is exported, in the caller's words. */
  readonly label: string
  readonly #path: string
  readonly #faststart: boolean
  readonly #file: MovieFile
  readonly #states: Readonly<Record<Kind, State>> = { video: newState(), audio: newState() }
  #notes: Uint8Array[] = []
  #partsNoted = 0
  #busy = false

  private constructor(options: MovieOptions, file: MovieFile) {
    this.#path = options.path
    this.label = options.label ?? ''
    this.#faststart = options.faststart ?? false
    this.#file = file
  }

  /** Starts a movie; an unfinished one at the same path is thrown away. @throws Mp4Error `io` */
  static async create(options: MovieOptions): Promise<MovieWriter> {
    const writer = new MovieWriter(options, await MovieFile.create(options.path, HEAD))
    writer.#note({ type: 'head', label: writer.label })
    await writer.#flush()
    return writer
  }

  /**
   * Continues the unfinished movie at `options.path`; `label` and `progress` are the unfinished movie's. Each byte that the journal
   * speaks of is read back and compared with its checksum; from the first that is missing or damaged on, everything is cut off.
   * @throws Mp4Error `not_resumable` when there is none, `io`
   */
  static async open(options: Omit<MovieOptions, 'label'>): Promise<MovieWriter> {
    const file = await MovieFile.open(options.path, HEAD.length)
    try {
      const [head, ...rest] = readEntries(await file.readJournal())
      if (head?.entry.type !== 'head') throw new Mp4Error('not_resumable')
      const writer = new MovieWriter({ ...options, label: head.entry.label }, file)
      let { end } = head
      for (const read of rest) {
        if (!(await writer.#replay(read.entry))) break
        end = read.end
      }
      await file.cut(end)
      return writer
    } catch (error) {
      await file.close()
      throw error
    }
  }

  get progress(): MovieProgress {
    return {
      bytes: this.#file.length,
      video: progressOf(this.#states.video),
      audio: progressOf(this.#states.audio),
    }
  }

  /** @throws Mp4Error: `codec_changed` when it isn't the track's codec, `io`, or what parsing finds; CodecError */
  appendVideo(part: MoviePart): Promise<void> {
    return this.#exclusively(() => this.#append('video', part))
  }

  /** As `appendVideo`. G.711 becomes FLAC (decision 0042). */
  appendAudio(part: MoviePart): Promise<void> {
    return this.#exclusively(() => this.#append('audio', part))
  }

  /**
   * Writes the tables, makes the file durable and puts it at its path.
   * @throws Mp4Error `missing_box` when there is nothing in it, `io`
   */
  finish(): Promise<MovieProgress> {
    return this.#exclusively(async () => {
      const { progress } = this
      const tracks = [this.#states.video.track, this.#states.audio.track].filter(track => track !== null)
      if (tracks.every(track => track.log.count === 0)) throw new Mp4Error('missing_box', 'the movie has no samples')
      await this.#flush()
      await this.#file.patch(TYPE.length + 8, u64(this.#file.length - TYPE.length))
      if (this.#faststart) await this.#file.finishFast(TYPE.length, buildFrontMoov(tracks))
      else await this.#file.finish(buildMoov(tracks))
      return progress
    })
  }

  /** Stops for now: `open` continues. @throws Mp4Error `io` */
  async close(): Promise<void> {
    try {
      await this.#flush()
    } finally {
      await this.#file.close()
    }
  }

  /** Gives up, and removes what was written. */
  async discard(): Promise<void> {
    await this.#file.close()
    await MovieFile.remove(this.#path)
  }

  async #append(kind: Kind, part: MoviePart): Promise<void> {
    // First, so that a full disk is met before anything has changed.
    if (this.#partsNoted >= JOURNAL_EVERY) await this.#flush()
    const state = this.#states[kind]
    const { config, timescale, fragment: whole } = this.#parse(kind, part)
    if (part.discontinuity === true) state.needsSync = true
    const trimmed = state.needsSync ? trimToSync(whole) : { fragment: whole, dropped: 0, later: 0 }
    if (trimmed === null) {
      state.dropped += whole.sizes.length
      return
    }
    const { fragment } = trimmed
    const g711 = config.codec === 'pcma' || config.codec === 'pcmu' ? config.codec : null
    const recoded = g711 !== null && config.kind === 'audio'
    const description = this.#describe(kind, recoded ? flacOf(config) : config, timescale)
    const run = recoded ? flacRun(g711, config, fragment, state.coded, timescale) : { ...fragment, coded: 0 }
    const changed = config.kind === 'video' && (state.track?.configs.length ?? 0) > 1
    const { sizes, pieces } = changed
      ? withParameterSets(config, run.sizes, run.sync, run.data)
      : { sizes: run.sizes, pieces: [run.data] }
    const offset = this.#file.length
    const written = this.#file.append(pieces)
    // While the kernel copies, this thread computes the checksum.
    const crc = pieces.reduce((sum, piece) => crc32(piece, sum), 0)
    await written
    const entry: JournalRun = {
      type: 'run',
      kind,
      description,
      timescale,
      startTimeMs: Math.round(part.startTimeMs + (trimmed.later * 1000) / timescale),
      mark: part.mark ?? '',
      coded: run.coded,
      sizes,
      durations: run.durations,
      compositionOffsets: run.compositionOffsets,
      sync: run.sync,
      offset,
      length: pieces.reduce((sum, piece) => sum + piece.length, 0),
      crc,
    }
    state.dropped += trimmed.dropped
    this.#note(entry)
    this.#add(entry)
    this.#partsNoted++
  }

  #parse(kind: Kind, part: MoviePart): { config: CodecConfig; timescale: number; fragment: Fragment } {
    const state = this.#states[kind]
    if (state.lastInit === null || !equal(state.lastInit.bytes, part.init)) {
      state.lastInit = { bytes: Uint8Array.from(part.init), tracks: parseInit(part.init) }
    }
    const fragment = parseFragment(part.fragment)
    const track = state.lastInit.tracks.find(
      ({ trackId, config }) => trackId === fragment.trackId && config.kind === kind,
    )
    if (track === undefined) throw new Mp4Error('missing_box', `no ${kind} track ${fragment.trackId}`)
    return { config: track.config, timescale: track.timescale, fragment }
  }

  /** The index of the sample description in the track; both are made, and noted, when they are new. */
  #describe(kind: Kind, config: CodecConfig, timescale: number): number {
    const state = this.#states[kind]
    const track = state.track ?? new MovieTrack(kind, timescale)
    const first = track.configs[0]
    if (first !== undefined && first.codec !== config.codec) {
      throw new Mp4Error('codec_changed', `${first.codec} to ${config.codec}`)
    }
    const before = track.configs.length
    const description = track.describe(config)
    if (track.configs.length > before) this.#note({ type: 'config', timescale, config })
    state.track = track
    return description
  }

  #add(run: JournalRun): void {
    const state = this.#states[run.kind]
    state.track?.append(run)
    state.parts++
    state.coded += run.coded
    state.lastMark = run.mark
    state.needsSync = false
  }

  /** Takes a journal entry over; false when the bytes that it speaks of are not there. */
  async #replay(entry: JournalEntry): Promise<boolean> {
    if (entry.type === 'head') return false
    if (entry.type === 'config') {
      const state = this.#states[entry.config.kind]
      state.track ??= new MovieTrack(entry.config.kind, entry.timescale)
      state.track.describe(entry.config)
      return true
    }
    const known = this.#states[entry.kind].track?.configs[entry.description] !== undefined
    if (!known || entry.offset !== this.#file.length) return false
    if (!(await this.#file.accept(entry.length, entry.crc))) return false
    this.#add(entry)
    return true
  }

  #note(entry: JournalEntry): void {
    this.#notes.push(encodeEntry(entry))
  }

  async #flush(): Promise<void> {
    if (this.#notes.length === 0) return
    await this.#file.note(concat(...this.#notes))
    this.#notes = []
    this.#partsNoted = 0
  }

  /** Overlapping calls would mix up the order of samples and bytes. */
  async #exclusively<T>(act: () => Promise<T>): Promise<T> {
    if (this.#busy) throw new Mp4Error('bad_value', 'calls overlap')
    this.#busy = true
    try {
      return await act()
    } finally {
      this.#busy = false
    }
  }
}
