import type { CodecConfig } from '../codec/config.ts'
import { Mp4Error } from '../errors.ts'
import { type Box, findBox, needBox, needPath, readBoxes, readFull } from './boxes.ts'
import { buildSampleDescriptions, fileType, parseSampleDescriptions } from './sample-entry.ts'
import { buildMovieHeader, buildTrack } from './track-box.ts'
import { box, fullBox, range, u32 } from './write.ts'

/** The most tracks read from one init segment or movie. */
export const TRACKS_MAX = 64

/** One track of an init segment. */
export type InitTrack = {
  readonly trackId: number
  /** Ticks a second. */
  readonly timescale: number
  readonly config: CodecConfig
}

/**
 * An init segment (`ftyp`, `moov`) for fragments of the given tracks.
 * @throws Mp4Error `bad_value`
 */
export function buildInit(tracks: readonly InitTrack[]): Uint8Array {
  const traks = tracks.map(track => {
    range(track.trackId, 1, 0xffff_fffe)
    range(track.timescale, 1, 0xffff_ffff)
    const { config } = track
    return buildTrack({
      trackId: track.trackId,
      timescale: track.timescale,
      kind: config.kind,
      width: config.kind === 'video' ? config.width : 0,
      height: config.kind === 'video' ? config.height : 0,
      movieDuration: 0,
      mediaDuration: 0,
      edits: [],
      tables: [
        buildSampleDescriptions([config]),
        fullBox('stts', 0, 0, u32(0)),
        fullBox('stsc', 0, 0, u32(0)),
        fullBox('stsz', 0, 0, u32(0, 0)),
        fullBox('stco', 0, 0, u32(0)),
      ],
    })
  })
  const extends_ = tracks.map(track => fullBox('trex', 0, 0, u32(track.trackId, 1, 0, 0, 0)))
  const nextId = Math.max(0, ...tracks.map(track => track.trackId)) + 1
  const moov = box('moov', buildMovieHeader(1000, 0, nextId), ...traks, box('mvex', ...extends_))
  const type = fileType('iso6', 'iso6', 'mp41')
  const init = new Uint8Array(type.length + moov.length)
  init.set(type)
  init.set(moov, type.length)
  return init
}

/**
 * The tracks of an init segment. A track with a codec that we don't read is refused, not skipped.
 * @throws Mp4Error, CodecError
 */
export function parseInit(init: Uint8Array): readonly InitTrack[] {
  const moov = readBoxes(needBox(readBoxes(init), 'moov').body)
  const tracks = moov
    .filter(found => found.type === 'trak')
    .map(trak => {
      const { trackId, timescale, configs } = parseTrack(trak)
      const config = configs[0]
      if (config === undefined) throw new Mp4Error('missing_box', 'sample entry')
      return { trackId, timescale, config }
    })
  if (tracks.length === 0) throw new Mp4Error('missing_box', 'trak')
  if (tracks.length > TRACKS_MAX) throw new Mp4Error('too_many', 'tracks')
  return tracks
}

export type ParsedTrack = {
  readonly trackId: number
  readonly timescale: number
  readonly configs: readonly CodecConfig[]
  readonly stbl: readonly Box[]
  /** `edts`, when there is one. */
  readonly edts: Box | undefined
}

/** The parts of a `trak` that init segments and movies share. @throws Mp4Error, CodecError */
export function parseTrack(trak: Box): ParsedTrack {
  const boxes = readBoxes(trak.body)
  const tkhd = readFull(needBox(boxes, 'tkhd'))
  tkhd.cursor.skip(tkhd.version === 1 ? 16 : 8)
  const trackId = tkhd.cursor.u32()
  const mdia = needPath(boxes, 'mdia')
  const mdhd = readFull(needBox(mdia, 'mdhd'))
  mdhd.cursor.skip(mdhd.version === 1 ? 16 : 8)
  const timescale = mdhd.cursor.u32()
  if (timescale === 0 || trackId === 0) throw new Mp4Error('bad_box', 'track id or timescale')
  const stbl = needPath(mdia, 'minf', 'stbl')
  const configs = parseSampleDescriptions(needBox(stbl, 'stsd'))
  return { trackId, timescale, configs, stbl, edts: findBox(boxes, 'edts') }
}

/** The type of a track's handler: `vide`, `soun`, … @throws Mp4Error */
export function handlerOf(trak: Box): string {
  const { cursor } = readFull(needBox(needPath(readBoxes(trak.body), 'mdia'), 'hdlr'))
  cursor.skip(4)
  return cursor.type()
}
