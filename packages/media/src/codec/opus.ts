import { CodecError } from '../errors.ts'
import type { AudioConfig } from './config.ts'

/** Opus always runs on a 48 kHz clock (RFC 7587 §4.1). */
export const OPUS_CLOCK = 48_000
/** The longest packet lasts 120 ms (RFC 6716 §3.2.5). */
const PACKET_TICKS_MAX = 5760

const SILK = [480, 960, 1920, 2880] as const
const HYBRID = [480, 960] as const
const CELT = [120, 240, 480, 960] as const

/**
 * The configuration of an Opus track (`dOps`, Opus in ISOBMFF §4.3.2): one stream, mapping family 0.
 * @param preSkip samples at 48 kHz to drop at the start; 0 when joining a live stream, where the first sound has passed anyway.
 * @throws CodecError `unsupported` for more than two channels
 */
export function opusConfig(channels: number, preSkip = 0): AudioConfig {
  if (channels !== 1 && channels !== 2) throw new CodecError('unsupported', `${channels} channels of Opus`)
  const record = new Uint8Array(11)
  const view = new DataView(record.buffer)
  view.setUint8(1, channels)
  view.setUint16(2, preSkip)
  view.setUint32(4, OPUS_CLOCK)
  return { kind: 'audio', codec: 'opus', sampleRate: OPUS_CLOCK, channels, record }
}

/** How long a packet plays, in ticks of 48 kHz (RFC 6716 §3.1, §3.2). @throws CodecError for an impossible packet */
export function opusDuration(packet: Uint8Array): number {
  const toc = packet[0]
  if (toc === undefined) throw new CodecError('truncated', 'empty Opus packet')
  const config = toc >> 3
  const frame = (config < 12 ? SILK[config & 3] : config < 16 ? HYBRID[config & 1] : CELT[config & 3]) ?? 0
  let frames = [1, 2, 2, 0][toc & 3] ?? 0
  if (frames === 0) {
    const count = packet[1]
    if (count === undefined) throw new CodecError('truncated', 'Opus frame count')
    frames = count & 0x3f
  }
  const ticks = frame * frames
  if (ticks === 0 || ticks > PACKET_TICKS_MAX) throw new CodecError('bad_parameters', 'Opus packet duration')
  return ticks
}
