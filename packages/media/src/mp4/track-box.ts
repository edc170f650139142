import type { CodecConfig } from '../codec/config.ts'
import { Mp4Error } from '../errors.ts'
import { box, fullBox, i64, MATRIX, type Part, text, u16, u32, u64, zeros } from './write.ts'

const U32_MAX = 0xffff_ffff
/** `und`: no language said. */
const LANGUAGE = 0x55c4

/** A piece of the movie's time line (ISO/IEC 14496-12 §8.6.6): durations in movie ticks, media time in the track's, −1 for silence. */
export type Edit = { readonly duration: number; readonly mediaTime: number }

export type TrackBox = {
  readonly trackId: number
  readonly timescale: number
  readonly kind: CodecConfig['kind']
  readonly width: number
  readonly height: number
  /** In ticks of the movie. */
  readonly movieDuration: number
  /** In ticks of the track. */
  readonly mediaDuration: number
  readonly edits: readonly Edit[]
  /** The boxes inside `stbl`. */
  readonly tables: readonly Part[]
}

/** Times are left at 0: when something was recorded is not the file's business. @throws Mp4Error `bad_value` */
export function buildMovieHeader(timescale: number, duration: number, nextTrackId: number): Uint8Array {
  const tail = [u32(0x1_0000), u16(0x100), zeros(10), MATRIX, zeros(24), u32(nextTrackId)]
  if (duration > U32_MAX) return fullBox('mvhd', 1, 0, u64(0), u64(0), u32(timescale), u64(duration), ...tail)
  return fullBox('mvhd', 0, 0, u32(0, 0, timescale, duration), ...tail)
}

/** @throws Mp4Error `bad_value` */
export function buildTrack(track: TrackBox): Uint8Array {
  const video = track.kind === 'video'
  if (track.width > 0xffff || track.height > 0xffff) throw new Mp4Error('bad_value', 'picture size')
  const tail = [
    zeros(8),
    u16(0, video ? 0 : 1, video ? 0 : 0x100, 0),
    MATRIX,
    u32(track.width * 0x1_0000, track.height * 0x1_0000),
  ]
  const long = track.movieDuration > U32_MAX
  const tkhd = long
    ? fullBox('tkhd', 1, 3, u64(0), u64(0), u32(track.trackId, 0), u64(track.movieDuration), ...tail)
    : fullBox('tkhd', 0, 3, u32(0, 0, track.trackId, 0, track.movieDuration), ...tail)
  const mdhd =
    track.mediaDuration > U32_MAX
      ? fullBox('mdhd', 1, 0, u64(0), u64(0), u32(track.timescale), u64(track.mediaDuration), u16(LANGUAGE, 0))
      : fullBox('mdhd', 0, 0, u32(0, 0, track.timescale, track.mediaDuration), u16(LANGUAGE, 0))
  const hdlr = fullBox('hdlr', 0, 0, u32(0), text(video ? 'vide' : 'soun'), zeros(12), text(`${track.kind}\0`))
  const mediaHeader = video ? fullBox('vmhd', 0, 1, zeros(8)) : fullBox('smhd', 0, 0, zeros(4))
  const dinf = box('dinf', fullBox('dref', 0, 0, u32(1), fullBox('url ', 0, 1)))
  const minf = box('minf', mediaHeader, dinf, box('stbl', ...track.tables))
  return box('trak', tkhd, ...buildEdits(track.edits), box('mdia', mdhd, hdlr, minf))
}

function buildEdits(edits: readonly Edit[]): Uint8Array[] {
  if (edits.length === 0) return []
  const entries = edits.flatMap(edit => [u64(edit.duration), i64(edit.mediaTime), u16(1, 0)])
  return [box('edts', fullBox('elst', 1, 0, u32(edits.length), ...entries))]
}
