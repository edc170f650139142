import { concat } from '@hausrecht/crypto/bytes'
import { Mp4Error } from '../errors.ts'
import type { MovieTrack } from './movie-track.ts'
import { buildSampleDescriptions, fileType } from './sample-entry.ts'
import type { Chunk, SampleLog } from './sample-log.ts'
import { buildMovieHeader, buildTrack, type Edit } from './track-box.ts'
import { box, fullBox, u32 } from './write.ts'

/** Ticks a second of the movie's own time line: segments' times are in milliseconds. */
const MOVIE_TIMESCALE = 1000
const U32_MAX = 0xffff_ffff

export const buildMovieType = (): Uint8Array => fileType('isom', 'isom', 'iso2', 'mp41')

/**
 * `moov` of a movie.
 * @param shift bytes by which all chunks move, when `moov` is put before them
 * @throws Mp4Error `bad_value`
 */
export function buildMoov(tracks: readonly MovieTrack[], shift = 0): Uint8Array {
  const started = tracks.filter(track => track.log.count > 0)
  const movieStart = Math.min(...started.map(track => track.startTimeMs ?? 0))
  const timed = started.map((track, i) => ({ track, trackId: i + 1, ...timeline(track, movieStart) }))
  const movieDuration = Math.max(0, ...timed.map(entry => entry.movieDuration))
  const traks = timed.map(({ track, trackId, edits, movieDuration: duration }) => {
    const sizes = track.configs.map(config => (config.kind === 'video' ? config : { width: 0, height: 0 }))
    return buildTrack({
      trackId,
      timescale: track.timescale,
      kind: track.kind,
      width: Math.max(...sizes.map(size => size.width)),
      height: Math.max(...sizes.map(size => size.height)),
      movieDuration: duration,
      mediaDuration: track.duration,
      edits,
      tables: sampleTables(track, shift),
    })
  })
  return box('moov', buildMovieHeader(MOVIE_TIMESCALE, movieDuration, timed.length + 1), ...traks)
}

/** How much composition offsets are raised so that none is negative: players that read them unsigned stay right. Ticks. */
function offsetShift(log: SampleLog): number {
  let least = 0
  for (let i = 0; i < log.count; i++) least = Math.min(least, log.compositionOffsets[i] ?? 0)
  return -least
}

/** The edit list: silence until the track starts, then its samples from the first one that is shown. */
function timeline(track: MovieTrack, movieStart: number): { readonly edits: Edit[]; readonly movieDuration: number } {
  const delay = Math.round((track.startTimeMs ?? movieStart) - movieStart)
  const mediaTime = offsetShift(track.log) + track.lead
  const duration = Math.ceil((track.duration * MOVIE_TIMESCALE) / track.timescale)
  const edits: Edit[] = []
  if (delay > 0) edits.push({ duration: delay, mediaTime: -1 })
  if (delay > 0 || mediaTime > 0) edits.push({ duration, mediaTime })
  return { edits, movieDuration: delay + duration }
}

function sampleTables(track: MovieTrack, shift: number): Uint8Array[] {
  const { log } = track
  const tables = [
    buildSampleDescriptions(track.configs),
    fullBox(
      'stts',
      0,
      0,
      runLengths(log.count, i => log.durations[i] ?? 0),
    ),
  ]
  const raise = offsetShift(log)
  let reordered = raise > 0
  for (let i = 0; i < log.count && !reordered; i++) reordered = log.compositionOffsets[i] !== 0
  if (reordered) {
    tables.push(
      fullBox(
        'ctts',
        0,
        0,
        runLengths(log.count, i => (log.compositionOffsets[i] ?? 0) + raise),
      ),
    )
  }
  const sync = syncSamples(log)
  if (sync.length < log.count) tables.push(fullBox('stss', 0, 0, u32(sync.length), words(sync)))
  tables.push(
    fullBox('stsc', 0, 0, chunkRuns(log.chunks)),
    fullBox('stsz', 0, 0, u32(0, log.count), words(log.sizes.subarray(0, log.count))),
    chunkOffsets(log.chunks, shift),
  )
  return tables
}

function syncSamples(log: SampleLog): number[] {
  const sync: number[] = []
  for (let i = 0; i < log.count; i++) if (log.sync[i] === 1) sync.push(i + 1)
  return sync
}

/** Big-endian words. */
function words(values: ArrayLike<number>): Uint8Array {
  const view = new DataView(new ArrayBuffer(values.length * 4))
  for (let i = 0; i < values.length; i++) view.setUint32(i * 4, values[i] ?? 0)
  return new Uint8Array(view.buffer)
}

/** An entry count, and pairs of run length and value. */
function runLengths(count: number, value: (index: number) => number): Uint8Array {
  const runs: number[] = []
  let run = 0
  for (let i = 0; i < count; i++) {
    run++
    if (i + 1 === count || value(i + 1) !== value(i)) {
      runs.push(run, value(i))
      run = 0
    }
  }
  return concat(u32(runs.length / 2), words(runs))
}

function chunkRuns(chunks: readonly Chunk[]): Uint8Array {
  const runs: number[] = []
  for (const [i, chunk] of chunks.entries()) {
    const before = chunks[i - 1]
    if (before?.samples !== chunk.samples || before.description !== chunk.description) {
      runs.push(i + 1, chunk.samples, chunk.description + 1)
    }
  }
  return concat(u32(runs.length / 3), words(runs))
}

function chunkOffsets(chunks: readonly Chunk[], shift: number): Uint8Array {
  const last = chunks.at(-1)
  // With room for `moov` in front, so that the size of `moov` does not depend on where it is put.
  const long = last !== undefined && last.offset > U32_MAX / 2
  if (!long) return fullBox('stco', 0, 0, u32(chunks.length), words(chunks.map(chunk => chunk.offset + shift)))
  const view = new DataView(new ArrayBuffer(chunks.length * 8))
  for (const [i, chunk] of chunks.entries()) view.setBigUint64(i * 8, BigInt(chunk.offset + shift))
  return fullBox('co64', 0, 0, u32(chunks.length), new Uint8Array(view.buffer))
}

/** @throws Mp4Error `bad_value` when `moov` itself is too large to stand in front */
export function buildFrontMoov(tracks: readonly MovieTrack[]): Uint8Array {
  const { length } = buildMoov(tracks)
  if (length > U32_MAX / 2) throw new Mp4Error('bad_value', 'moov')
  return buildMoov(tracks, length)
}
