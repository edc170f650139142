import { Mp4Error } from '../errors.ts'
import { type Box, findBox, needBox, readFull } from './boxes.ts'
import type { Cursor } from './cursor.ts'

/** The most samples of one track: two weeks at 25 frames a second. */
export const TRACK_SAMPLES_MAX = 32_000_000

/** A track's sample tables, unrolled: one entry a sample. */
export type SampleTables = {
  readonly count: number
  readonly sizes: Uint32Array
  /** Byte offsets in the file. */
  readonly offsets: Float64Array
  readonly decodeTimes: Float64Array
  readonly durations: Uint32Array
  readonly compositionOffsets: Int32Array
  readonly sync: Uint8Array
  /** Index of the sample description, from 0. */
  readonly descriptions: Uint16Array
}

/**
 * Unrolls `stts`, `ctts`, `stsc`, `stsz`, `stco`/`co64` and `stss` (ISO/IEC 14496-12 §8.6, §8.7). The tables must describe the same
 * number of samples; counts are checked before anything is allocated, so a small file can't ask for much memory.
 * @throws Mp4Error
 */
export function readSampleTables(stbl: readonly Box[], descriptionCount: number, fileLength: number): SampleTables {
  const sizes = readSizes(needBox(stbl, 'stsz'), fileLength)
  const count = sizes.length
  const decodeTimes = new Float64Array(count)
  const durations = new Uint32Array(count)
  readDurations(needBox(stbl, 'stts'), decodeTimes, durations)
  const compositionOffsets = new Int32Array(count)
  const ctts = findBox(stbl, 'ctts')
  if (ctts !== undefined) readCompositionOffsets(ctts, compositionOffsets)
  const sync = new Uint8Array(count)
  const stss = findBox(stbl, 'stss')
  if (stss === undefined) sync.fill(1)
  else readSync(stss, sync)
  const offsets = new Float64Array(count)
  const descriptions = new Uint16Array(count)
  placeChunks(stbl, sizes, descriptionCount, offsets, descriptions)
  return { count, sizes, offsets, decodeTimes, durations, compositionOffsets, sync, descriptions }
}

/** A table's entry count, when that many entries of `width` bytes are there. */
function entries(cursor: Cursor, width: number): number {
  const count = cursor.u32()
  if (cursor.left < count * width) throw new Mp4Error('truncated', 'sample table')
  return count
}

function readSizes(stsz: Box, fileLength: number): Uint32Array {
  const { cursor } = readFull(stsz)
  const common = cursor.u32()
  if (common !== 0) {
    const count = cursor.u32()
    if (count > TRACK_SAMPLES_MAX) throw new Mp4Error('too_many', 'samples')
    // One size for all (PCM) costs the file nothing: what it announces must be there.
    if (count * common > fileLength) throw new Mp4Error('truncated', 'samples')
    return new Uint32Array(count).fill(common)
  }
  const count = entries(cursor, 4)
  if (count > TRACK_SAMPLES_MAX) throw new Mp4Error('too_many', 'samples')
  return Uint32Array.from({ length: count }, () => cursor.u32())
}

function readDurations(stts: Box, decodeTimes: Float64Array, durations: Uint32Array): void {
  const { cursor } = readFull(stts)
  let sample = 0
  let time = 0
  for (let left = entries(cursor, 8); left > 0; left--) {
    const run = cursor.u32()
    const duration = cursor.u32()
    if (run > durations.length - sample) throw new Mp4Error('bad_box', 'stts')
    for (const end = sample + run; sample < end; sample++) {
      decodeTimes[sample] = time
      durations[sample] = duration
      time += duration
    }
  }
  if (sample !== durations.length) throw new Mp4Error('bad_box', 'stts')
}

function readCompositionOffsets(ctts: Box, offsets: Int32Array): void {
  const { cursor } = readFull(ctts)
  let sample = 0
  for (let left = entries(cursor, 8); left > 0; left--) {
    const run = cursor.u32()
    const offset = cursor.i32()
    if (run > offsets.length - sample) throw new Mp4Error('bad_box', 'ctts')
    offsets.fill(offset, sample, sample + run)
    sample += run
  }
}

function readSync(stss: Box, sync: Uint8Array): void {
  const { cursor } = readFull(stss)
  for (let left = entries(cursor, 4); left > 0; left--) {
    const sample = cursor.u32()
    if (sample < 1 || sample > sync.length) throw new Mp4Error('bad_box', 'stss')
    sync[sample - 1] = 1
  }
}

function readChunkOffsets(stbl: readonly Box[]): Float64Array {
  const long = findBox(stbl, 'co64')
  const { cursor } = readFull(long ?? needBox(stbl, 'stco'))
  const count = entries(cursor, long === undefined ? 4 : 8)
  return Float64Array.from({ length: count }, () => (long === undefined ? cursor.u32() : cursor.u64()))
}

function placeChunks(
  stbl: readonly Box[],
  sizes: Uint32Array,
  descriptionCount: number,
  offsets: Float64Array,
  descriptions: Uint16Array,
): void {
  const chunks = readChunkOffsets(stbl)
  const { cursor } = readFull(needBox(stbl, 'stsc'))
  const runs = entries(cursor, 12)
  let sample = 0
  let chunk = 0
  let next = runs > 0 ? cursor.u32() : 0
  for (let run = 0; run < runs; run++) {
    if (next !== chunk + 1) throw new Mp4Error('bad_box', 'stsc')
    const perChunk = cursor.u32()
    const description = cursor.u32()
    if (description < 1 || description > descriptionCount) throw new Mp4Error('bad_box', 'stsc description')
    next = run + 1 < runs ? cursor.u32() : chunks.length + 1
    if (next - 1 > chunks.length) throw new Mp4Error('bad_box', 'stsc')
    for (; chunk < next - 1; chunk++) {
      let offset = chunks[chunk] ?? 0
      if (perChunk > sizes.length - sample) throw new Mp4Error('bad_box', 'stsc')
      for (const end = sample + perChunk; sample < end; sample++) {
        offsets[sample] = offset
        descriptions[sample] = description - 1
        offset += sizes[sample] ?? 0
      }
    }
  }
  if (sample !== sizes.length) throw new Mp4Error('bad_box', 'stsc')
}
