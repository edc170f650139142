import { concat } from '@hausrecht/crypto/bytes'
import { CodecError } from '../errors.ts'
import { BitReader, unescapeNal } from './bits.ts'
import type { VideoConfig } from './config.ts'
import { h264Type, parameterSetOf } from './nal.ts'

/** The longest parameter set accepted, in bytes. */
export const PARAMETER_SET_MAX = 4096
/** The largest picture side accepted, in pixels. */
export const SIDE_MAX = 16_384

/** Profiles whose SPS describes chroma format, bit depth and scaling (ITU-T H.264 §7.3.2.1.1). */
const HIGH_PROFILES: ReadonlySet<number> = new Set([100, 110, 122, 244, 44, 83, 86, 118, 128, 138, 139, 134, 135])
/** Profiles whose avcC has no extra bytes (ISO/IEC 14496-15 §5.3.3.1.2). */
const PLAIN_PROFILES: ReadonlySet<number> = new Set([66, 77, 88])
const SUBSAMPLING: readonly (readonly [number, number])[] = [
  [1, 1],
  [2, 2],
  [2, 1],
  [1, 1],
]

/** What an H.264 sequence parameter set says (ITU-T H.264 §7.3.2.1, annex E). */
export type H264Sps = {
  readonly profile: number
  /** The byte of constraint flags. */
  readonly constraints: number
  /** Ten times the level: 40 is level 4. */
  readonly level: number
  readonly chromaFormat: number
  readonly bitDepthLuma: number
  readonly bitDepthChroma: number
  /** Pixels after cropping. */
  readonly width: number
  readonly height: number
  /** Frames a second as the VUI announces them, or null. Cameras often announce nothing or nonsense. */
  readonly fps: number | null
  /** How many frames are shown later than they are decoded at most, or null when not said. 0: no B-frames. */
  readonly reorderFrames: number | null
}

/** @throws CodecError */
export function parseH264Sps(nal: Uint8Array): H264Sps {
  if (nal.length > PARAMETER_SET_MAX) throw new CodecError('bad_parameters', 'SPS too long')
  if (h264Type(nal) !== 7 || nal.length < 4) throw new CodecError('bad_parameters', 'not an SPS')
  const bits = new BitReader(unescapeNal(nal))
  bits.skip(8)
  const profile = bits.bits(8)
  const constraints = bits.bits(8)
  const level = bits.bits(8)
  bits.ueMax(31, 'SPS id')
  let chromaFormat = 1
  let bitDepthLuma = 8
  let bitDepthChroma = 8
  let separatePlanes = false
  if (HIGH_PROFILES.has(profile)) {
    chromaFormat = bits.ueMax(3, 'chroma format')
    if (chromaFormat === 3) separatePlanes = bits.flag()
    bitDepthLuma = 8 + bits.ueMax(6, 'luma bit depth')
    bitDepthChroma = 8 + bits.ueMax(6, 'chroma bit depth')
    bits.skip(1)
    if (bits.flag()) skipScalingMatrix(bits, chromaFormat === 3 ? 12 : 8)
  }
  bits.ueMax(12, 'frame number length')
  skipPictureOrder(bits)
  bits.ueMax(16, 'reference frames')
  bits.skip(1)
  const widthInMbs = bits.ueMax(SIDE_MAX / 16 - 1, 'width') + 1
  const heightInUnits = bits.ueMax(SIDE_MAX / 16 - 1, 'height') + 1
  const frameOnly = bits.flag()
  if (!frameOnly) bits.skip(1)
  bits.skip(1)
  const crop = bits.flag() ? [bits.ue(), bits.ue(), bits.ue(), bits.ue()] : [0, 0, 0, 0]
  const fieldFactor = frameOnly ? 1 : 2
  const [subWidth, subHeight] = SUBSAMPLING[separatePlanes ? 0 : chromaFormat] ?? [1, 1]
  const [left = 0, right = 0, top = 0, bottom = 0] = crop
  const width = widthInMbs * 16 - (left + right) * subWidth
  const height = heightInUnits * 16 * fieldFactor - (top + bottom) * subHeight * fieldFactor
  if (width <= 0 || height <= 0 || height > SIDE_MAX) throw new CodecError('bad_parameters', 'picture size')
  const { fps, reorderFrames } = bits.flag() ? readVui(bits) : { fps: null, reorderFrames: null }
  return { profile, constraints, level, chromaFormat, bitDepthLuma, bitDepthChroma, width, height, fps, reorderFrames }
}

/** RFC 6381 §3.3: `avc1.` and profile, constraints, level in hex. */
export const h264CodecString = (record: Uint8Array): string =>
  `avc1.${[1, 2, 3].map(i => (record[i] ?? 0).toString(16).padStart(2, '0')).join('')}`

/**
 * The configuration of a track from its parameter sets (NAL units without start codes or lengths); size and profile are those of the
 * first SPS.
 * @throws CodecError
 */
export function h264Config(spsList: readonly Uint8Array[], ppsList: readonly Uint8Array[]): VideoConfig {
  const first = spsList[0]
  if (first === undefined || ppsList.length === 0) throw new CodecError('bad_parameters', 'SPS or PPS missing')
  const sps = parseH264Sps(first)
  if (spsList.length > 31 || ppsList.length > 255) throw new CodecError('bad_parameters', 'too many parameter sets')
  const parts: Uint8Array[] = [
    Uint8Array.of(1, sps.profile, sps.constraints, sps.level, 0xff, 0xe0 | spsList.length),
    ...spsList.flatMap(withLength),
    Uint8Array.of(ppsList.length),
    ...ppsList.flatMap(withLength),
  ]
  if (!PLAIN_PROFILES.has(sps.profile)) {
    parts.push(
      Uint8Array.of(0xfc | sps.chromaFormat, 0xf8 | (sps.bitDepthLuma - 8), 0xf8 | (sps.bitDepthChroma - 8), 0),
    )
  }
  return { kind: 'video', codec: 'h264', width: sps.width, height: sps.height, record: concat(...parts) }
}

/** The parameter sets inside an `avcC` body, SPS first. @throws CodecError */
export function h264ParameterSets(record: Uint8Array): { readonly sps: Uint8Array[]; readonly pps: Uint8Array[] } {
  if (record.length < 7 || record[0] !== 1) throw new CodecError('bad_parameters', 'avcC')
  if (((record[4] ?? 0) & 3) !== 3) throw new CodecError('unsupported', 'NAL lengths that are not 4 bytes')
  let at = 6
  const take = (count: number, kind: 'sps' | 'pps'): Uint8Array[] => {
    const sets: Uint8Array[] = []
    for (let i = 0; i < count; i++) {
      if (record.length - at < 2) throw new CodecError('truncated', 'avcC')
      const length = ((record[at] ?? 0) << 8) | (record[at + 1] ?? 0)
      const set = record.subarray(at + 2, at + 2 + length)
      if (set.length !== length || length === 0) throw new CodecError('truncated', 'avcC')
      if (parameterSetOf('h264', set) !== kind) throw new CodecError('bad_parameters', `avcC: not a ${kind}`)
      sets.push(set)
      at += 2 + length
    }
    return sets
  }
  const sps = take((record[5] ?? 0) & 0x1f, 'sps')
  if (record.length === at) throw new CodecError('truncated', 'avcC')
  const pps = take(record[at++] ?? 0, 'pps')
  return { sps, pps }
}

function withLength(set: Uint8Array): Uint8Array[] {
  if (set.length === 0 || set.length > PARAMETER_SET_MAX) throw new CodecError('bad_parameters', 'parameter set length')
  return [Uint8Array.of(set.length >> 8, set.length & 0xff), set]
}

function skipScalingMatrix(bits: BitReader, lists: number): void {
  for (let i = 0; i < lists; i++) {
    if (!bits.flag()) continue
    let last = 8
    let next = 8
    for (let j = 0; j < (i < 6 ? 16 : 64); j++) {
      if (next !== 0) next = (((last + bits.se()) % 256) + 256) % 256
      if (next !== 0) last = next
    }
  }
}

function skipPictureOrder(bits: BitReader): void {
  const type = bits.ueMax(2, 'picture order count type')
  if (type === 0) {
    bits.ueMax(12, 'picture order count length')
  } else if (type === 1) {
    bits.skip(1)
    bits.se()
    bits.se()
    const cycle = bits.ueMax(255, 'picture order count cycle')
    for (let i = 0; i < cycle; i++) bits.se()
  }
}

/** ITU-T H.264 §E.1.1. Cameras get this wrong; a broken VUI must not make the picture unusable. */
function readVui(bits: BitReader): { readonly fps: number | null; readonly reorderFrames: number | null } {
  let fps: number | null = null
  try {
    if (bits.flag() && bits.bits(8) === 255) bits.skip(32)
    if (bits.flag()) bits.skip(1)
    if (bits.flag()) {
      bits.skip(4)
      if (bits.flag()) bits.skip(24)
    }
    if (bits.flag()) {
      bits.ue()
      bits.ue()
    }
    if (bits.flag()) {
      const unitsInTick = bits.bits(32)
      const timeScale = bits.bits(32)
      bits.skip(1)
      if (unitsInTick > 0 && timeScale > 0) fps = timeScale / (2 * unitsInTick)
    }
    const nal = bits.flag()
    if (nal) skipHrd(bits)
    const vcl = bits.flag()
    if (vcl) skipHrd(bits)
    if (nal || vcl) bits.skip(1)
    bits.skip(1)
    if (!bits.flag()) return { fps, reorderFrames: null }
    bits.skip(1)
    for (let i = 0; i < 4; i++) bits.ue()
    return { fps, reorderFrames: bits.ueMax(16, 'reorder frames') }
  } catch (error) {
    if (error instanceof CodecError) return { fps, reorderFrames: null }
    throw error
  }
}

function skipHrd(bits: BitReader): void {
  const count = bits.ueMax(31, 'HRD')
  bits.skip(8)
  for (let i = 0; i <= count; i++) {
    bits.ue()
    bits.ue()
    bits.skip(1)
  }
  bits.skip(20)
}
