import { codecString } from '../codec/codec-string.ts'
import { Mp4Error } from '../errors.ts'
import { type Box, needBox, readBoxes } from './boxes.ts'
import { type Fragment, parseFragment } from './fragment-read.ts'
import { parseInit } from './init.ts'

/** Media that follow each other within this are taken to touch, ms: start times are whole milliseconds, frames are not. */
export const TOUCH_MS = 3

/** What retiming needs of an opened segment. */
export type Timed = {
  readonly fragment: Uint8Array
  /** Wall clock of the first sample shown, ms. */
  readonly startTime: number
  readonly timescale: number
  readonly discontinuity: boolean
}

/**
 * Puts the fragments of one track onto one clock, whose 0 is `origin` on the wall clock: each fragment's own decode times begin
 * somewhere else. Fragments that touch stay touching to the tick, so that a player finds neither gap nor overlap between them.
 */
export class Retimer {
  readonly #origin: number
  #end: { readonly ticks: number; readonly timescale: number } | null = null

  constructor(origin: number) {
    this.#origin = origin
  }

  /**
   * A copy of the fragment with its decode time (`tfdt`) rewritten.
   * @throws Mp4Error as `parseFragment`; `bad_value` when a sample would be before the origin
   */
  retime({ fragment: bytes, startTime, timescale, discontinuity }: Timed): Uint8Array<ArrayBuffer> {
    const fragment = parseFragment(bytes)
    const { earliest, latest } = shownBetween(fragment)
    let start = Math.round(((startTime - this.#origin) * timescale) / 1000)
    const end = this.#end
    if (end !== null && !discontinuity && end.timescale === timescale) {
      if (Math.abs(start - end.ticks) * 1000 <= TOUCH_MS * timescale) start = end.ticks
    }
    this.#end = { ticks: start + latest - earliest, timescale }
    const base = start - earliest
    if (base < 0) throw new Mp4Error('bad_value', 'before the origin')
    const out = new Uint8Array(bytes)
    const { offset, version } = decodeTimeField(out)
    const view = new DataView(out.buffer)
    if (version === 1) view.setBigUint64(offset, BigInt(base))
    else if (base > 0xffff_ffff) throw new Mp4Error('bad_value', 'decode time')
    else view.setUint32(offset, base)
    return out
  }
}

/** First and last moment of showing, in ticks after the fragment's first decode time. */
function shownBetween({ durations, compositionOffsets }: Fragment): { earliest: number; latest: number } {
  let at = 0
  let earliest = Number.POSITIVE_INFINITY
  let latest = 0
  for (const [i, duration] of durations.entries()) {
    const shown = at + (compositionOffsets[i] ?? 0)
    earliest = Math.min(earliest, shown)
    latest = Math.max(latest, shown + duration)
    at += duration
  }
  if (!Number.isFinite(earliest)) throw new Mp4Error('missing_box', 'samples')
  return { earliest, latest }
}

/** Where the decode time stands in the fragment's bytes. */
function decodeTimeField(bytes: Uint8Array): { readonly offset: number; readonly version: number } {
  const moof = needBox(readBoxes(bytes), 'moof')
  const traf: Box = needBox(readBoxes(moof.body), 'traf')
  const tfdt = needBox(readBoxes(traf.body), 'tfdt')
  return { offset: tfdt.body.byteOffset - bytes.byteOffset + 4, version: tfdt.body[0] ?? 0 }
}

/** The MIME type with its codec (RFC 6381), as `MediaSource.isTypeSupported` takes it. @throws Mp4Error | CodecError */
export function mimeOf(init: Uint8Array): string {
  const [track] = parseInit(init)
  if (track === undefined) throw new Mp4Error('missing_box', 'trak')
  return `${track.config.kind}/mp4; codecs="${codecString(track.config)}"`
}

/** A fragment's first picture, as `VideoDecoder` (WebCodecs) takes it. */
export type FirstPicture = {
  readonly data: Uint8Array
  readonly isSync: boolean
  readonly codec: string
  /** The decoder configuration record. */
  readonly description: Uint8Array
  readonly width: number
  readonly height: number
}

/** @throws Mp4Error | CodecError; `unsupported` when it holds no picture */
export function firstPicture(init: Uint8Array, fragment: Uint8Array): FirstPicture {
  const { trackId, sizes, sync, data } = parseFragment(fragment)
  const config = parseInit(init).find(track => track.trackId === trackId)?.config
  if (config?.kind !== 'video') throw new Mp4Error('unsupported', 'no picture')
  return {
    data: data.subarray(0, sizes[0] ?? 0),
    isSync: sync[0] === 1,
    codec: codecString(config),
    description: config.record,
    width: config.width,
    height: config.height,
  }
}
