import { concat } from '@hausrecht/crypto/bytes'
import { CodecError } from '../errors.ts'
import { BitReader, unescapeNal } from './bits.ts'
import type { VideoConfig } from './config.ts'
import { PARAMETER_SET_MAX, SIDE_MAX } from './h264.ts'
import { h265Fps } from './h265-timing.ts'
import { h265Type, parameterSetOf } from './nal.ts'

const SUBSAMPLING: readonly (readonly [number, number])[] = [
  [1, 1],
  [2, 2],
  [2, 1],
  [1, 1],
]
/** Bytes of the general part of profile_tier_level(), without the level. */
const PROFILE_BYTES = 11

/** What an H.265 sequence parameter set says (ITU-T H.265 §7.3.2.2). */
export type H265Sps = {
  /** Profile space, tier, profile, compatibility and constraint flags: 11 bytes as they stand in SPS and hvcC. */
  readonly profile: Uint8Array
  /** Thirty times the level: 120 is level 4. */
  readonly level: number
  readonly temporalLayers: number
  readonly temporalNesting: boolean
  readonly chromaFormat: number
  readonly bitDepthLuma: number
  readonly bitDepthChroma: number
  /** Pixels after the conformance window. */
  readonly width: number
  readonly height: number
  /** Frames a second as the VUI announces them, or null. */
  readonly fps: number | null
}

/** @throws CodecError */
export function parseH265Sps(nal: Uint8Array): H265Sps {
  if (nal.length > PARAMETER_SET_MAX) throw new CodecError('bad_parameters', 'SPS too long')
  if (h265Type(nal) !== 33) throw new CodecError('bad_parameters', 'not an SPS')
  const plain = unescapeNal(nal)
  const bits = new BitReader(plain)
  bits.skip(16 + 4)
  const subLayers = bits.bits(3)
  if (subLayers > 6) throw new CodecError('bad_parameters', 'temporal layers')
  const temporalNesting = bits.flag()
  bits.skip(PROFILE_BYTES * 8)
  const profile = plain.subarray(3, 3 + PROFILE_BYTES)
  const level = bits.bits(8)
  skipSubLayers(bits, subLayers)
  bits.ueMax(15, 'SPS id')
  const chromaFormat = bits.ueMax(3, 'chroma format')
  const separatePlanes = chromaFormat === 3 && bits.flag()
  const codedWidth = bits.ueMax(SIDE_MAX, 'width')
  const codedHeight = bits.ueMax(SIDE_MAX, 'height')
  const [left, right, top, bottom] = bits.flag() ? [bits.ue(), bits.ue(), bits.ue(), bits.ue()] : [0, 0, 0, 0]
  const bitDepthLuma = 8 + bits.ueMax(8, 'luma bit depth')
  const bitDepthChroma = 8 + bits.ueMax(8, 'chroma bit depth')
  const [subWidth, subHeight] = SUBSAMPLING[separatePlanes ? 0 : chromaFormat] ?? [1, 1]
  const width = codedWidth - (left + right) * subWidth
  const height = codedHeight - (top + bottom) * subHeight
  if (width <= 0 || height <= 0) throw new CodecError('bad_parameters', 'picture size')
  const fps = h265Fps(bits, subLayers)
  return {
    profile: profile.slice(),
    level,
    temporalLayers: subLayers + 1,
    temporalNesting,
    chromaFormat,
    bitDepthLuma,
    bitDepthChroma,
    width,
    height,
    fps,
  }
}

/** ISO/IEC 14496-15 §E.3: `hvc1.` profile, compatibility (reversed), tier and level, constraints without trailing zeros. */
export function h265CodecString(record: Uint8Array): string {
  const first = record[1] ?? 0
  const space = ['', 'A', 'B', 'C'][first >> 6] ?? ''
  let compatibility = 0
  for (let i = 0; i < 32; i++) {
    const bit = ((record[2 + (i >> 3)] ?? 0) >> (7 - (i & 7))) & 1
    compatibility += bit * 2 ** i
  }
  const constraints = Array.from(record.subarray(6, 12), byte => byte.toString(16).toUpperCase())
  while (constraints.at(-1) === '0') constraints.pop()
  const tier = (first & 0x20) === 0 ? 'L' : 'H'
  const parts = [`${space}${first & 0x1f}`, compatibility.toString(16).toUpperCase(), `${tier}${record[12] ?? 0}`]
  return `hvc1.${[...parts, ...constraints].join('.')}`
}

/**
 * The configuration of a track from its parameter sets (NAL units without start codes or lengths).
 * @throws CodecError
 */
export function h265Config(
  vpsList: readonly Uint8Array[],
  spsList: readonly Uint8Array[],
  ppsList: readonly Uint8Array[],
): VideoConfig {
  const first = spsList[0]
  if (first === undefined || vpsList.length === 0 || ppsList.length === 0) {
    throw new CodecError('bad_parameters', 'VPS, SPS or PPS missing')
  }
  const sps = parseH265Sps(first)
  const record = concat(
    Uint8Array.of(1),
    sps.profile,
    // Level; min_spatial_segmentation 0; parallelism unknown; chroma format; bit depths; frame rate not said.
    Uint8Array.of(sps.level, 0xf0, 0, 0xfc, 0xfc | sps.chromaFormat),
    Uint8Array.of(0xf8 | (sps.bitDepthLuma - 8), 0xf8 | (sps.bitDepthChroma - 8), 0, 0),
    Uint8Array.of((sps.temporalLayers << 3) | (sps.temporalNesting ? 4 : 0) | 3, 3),
    ...setArray(32, vpsList),
    ...setArray(33, spsList),
    ...setArray(34, ppsList),
  )
  return { kind: 'video', codec: 'h265', width: sps.width, height: sps.height, record }
}

export type H265ParameterSets = { readonly vps: Uint8Array[]; readonly sps: Uint8Array[]; readonly pps: Uint8Array[] }

/** The parameter sets inside an `hvcC` body. Other NAL units there (SEI) are left out. @throws CodecError */
export function h265ParameterSets(record: Uint8Array): H265ParameterSets {
  if (record.length < 23 || record[0] !== 1) throw new CodecError('bad_parameters', 'hvcC')
  if (((record[21] ?? 0) & 3) !== 3) throw new CodecError('unsupported', 'NAL lengths that are not 4 bytes')
  const sets: H265ParameterSets = { vps: [], sps: [], pps: [] }
  let at = 23
  for (let arrays = record[22] ?? 0; arrays > 0; arrays--) {
    if (record.length - at < 3) throw new CodecError('truncated', 'hvcC')
    let count = ((record[at + 1] ?? 0) << 8) | (record[at + 2] ?? 0)
    at += 3
    for (; count > 0; count--) {
      if (record.length - at < 2) throw new CodecError('truncated', 'hvcC')
      const length = ((record[at] ?? 0) << 8) | (record[at + 1] ?? 0)
      const nal = record.subarray(at + 2, at + 2 + length)
      if (nal.length !== length || length < 2) throw new CodecError('truncated', 'hvcC')
      const kind = parameterSetOf('h265', nal)
      if (kind !== null) sets[kind].push(nal)
      at += 2 + length
    }
  }
  return sets
}

function setArray(type: number, sets: readonly Uint8Array[]): Uint8Array[] {
  if (sets.length > 64) throw new CodecError('bad_parameters', 'too many parameter sets')
  const parts: Uint8Array[] = [Uint8Array.of(0x80 | type, 0, sets.length)]
  for (const set of sets) {
    if (set.length < 2 || set.length > PARAMETER_SET_MAX) throw new CodecError('bad_parameters', 'parameter set length')
    parts.push(Uint8Array.of(set.length >> 8, set.length & 0xff), set)
  }
  return parts
}

/** The sub-layer part of profile_tier_level() (§7.3.3). */
function skipSubLayers(bits: BitReader, subLayers: number): void {
  const present: (readonly [boolean, boolean])[] = []
  for (let i = 0; i < subLayers; i++) present.push([bits.flag(), bits.flag()])
  if (subLayers > 0) bits.skip(2 * (8 - subLayers))
  for (const [profile, level] of present) bits.skip((profile ? 88 : 0) + (level ? 8 : 0))
}
