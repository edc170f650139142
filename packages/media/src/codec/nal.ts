import { CodecError } from '../errors.ts'

/** NAL units of H.264 (ITU-T H.264 table 7-1) and H.265 (ITU-T H.265 table 7-1), and the two ways of framing them. */
export type NalCodec = 'h264' | 'h265'

/** The most NAL units in one access unit. */
export const NALS_MAX = 4096

const H264 = {
  slice: 1,
  idr: 5,
  sei: 6,
  sps: 7,
  pps: 8,
  aud: 9,
  endOfSequence: 10,
  endOfStream: 11,
  filler: 12,
} as const
const H265 = { firstIrap: 16, lastIrap: 23, vps: 32, sps: 33, pps: 34, aud: 35, suffixSei: 40 } as const
const RECOVERY_POINT = 6

export const h264Type = (nal: Uint8Array): number => (nal[0] ?? 0) & 0x1f

export const h265Type = (nal: Uint8Array): number => ((nal[0] ?? 0) >> 1) & 0x3f

/**
 * Whether decoding can start with this access unit: H.264 IDR, or a recovery point with a count of 0 (cameras with open groups of
 * pictures never send a second IDR); H.265 IRAP (IDR, BLA, CRA).
 */
export function isKeyFrame(codec: NalCodec, nals: readonly Uint8Array[]): boolean {
  for (const nal of nals) {
    if (codec === 'h264') {
      const type = h264Type(nal)
      if (type === H264.idr || (type === H264.sei && isRecoveryPoint(nal))) return true
    } else {
      const type = h265Type(nal)
      if (type >= H265.firstIrap && type <= H265.lastIrap) return true
    }
  }
  return false
}

/** Whether a NAL unit carries picture data, and so belongs to an access unit with a time. */
export const isPicture = (codec: NalCodec, nal: Uint8Array): boolean =>
  codec === 'h264' ? h264Type(nal) >= H264.slice && h264Type(nal) <= H264.idr : h265Type(nal) < H265.vps

/**
 * Whether a NAL unit belongs into an MP4 sample: delimiters, parameter sets, SEI, end marks and filler don't (parameter sets are in
 * the sample entry; ISO/IEC 14496-15 §5.3.2).
 */
export function isForSample(codec: NalCodec, nal: Uint8Array): boolean {
  if (nal.length === 0) return false
  if (codec === 'h264') {
    const type = h264Type(nal)
    return type >= H264.slice && type < H264.sei
  }
  const type = h265Type(nal)
  return type < H265.vps || type > H265.suffixSei
}

export type ParameterSet = 'vps' | 'sps' | 'pps'

/** Which parameter set a NAL unit is, or null. */
export function parameterSetOf(codec: NalCodec, nal: Uint8Array): ParameterSet | null {
  if (codec === 'h264') {
    const type = h264Type(nal)
    return type === H264.sps ? 'sps' : type === H264.pps ? 'pps' : null
  }
  const type = h265Type(nal)
  return type === H265.vps ? 'vps' : type === H265.sps ? 'sps' : type === H265.pps ? 'pps' : null
}

/** The NAL units of an Annex B byte stream (start codes 00 00 01), as views. Bytes before the first start code are dropped. */
export function splitAnnexB(stream: Uint8Array): Uint8Array[] {
  const nals: Uint8Array[] = []
  let start = -1
  let i = 0
  while (i + 2 < stream.length) {
    const third = stream[i + 2] ?? 0
    if (third > 1) {
      i += 3
    } else if (third === 1 && stream[i] === 0 && stream[i + 1] === 0) {
      if (start >= 0) pushNal(nals, stream, start, i)
      start = i + 3
      i += 3
    } else {
      i++
    }
  }
  if (start >= 0) pushNal(nals, stream, start, stream.length)
  return nals
}

/** The NAL units of a length-prefixed sample (4-byte lengths), as views. @throws CodecError `bad_nal` */
export function splitLengthPrefixed(sample: Uint8Array): Uint8Array[] {
  const nals: Uint8Array[] = []
  const view = new DataView(sample.buffer, sample.byteOffset, sample.byteLength)
  let at = 0
  while (at < sample.length) {
    if (sample.length - at < 4) throw new CodecError('bad_nal', 'length cut off')
    const length = view.getUint32(at)
    at += 4
    if (length === 0 || length > sample.length - at) throw new CodecError('bad_nal', `length ${length}`)
    if (nals.length === NALS_MAX) throw new CodecError('bad_nal', 'too many')
    nals.push(sample.subarray(at, at + length))
    at += length
  }
  return nals
}

/** One MP4 sample: each NAL unit after its length (4 bytes). */
export function joinLengthPrefixed(nals: readonly Uint8Array[]): Uint8Array {
  let size = 0
  for (const nal of nals) size += 4 + nal.length
  const sample = new Uint8Array(size)
  const view = new DataView(sample.buffer)
  let at = 0
  for (const nal of nals) {
    view.setUint32(at, nal.length)
    sample.set(nal, at + 4)
    at += 4 + nal.length
  }
  return sample
}

/** An Annex B byte stream: each NAL unit after a 4-byte start code. */
export function joinAnnexB(nals: readonly Uint8Array[]): Uint8Array {
  let size = 0
  for (const nal of nals) size += 4 + nal.length
  const stream = new Uint8Array(size)
  let at = 0
  for (const nal of nals) {
    stream[at + 3] = 1
    stream.set(nal, at + 4)
    at += 4 + nal.length
  }
  return stream
}

function pushNal(nals: Uint8Array[], stream: Uint8Array, start: number, end: number): void {
  // Trailing zero bytes belong to the next start code or to nothing (§B.2).
  let last = end
  while (last > start && stream[last - 1] === 0) last--
  if (last === start) return
  if (nals.length === NALS_MAX) throw new CodecError('bad_nal', 'too many')
  nals.push(stream.subarray(start, last))
}

/** SEI messages (ITU-T H.264 §7.3.2.3.1, §D.1.8): payload type 6 whose recovery_frame_cnt, ue(v), is 0. */
function isRecoveryPoint(sei: Uint8Array): boolean {
  let at = 1
  while (at + 2 < sei.length) {
    let type = 0
    while (sei[at] === 0xff) {
      type += 255
      at++
    }
    type += sei[at++] ?? 0
    let size = 0
    while (sei[at] === 0xff) {
      size += 255
      at++
    }
    size += sei[at++] ?? 0
    if (type === RECOVERY_POINT) return ((sei[at] ?? 0) & 0x80) !== 0
    at += size
  }
  return false
}
