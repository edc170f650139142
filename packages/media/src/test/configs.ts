import { fromHex } from '@hausrecht/crypto/bytes'
import { aacConfig, makeAudioSpecificConfig } from '../codec/aac.ts'
import type { AudioConfig, CodecConfig, VideoConfig } from '../codec/config.ts'
import { flacConfig } from '../codec/flac.ts'
import { g711Config } from '../codec/g711.ts'
import { h264Config } from '../codec/h264.ts'
import { h265Config } from '../codec/h265.ts'
import { opusConfig } from '../codec/opus.ts'

/** Parameter sets as encoders made them: 322x180 (cropped from 336x192) at 25 frames a second. */
export const H264 = {
  sps: fromHex('6764000dacb40a8cf113e022000003000200000300641e285540'),
  pps: fromHex('68ef0fcb'),
  /** With B-frames, two of them reordered. */
  spsReordered: fromHex('6764000dacd941519e227c0440000003004000000c83c50a6580'),
  ppsReordered: fromHex('68ef8fcb'),
  avcC: fromHex('0164000dffe1001a6764000dacb40a8cf113e022000003000200000300641e28554001000468ef0fcbfdf8f800'),
}
export const H265 = {
  vps: fromHex('40010c01ffff01600000030090000003000003003c959409'),
  sps: fromHex('42010101600000030090000003000003003ca00a880c1c44f965654a4c2f016808000003000800000300c840'),
  pps: fromHex('4401c073c189'),
}

export const h264 = (): VideoConfig => h264Config([H264.sps], [H264.pps])
export const h265 = (): VideoConfig => h265Config([H265.vps], [H265.sps], [H265.pps])
export const aac = (): AudioConfig => aacConfig(makeAudioSpecificConfig(16_000, 1))
export const ALL_CONFIGS: readonly CodecConfig[] = [
  h264(),
  h265(),
  aac(),
  opusConfig(2, 312),
  g711Config('pcma'),
  g711Config('pcmu', 16_000, 2),
  flacConfig(8000, 1),
]
