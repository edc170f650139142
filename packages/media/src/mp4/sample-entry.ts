import { concat } from '@hausrecht/crypto/bytes'
import { ASC_MAX, aacConfig } from '../codec/aac.ts'
import type { AudioCodec, AudioConfig, CodecConfig, VideoConfig } from '../codec/config.ts'
import { CodecError, Mp4Error } from '../errors.ts'
import { type Box, findBox, needBox, readBoxes } from './boxes.ts'
import { Cursor } from './cursor.ts'
import { box, fullBox, range, text, u8, u16, u32, zeros } from './write.ts'

/** Sample entries: what `stsd` says of a track's codec (ISO/IEC 14496-12 §8.5.2, 14496-14 §5.6, 14496-15, Opus and FLAC in ISOBMFF). */

const AUDIO_TYPES: Readonly<Record<AudioCodec, string>> = {
  aac: 'mp4a',
  opus: 'Opus',
  pcma: 'alaw',
  pcmu: 'ulaw',
  flac: 'fLaC',
}
const STREAMINFO_LENGTH = 34
/** The longest decoder configuration record, in bytes. */
export const RECORD_MAX = 16 * 1024

/** @throws Mp4Error `bad_value` */
function buildSampleEntry(config: CodecConfig, oneOfSeveral: boolean): Uint8Array {
  if (config.record.length > RECORD_MAX) throw new Mp4Error('bad_value', 'decoder configuration')
  return config.kind === 'video' ? visualEntry(config, oneOfSeveral) : audioEntry(config)
}

/** @throws Mp4Error; CodecError when an AAC entry holds a broken AudioSpecificConfig */
export function parseSampleEntry(entry: Box): CodecConfig {
  switch (entry.type) {
    case 'avc1':
    case 'avc3':
      return parseVisual(entry, 'h264', 'avcC')
    case 'hvc1':
    case 'hev1':
      return parseVisual(entry, 'h265', 'hvcC')
    case 'mp4a':
    case 'Opus':
    case 'alaw':
    case 'ulaw':
    case 'fLaC':
      return parseAudio(entry, entry.type)
    default:
      throw new Mp4Error('unsupported', `sample entry ${entry.type.replace(/[^ -~]/g, '?')}`)
  }
}

/** A real copy, so that a few bytes do not keep a whole segment in memory; `slice` of a Buffer would be a view. */
const copy = (bytes: Uint8Array): Uint8Array => Uint8Array.from(bytes)

function visualEntry(config: VideoConfig, oneOfSeveral: boolean): Uint8Array {
  const [type, recordType] = config.codec === 'h264' ? ['avc1', 'avcC'] : ['hvc1', 'hvcC']
  return box(
    type,
    zeros(6),
    u16(1),
    zeros(16),
    u16(config.width, config.height),
    u32(0x48_0000, 0x48_0000, 0),
    u16(1),
    zeros(32),
    u16(0x18, 0xffff),
    box(recordType, config.record),
    // Pictures of several sizes in one track: without this, ffmpeg takes the difference for pixels that are not square.
    ...(oneOfSeveral ? [box('pasp', u32(1, 1))] : []),
  )
}

function audioEntry(config: AudioConfig): Uint8Array {
  range(config.channels, 1, 255)
  const rate = config.sampleRate > 0xffff ? 0 : config.sampleRate
  const head = [zeros(6), u16(1), zeros(8), u16(config.channels, 16, 0, 0), u32(rate * 0x1_0000)]
  return box(AUDIO_TYPES[config.codec], ...head, ...audioRecord(config))
}

function audioRecord(config: AudioConfig): Uint8Array[] {
  switch (config.codec) {
    case 'aac':
      return [fullBox('esds', 0, 0, elementaryStream(config.record))]
    case 'opus':
      return [box('dOps', config.record)]
    case 'flac':
      if (config.record.length !== STREAMINFO_LENGTH) throw new Mp4Error('bad_value', 'STREAMINFO')
      return [fullBox('dfLa', 0, 0, u8(0x80), u8(0), u16(STREAMINFO_LENGTH), config.record)]
    case 'pcma':
    case 'pcmu':
      return []
  }
}

/** ES_Descriptor around an AudioSpecificConfig (ISO/IEC 14496-1 §7.2.6.5). */
function elementaryStream(config: Uint8Array): Uint8Array {
  if (config.length === 0 || config.length > ASC_MAX) throw new Mp4Error('bad_value', 'AudioSpecificConfig')
  const specific = descriptor(5, config)
  // MPEG-4 audio, audio stream; buffer size and bit rates unknown.
  const decoder = descriptor(4, concat(u8(0x40), u8(0x15), zeros(3), u32(0, 0), specific))
  return descriptor(3, concat(u16(0), u8(0), decoder, descriptor(6, u8(2))))
}

const descriptor = (tag: number, body: Uint8Array): Uint8Array => concat(u8(tag), u8(range(body.length, 0, 0x7f)), body)

function parseVisual(entry: Box, codec: VideoConfig['codec'], recordType: string): VideoConfig {
  const cursor = new Cursor(entry.body)
  cursor.skip(24)
  const width = cursor.u16()
  const height = cursor.u16()
  cursor.skip(50)
  const { body } = needBox(readBoxes(cursor.rest()), recordType)
  if (body.length > RECORD_MAX) throw new Mp4Error('too_long', recordType)
  return { kind: 'video', codec, width, height, record: copy(body) }
}

function parseAudio(entry: Box, type: 'mp4a' | 'Opus' | 'alaw' | 'ulaw' | 'fLaC'): AudioConfig {
  const cursor = new Cursor(entry.body)
  cursor.skip(8)
  const version = cursor.u16()
  cursor.skip(6)
  const channels = cursor.u16()
  cursor.skip(6)
  const sampleRate = Math.floor(cursor.u32() / 0x1_0000)
  // QuickTime's longer sound descriptions.
  if (version === 1) cursor.skip(16)
  else if (version === 2) cursor.skip(36)
  else if (version !== 0) throw new Mp4Error('bad_box', 'sound description version')
  if (channels === 0) throw new Mp4Error('bad_box', 'no channels')
  if (type === 'alaw' || type === 'ulaw') {
    if (sampleRate === 0) throw new Mp4Error('bad_box', 'sample rate')
    return { kind: 'audio', codec: type === 'alaw' ? 'pcma' : 'pcmu', sampleRate, channels, record: new Uint8Array(0) }
  }
  const boxes = readBoxes(cursor.rest())
  if (type === 'mp4a') {
    const esds = findBox(boxes, 'esds') ?? needBox(readBoxes(needBox(boxes, 'wave').body), 'esds')
    return aacConfig(copy(parseElementaryStream(esds.body.subarray(4))))
  }
  if (type === 'Opus') {
    const { body } = needBox(boxes, 'dOps')
    if (body.length < 11 || body.length > RECORD_MAX) throw new Mp4Error('bad_box', 'dOps')
    return { kind: 'audio', codec: 'opus', sampleRate: 48_000, channels: body[1] ?? channels, record: copy(body) }
  }
  const info = copy(needBox(boxes, 'dfLa').body.subarray(8, 8 + STREAMINFO_LENGTH))
  if (info.length !== STREAMINFO_LENGTH) throw new Mp4Error('truncated', 'dfLa')
  const rate = ((info[10] ?? 0) << 12) | ((info[11] ?? 0) << 4) | ((info[12] ?? 0) >> 4)
  if (rate === 0) throw new Mp4Error('bad_box', 'sample rate')
  return { kind: 'audio', codec: 'flac', sampleRate: rate, channels: (((info[12] ?? 0) >> 1) & 7) + 1, record: info }
}

/** Finds the AudioSpecificConfig in an ES_Descriptor: tags 3, 4, 5, one inside the other. */
function parseElementaryStream(bytes: Uint8Array): Uint8Array {
  const stream = new Cursor(openDescriptor(new Cursor(bytes), 3))
  stream.skip(2)
  const flags = stream.u8()
  if ((flags & 0x80) !== 0) stream.skip(2)
  if ((flags & 0x40) !== 0) stream.skip(stream.u8())
  if ((flags & 0x20) !== 0) stream.skip(2)
  const decoder = new Cursor(openDescriptor(stream, 4))
  const objectType = decoder.u8()
  if (objectType !== 0x40 && (objectType < 0x66 || objectType > 0x68)) {
    throw new Mp4Error('unsupported', `mp4a object type ${objectType}`)
  }
  decoder.skip(12)
  const config = openDescriptor(decoder, 5)
  if (config.length === 0 || config.length > ASC_MAX) throw new CodecError('bad_parameters', 'AudioSpecificConfig')
  return config
}

function openDescriptor(cursor: Cursor, tag: number): Uint8Array {
  if (cursor.u8() !== tag) throw new Mp4Error('bad_box', `esds: descriptor ${tag} expected`)
  let length = 0
  for (let i = 0; i < 4; i++) {
    const byte = cursor.u8()
    length = length * 128 + (byte & 0x7f)
    if ((byte & 0x80) === 0) break
  }
  return cursor.bytes(length)
}

/** `stsd` of a track. */
export const buildSampleDescriptions = (configs: readonly CodecConfig[]): Uint8Array =>
  fullBox('stsd', 0, 0, u32(configs.length), ...configs.map(config => buildSampleEntry(config, configs.length > 1)))

/** The most sample descriptions of one track. */
export const DESCRIPTIONS_MAX = 1024

/** @throws Mp4Error, CodecError */
export function parseSampleDescriptions(stsd: Box): CodecConfig[] {
  const cursor = new Cursor(stsd.body)
  cursor.skip(4)
  const count = cursor.u32()
  if (count > DESCRIPTIONS_MAX) throw new Mp4Error('too_many', 'sample descriptions')
  const entries = readBoxes(cursor.rest())
  if (entries.length < count || count === 0) throw new Mp4Error('bad_box', 'stsd')
  return entries.slice(0, count).map(parseSampleEntry)
}

/** Brand text of `ftyp`. */
export const fileType = (major: string, ...compatible: readonly string[]): Uint8Array =>
  box('ftyp', text(major), u32(0), ...compatible.map(text))
