import { Mp4Error } from '../errors.ts'
import { range } from './write.ts'

/** The most samples in one fragment. */
export const SAMPLES_MAX = 65_536

/** A sample to be written: one access unit, or one audio frame. Times are in ticks of the track. */
export type Sample = {
  readonly data: Uint8Array
  readonly duration: number
  /** Decoding can start here. */
  readonly isSync: boolean
  /** Presentation time minus decode time; may be negative. */
  readonly compositionOffset: number
}

export type FragmentDraft = {
  /** Counts fragments from 1. */
  readonly sequence: number
  readonly trackId: number
  /** Decode time of the first sample, ticks. */
  readonly baseDecodeTime: number
  readonly samples: readonly Sample[]
}

const SYNC_FLAGS = 0x0200_0000
const NON_SYNC_FLAGS = 0x0101_0000
/** tfhd: default-base-is-moof; its body holds the track id and the default flags. */
const TFHD_FLAGS = 0x02_0020
const TRUN = { dataOffset: 1, duration: 0x100, size: 0x200, flags: 0x400, compositionOffset: 0x800 } as const

/**
 * `moof` and the header of `mdat`; the samples' bytes follow it. Sample data isn't touched: on the recording path it is copied once,
 * into the segment's payload.
 * @throws Mp4Error `bad_value`, `too_many`
 */
export function buildFragmentHeader(draft: FragmentDraft): Uint8Array {
  const { samples } = draft
  if (samples.length === 0 || samples.length > SAMPLES_MAX) throw new Mp4Error('too_many', `${samples.length} samples`)
  const allSync = samples.every(sample => sample.isSync)
  const reordered = samples.some(sample => sample.compositionOffset !== 0)
  const perSample = 8 + (allSync ? 0 : 4) + (reordered ? 4 : 0)
  const trunSize = 20 + perSample * samples.length
  const tfhdSize = 20
  const trafSize = 8 + tfhdSize + 20 + trunSize
  const moofSize = 8 + 16 + trafSize
  const header = new Uint8Array(moofSize + 8)
  const view = new DataView(header.buffer)
  let at = 0
  const u32 = (value: number): void => {
    view.setUint32(at, value)
    at += 4
  }
  const begin = (size: number, type: number): void => {
    u32(size)
    u32(type)
  }
  begin(moofSize, 0x6d6f6f66)
  begin(16, 0x6d666864)
  u32(0)
  u32(range(draft.sequence, 0, 0xffff_ffff))
  begin(trafSize, 0x74726166)
  begin(tfhdSize, 0x74666864)
  u32(TFHD_FLAGS)
  u32(range(draft.trackId, 1, 0xffff_fffe))
  u32(allSync ? SYNC_FLAGS : NON_SYNC_FLAGS)
  begin(20, 0x74666474)
  u32(0x0100_0000)
  view.setBigUint64(at, BigInt(range(draft.baseDecodeTime, 0, Number.MAX_SAFE_INTEGER)))
  at += 8
  begin(trunSize, 0x7472756e)
  const flags = TRUN.dataOffset | TRUN.duration | TRUN.size
  u32(0x0100_0000 | flags | (allSync ? 0 : TRUN.flags) | (reordered ? TRUN.compositionOffset : 0))
  u32(samples.length)
  u32(moofSize + 8)
  let dataLength = 0
  for (const sample of samples) {
    u32(range(sample.duration, 0, 0xffff_ffff))
    u32(sample.data.length)
    if (!allSync) u32(sample.isSync ? SYNC_FLAGS : NON_SYNC_FLAGS)
    if (reordered) {
      view.setInt32(at, range(sample.compositionOffset, -0x8000_0000, 0x7fff_ffff))
      at += 4
    }
    dataLength += sample.data.length
  }
  u32(range(dataLength + 8, 8, 0xffff_ffff))
  u32(0x6d646174)
  return header
}

/** A fragment in pieces, nothing copied: header, then each sample's data. @throws Mp4Error */
export const fragmentPieces = (draft: FragmentDraft): Uint8Array[] => [
  buildFragmentHeader(draft),
  ...draft.samples.map(sample => sample.data),
]

/** A fragment in one piece: each sample is copied once. @throws Mp4Error */
export function buildFragment(draft: FragmentDraft): Uint8Array {
  const header = buildFragmentHeader(draft)
  let length = header.length
  for (const sample of draft.samples) length += sample.data.length
  const fragment = new Uint8Array(length)
  fragment.set(header)
  let at = header.length
  for (const sample of draft.samples) {
    fragment.set(sample.data, at)
    at += sample.data.length
  }
  return fragment
}
