import { Mp4Error } from '../errors.ts'
import { type Box, findBox, needBox, readBoxes, readFull } from './boxes.ts'
import type { Cursor } from './cursor.ts'
import { SAMPLES_MAX, type Sample } from './fragment.ts'

/** A fragment as read, in tables: sample `i` is `sizes[i]` bytes of `data` after those before it. Times are in ticks. */
export type Fragment = {
  readonly sequence: number
  readonly trackId: number
  readonly baseDecodeTime: number
  readonly sizes: Uint32Array
  readonly durations: Uint32Array
  readonly compositionOffsets: Int32Array
  /** 1 where decoding can start. */
  readonly sync: Uint8Array
  /** All samples' bytes, one behind the other: a view into the input. */
  readonly data: Uint8Array
}

const NON_SYNC = 0x1_0000
const TFHD = {
  baseDataOffset: 1,
  description: 2,
  duration: 8,
  size: 0x10,
  flags: 0x20,
  emptyDuration: 0x1_0000,
  baseIsMoof: 0x2_0000,
} as const
const TRUN = {
  dataOffset: 1,
  firstFlags: 4,
  duration: 0x100,
  size: 0x200,
  flags: 0x400,
  compositionOffset: 0x800,
} as const

/**
 * Reads one fragment: `moof` with one track, and its `mdat`. Several runs are accepted when their data is contiguous.
 * @throws Mp4Error
 */
export function parseFragment(bytes: Uint8Array): Fragment {
  const top = readBoxes(bytes)
  const moof = needBox(top, 'moof')
  const mdat = needBox(top, 'mdat')
  const inside = readBoxes(moof.body)
  const sequence = readFull(needBox(inside, 'mfhd')).cursor.u32()
  const trafs = inside.filter(found => found.type === 'traf')
  const [traf] = trafs
  if (traf === undefined) throw new Mp4Error('missing_box', 'traf')
  if (trafs.length > 1) throw new Mp4Error('unsupported', 'several tracks in one fragment')
  const boxes = readBoxes(traf.body)
  const header = readTrackHeader(needBox(boxes, 'tfhd'))
  const baseDecodeTime = readBaseDecodeTime(findBox(boxes, 'tfdt'))
  const runs = boxes.filter(found => found.type === 'trun').map(openRun)
  const count = runs.reduce((sum, run) => sum + run.count, 0)
  if (count > SAMPLES_MAX) throw new Mp4Error('too_many', 'samples')
  const tables = {
    sizes: new Uint32Array(count),
    durations: new Uint32Array(count),
    compositionOffsets: new Int32Array(count),
    sync: new Uint8Array(count),
  }
  let index = 0
  let start: number | null = null
  let end = 0
  for (const run of runs) {
    const from: number = run.dataOffset === null ? (start === null ? mdat.bodyStart : end) : moof.start + run.dataOffset
    if (start === null) start = from
    else if (from !== end) throw new Mp4Error('unsupported', 'samples that are not contiguous')
    end = from + readRun(run, header, tables, index)
    index += run.count
  }
  if (start === null) throw new Mp4Error('missing_box', 'trun')
  if (start < mdat.bodyStart || end > mdat.bodyStart + mdat.body.length) throw new Mp4Error('truncated', 'samples')
  return { sequence, trackId: header.trackId, baseDecodeTime, ...tables, data: bytes.subarray(start, end) }
}

/** The samples of a fragment as `buildFragment` takes them; `data` are views. */
export function samplesOf(fragment: Fragment): Sample[] {
  let at = 0
  return Array.from(fragment.sizes, (size, i) => {
    const data = fragment.data.subarray(at, at + size)
    at += size
    return {
      data,
      duration: fragment.durations[i] ?? 0,
      isSync: fragment.sync[i] === 1,
      compositionOffset: fragment.compositionOffsets[i] ?? 0,
    }
  })
}

type TrackHeader = {
  readonly trackId: number
  readonly duration: number
  readonly size: number
  readonly flags: number
}

function readTrackHeader(tfhd: Box): TrackHeader {
  const { flags, cursor } = readFull(tfhd)
  const trackId = cursor.u32()
  if ((flags & TFHD.baseDataOffset) !== 0) throw new Mp4Error('unsupported', 'base data offset')
  if ((flags & TFHD.description) !== 0) cursor.skip(4)
  const duration = (flags & TFHD.duration) !== 0 ? cursor.u32() : 0
  const size = (flags & TFHD.size) !== 0 ? cursor.u32() : 0
  const sampleFlags = (flags & TFHD.flags) !== 0 ? cursor.u32() : 0
  return { trackId, duration, size, flags: sampleFlags }
}

function readBaseDecodeTime(tfdt: Box | undefined): number {
  if (tfdt === undefined) throw new Mp4Error('missing_box', 'tfdt')
  const { version, cursor } = readFull(tfdt)
  return version === 1 ? cursor.u64() : cursor.u32()
}

type Run = {
  readonly version: number
  readonly flags: number
  readonly count: number
  readonly dataOffset: number | null
  readonly firstFlags: number | null
  readonly cursor: Cursor
}

function openRun(trun: Box): Run {
  const { version, flags, cursor } = readFull(trun)
  const count = cursor.u32()
  if (count > SAMPLES_MAX) throw new Mp4Error('too_many', 'samples')
  const dataOffset = (flags & TRUN.dataOffset) !== 0 ? cursor.i32() : null
  const firstFlags = (flags & TRUN.firstFlags) !== 0 ? cursor.u32() : null
  const perSample = [TRUN.duration, TRUN.size, TRUN.flags, TRUN.compositionOffset].filter(bit => (flags & bit) !== 0)
  if (cursor.left < count * perSample.length * 4) throw new Mp4Error('truncated', 'trun')
  return { version, flags, count, dataOffset, firstFlags, cursor }
}

type Tables = Pick<Fragment, 'sizes' | 'durations' | 'compositionOffsets' | 'sync'>

/** Fills the tables from `index` on; the number of bytes of the run's samples. */
function readRun(run: Run, header: TrackHeader, tables: Tables, index: number): number {
  const { cursor, flags } = run
  let length = 0
  for (let i = 0; i < run.count; i++) {
    const duration = (flags & TRUN.duration) !== 0 ? cursor.u32() : header.duration
    const size = (flags & TRUN.size) !== 0 ? cursor.u32() : header.size
    let sampleFlags = (flags & TRUN.flags) !== 0 ? cursor.u32() : header.flags
    if (i === 0 && run.firstFlags !== null) sampleFlags = run.firstFlags
    // Version 0 is unsigned by the letter, but everybody writes small or negative numbers.
    const offset = (flags & TRUN.compositionOffset) !== 0 ? cursor.i32() : 0
    tables.durations[index + i] = duration
    tables.sizes[index + i] = size
    tables.compositionOffsets[index + i] = offset
    tables.sync[index + i] = (sampleFlags & NON_SYNC) === 0 ? 1 : 0
    length += size
  }
  return length
}
