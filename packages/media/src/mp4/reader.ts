import { readFile } from 'node:fs/promises'
import type { CodecConfig } from '../codec/config.ts'
import { Mp4Error } from '../errors.ts'
import { type Box, findBox, needBox, readBoxes, readFull } from './boxes.ts'
import { handlerOf, parseTrack, TRACKS_MAX } from './init.ts'
import { readSampleTables } from './sample-tables.ts'

/** The largest movie read into memory, in bytes. */
export const MOVIE_MAX = 2 ** 31

/** A sample of a movie. Times are in ticks of its track, from the movie's start: an edit list is already applied. */
export type MovieSample = {
  /** A view into the movie's bytes. */
  readonly data: Uint8Array
  readonly dts: number
  readonly pts: number
  readonly duration: number
  readonly isSync: boolean
  /** Which of the track's `configs` decodes it. */
  readonly config: number
}

export type MovieTrack = {
  readonly kind: CodecConfig['kind']
  readonly codec: CodecConfig['codec']
  readonly trackId: number
  readonly timescale: number
  /** At least one; more when the picture's size or the codec's parameters change inside the movie. */
  readonly configs: readonly [CodecConfig, ...CodecConfig[]]
  /** In order of decoding. */
  readonly samples: readonly MovieSample[]
}

export type Movie = { readonly tracks: readonly MovieTrack[] }

/**
 * Reads a plain (not fragmented) MP4 file whole. Tracks that are neither picture nor sound are left out.
 * @param source the file's bytes, or its path
 * @throws Mp4Error, CodecError
 */
export async function readMovie(source: Uint8Array | string): Promise<Movie> {
  if (typeof source !== 'string') return parseMovie(source)
  try {
    const bytes = await readFile(source)
    return parseMovie(new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length))
  } catch (error) {
    if (error instanceof Error && 'syscall' in error) throw new Mp4Error('io', error.message, { cause: error })
    throw error
  }
}

/** As `readMovie`, of bytes. @throws Mp4Error, CodecError */
export function parseMovie(bytes: Uint8Array): Movie {
  if (bytes.length > MOVIE_MAX) throw new Mp4Error('too_long', 'movie')
  const moov = readBoxes(needBox(readBoxes(bytes), 'moov').body)
  const { version, cursor } = readFull(needBox(moov, 'mvhd'))
  cursor.skip(version === 1 ? 16 : 8)
  const movieTimescale = cursor.u32()
  if (movieTimescale === 0) throw new Mp4Error('bad_box', 'mvhd timescale')
  const traks = moov.filter(found => found.type === 'trak')
  if (traks.length > TRACKS_MAX) throw new Mp4Error('too_many', 'tracks')
  const tracks = traks
    .filter(trak => ['vide', 'soun'].includes(handlerOf(trak)))
    .map(trak => readTrack(trak, bytes, movieTimescale))
  return { tracks }
}

function readTrack(trak: Box, bytes: Uint8Array, movieTimescale: number): MovieTrack {
  const { trackId, timescale, configs, stbl, edts } = parseTrack(trak)
  const [first, ...more] = configs
  if (first === undefined) throw new Mp4Error('missing_box', 'sample entry')
  const shift = readShift(edts, movieTimescale, timescale)
  const tables = readSampleTables(stbl, configs.length, bytes.length)
  const samples: MovieSample[] = []
  for (let i = 0; i < tables.count; i++) {
    const offset = tables.offsets[i] ?? 0
    const size = tables.sizes[i] ?? 0
    if (offset + size > bytes.length) throw new Mp4Error('truncated', 'sample outside the file')
    const dts = (tables.decodeTimes[i] ?? 0) + shift
    samples.push({
      data: bytes.subarray(offset, offset + size),
      dts,
      pts: dts + (tables.compositionOffsets[i] ?? 0),
      duration: tables.durations[i] ?? 0,
      isSync: tables.sync[i] === 1,
      config: tables.descriptions[i] ?? 0,
    })
  }
  return { kind: first.kind, codec: first.codec, trackId, timescale, configs: [first, ...more], samples }
}

/** How far the edit list moves media times: empty edits push them back, the first real edit's media time pulls them forward. */
function readShift(edts: Box | undefined, movieTimescale: number, timescale: number): number {
  const elst = edts === undefined ? undefined : findBox(readBoxes(edts.body), 'elst')
  if (elst === undefined) return 0
  const { version, cursor } = readFull(elst)
  const entries = cursor.u32()
  let shift = 0
  for (let i = 0; i < entries; i++) {
    const duration = version === 1 ? cursor.u64() : cursor.u32()
    const mediaTime = version === 1 ? cursor.i64() : cursor.i32()
    cursor.skip(4)
    if (mediaTime >= 0) return shift - mediaTime
    shift += Math.round((duration * timescale) / movieTimescale)
  }
  return shift
}
