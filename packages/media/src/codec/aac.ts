import { CodecError } from '../errors.ts'
import { BitReader } from './bits.ts'
import type { AudioConfig } from './config.ts'

/** The longest AudioSpecificConfig accepted, in bytes. */
export const ASC_MAX = 64

const RATES: readonly number[] = [
  96000, 88200, 64000, 48000, 44100, 32000, 24000, 22050, 16000, 12000, 11025, 8000, 7350,
]
/** Channels of channelConfiguration 1–7 (ISO/IEC 14496-3 table 1.19). */
const CHANNELS: readonly number[] = [0, 1, 2, 3, 4, 5, 6, 8]
const SBR = 5
const PARAMETRIC_STEREO = 29
const SYNC_EXTENSION = 0x2b7

/** An AudioSpecificConfig (ISO/IEC 14496-3 §1.6.2.1). */
export type AacParameters = {
  /** Audio object type of the core: 2 is AAC-LC. */
  readonly objectType: number
  /** Hz of the core coder; a frame has `frameLength` samples at this rate. */
  readonly coreRate: number
  /** Hz as played: twice the core rate with SBR. */
  readonly sampleRate: number
  readonly channels: number
  /** 1024, or 960. */
  readonly frameLength: number
  readonly sbr: boolean
}

/** @throws CodecError */
export function parseAudioSpecificConfig(config: Uint8Array): AacParameters {
  if (config.length > ASC_MAX) throw new CodecError('bad_parameters', 'AudioSpecificConfig too long')
  const bits = new BitReader(config)
  let objectType = readObjectType(bits)
  const coreRate = readRate(bits)
  const layout = bits.bits(4)
  const channels = CHANNELS[layout] ?? 0
  if (channels === 0) throw new CodecError('unsupported', `channel configuration ${layout}`)
  let sbr = objectType === SBR || objectType === PARAMETRIC_STEREO
  let sampleRate = coreRate
  const stereo = objectType === PARAMETRIC_STEREO
  if (sbr) {
    sampleRate = readRate(bits)
    objectType = readObjectType(bits)
  }
  const hasFrameLength = [1, 2, 3, 4, 6, 7, 17, 19, 20, 21, 22, 23].includes(objectType)
  const frameLength = hasFrameLength && bits.flag() ? 960 : 1024
  if (!sbr && hasFrameLength && bits.left >= 2) {
    // Backward-compatible signalling: the extension sits behind GASpecificConfig (§1.6.6.1).
    if (bits.flag()) bits.skip(Math.min(14, bits.left))
    if (bits.left > 0) bits.skip(1)
    if (bits.left >= 17 && bits.bits(11) === SYNC_EXTENSION && bits.bits(5) === SBR && bits.flag()) {
      sampleRate = readRate(bits)
      sbr = true
    }
  }
  return { objectType, coreRate, sampleRate, channels: stereo ? 2 : channels, frameLength, sbr }
}

/** The smallest AudioSpecificConfig of AAC-LC. `sampleRate` in Hz must be one of the standard's thirteen. @throws CodecError */
export function makeAudioSpecificConfig(sampleRate: number, channels: number): Uint8Array {
  const rate = RATES.indexOf(sampleRate)
  const layout = CHANNELS.indexOf(channels)
  if (rate < 0 || layout < 1) throw new CodecError('unsupported', `${channels} channels at ${sampleRate} Hz`)
  return Uint8Array.of((2 << 3) | (rate >> 1), ((rate & 1) << 7) | (layout << 3))
}

/** The configuration of a track from its AudioSpecificConfig. @throws CodecError */
export function aacConfig(config: Uint8Array): AudioConfig {
  const { sampleRate, channels } = parseAudioSpecificConfig(config)
  return { kind: 'audio', codec: 'aac', sampleRate, channels, record: config }
}

/** RFC 6381 §3.3: `mp4a.40.` and the audio object type as signalled. @throws CodecError */
export const aacCodecString = (config: Uint8Array): string => `mp4a.40.${readObjectType(new BitReader(config))}`

function readObjectType(bits: BitReader): number {
  const type = bits.bits(5)
  const value = type === 31 ? 32 + bits.bits(6) : type
  if (value === 0) throw new CodecError('bad_parameters', 'audio object type')
  return value
}

function readRate(bits: BitReader): number {
  const index = bits.bits(4)
  const rate = index === 15 ? bits.bits(24) : RATES[index]
  if (rate === undefined || rate === 0) throw new CodecError('bad_parameters', 'sampling frequency')
  return rate
}
