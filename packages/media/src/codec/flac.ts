import { CodecError } from '../errors.ts'
import { BitWriter } from './bit-writer.ts'
import type { AudioConfig } from './config.ts'

/**
 * A small FLAC encoder (RFC 9639): fixed predictors, one Rice parameter a subframe, wasted bits. It exists so that telephone sound
 * (G.711) plays everywhere after an export, without losing a bit (decision 0042).
 */

const BITS = 16
/** The longest block, in samples: the streamable subset's limit up to 48 kHz (RFC 9639 §7). */
export const FLAC_BLOCK_MAX = 4608
const ORDER_MAX = 4
const RICE_MAX = 14

/** The configuration of a track of 16-bit sound whose blocks have different lengths. @throws CodecError `unsupported` */
export function flacConfig(sampleRate: number, channels: number): AudioConfig {
  if (channels < 1 || channels > 2 || sampleRate < 1 || sampleRate > 65_535) {
    throw new CodecError('unsupported', `${channels} channels at ${sampleRate} Hz`)
  }
  const info = new BitWriter(34)
  info.bits(16, 16)
  info.bits(FLAC_BLOCK_MAX, 16)
  info.bits(0, 24)
  info.bits(0, 24)
  info.bits(sampleRate, 20)
  info.bits(channels - 1, 3)
  info.bits(BITS - 1, 5)
  // Total number of samples and MD5 are not known while recording: 36 and 128 zero bits.
  const record = new Uint8Array(34)
  record.set(info.finish())
  return { kind: 'audio', codec: 'flac', sampleRate, channels, record }
}

/**
 * One FLAC frame.
 * @param pcm 16-bit samples, channels interleaved; 1 to `FLAC_BLOCK_MAX` a channel
 * @param firstSample number of the frame's first sample in the stream, below 2³⁶
 * @throws CodecError `bad_parameters` for an empty or too long block
 */
export function encodeFlacFrame(pcm: Int16Array, channels: number, firstSample: number): Uint8Array {
  const length = pcm.length / channels
  if (!Number.isInteger(length) || length < 1 || length > FLAC_BLOCK_MAX || firstSample < 0 || firstSample >= 2 ** 36) {
    throw new CodecError('bad_parameters', 'FLAC block')
  }
  const out = new BitWriter(32 + pcm.length * 3)
  // Sync code, blocks of different lengths; block size in 16 bits at the end, rate from STREAMINFO; channels; 16 bits a sample.
  out.bits(0xfff9, 16)
  out.bits(0x7, 4)
  out.bits(0x0, 4)
  out.bits(channels - 1, 4)
  out.bits(0x4, 3)
  out.bits(0, 1)
  writeCodedNumber(out, firstSample)
  out.bits(length - 1, 16)
  out.bits(crc8(out.written()), 8)
  const samples = new Int32Array(length)
  for (let channel = 0; channel < channels; channel++) {
    for (let i = 0; i < length; i++) samples[i] = pcm[i * channels + channel] ?? 0
    writeSubframe(out, samples)
  }
  out.align()
  out.bits(crc16(out.written()), 16)
  return out.finish()
}

function writeSubframe(out: BitWriter, samples: Int32Array): void {
  let all = 0
  for (const sample of samples) all |= sample
  const wasted = all === 0 ? 0 : 31 - Math.clz32(all & -all)
  if (wasted > 0) for (let i = 0; i < samples.length; i++) samples[i] = (samples[i] ?? 0) >> wasted
  const width = BITS - wasted
  const constant = samples.every(sample => sample === samples[0])
  const { order, residual, sum } = constant ? { order: 0, residual: samples, sum: 0 } : bestPredictor(samples)
  out.bits(0, 1)
  out.bits(constant ? 0 : 8 + order, 6)
  out.bits(wasted === 0 ? 0 : 1, 1)
  if (wasted > 0) out.unary(wasted - 1)
  if (constant) {
    out.signed(samples[0] ?? 0, width)
    return
  }
  for (let i = 0; i < order; i++) out.signed(samples[i] ?? 0, width)
  const count = samples.length - order
  const mean = count === 0 ? 0 : sum / count
  const rice = Math.min(RICE_MAX, Math.max(0, Math.floor(Math.log2(mean * Math.LN2 * 2 + 1))))
  // Coding method 0, one partition.
  out.bits(0, 6)
  out.bits(rice, 4)
  for (let i = order; i < samples.length; i++) out.rice(residual[i] ?? 0, rice)
}

type Prediction = { readonly order: number; readonly residual: Int32Array; readonly sum: number }

/** The fixed predictor (RFC 9639 §9.2.5) with the smallest residual. Orders are differences of differences. */
function bestPredictor(samples: Int32Array): Prediction {
  let residual = samples.slice()
  let best: Prediction = { order: 0, residual, sum: magnitude(residual, 0) }
  for (let order = 1; order <= ORDER_MAX && order < samples.length; order++) {
    const next = new Int32Array(samples.length)
    for (let i = order; i < samples.length; i++) next[i] = (residual[i] ?? 0) - (residual[i - 1] ?? 0)
    residual = next
    const sum = magnitude(residual, order)
    if (sum < best.sum) best = { order, residual, sum }
  }
  return best
}

function magnitude(residual: Int32Array, from: number): number {
  let sum = 0
  for (let i = from; i < residual.length; i++) sum += Math.abs(residual[i] ?? 0)
  return sum
}

/** The number coding of RFC 9639 §9.1.5: UTF-8, extended to 36 bits. */
function writeCodedNumber(out: BitWriter, value: number): void {
  if (value < 0x80) {
    out.bits(value, 8)
    return
  }
  let following = 1
  while (following < 6 && value >= 2 ** (following * 5 + 6)) following++
  const lead = Math.floor(value / 2 ** (6 * following))
  out.bits(((0xff00 >> (following + 1)) & 0xff) | lead, 8)
  for (let i = following - 1; i >= 0; i--) out.bits(0x80 | (Math.floor(value / 2 ** (6 * i)) & 0x3f), 8)
}

const CRC8 = Uint8Array.from({ length: 256 }, (_, byte) => {
  let crc = byte
  for (let i = 0; i < 8; i++) crc = (crc & 0x80) !== 0 ? (crc << 1) ^ 0x07 : crc << 1
  return crc
})
const CRC16 = Uint16Array.from({ length: 256 }, (_, byte) => {
  let crc = byte << 8
  for (let i = 0; i < 8; i++) crc = (crc & 0x8000) !== 0 ? (crc << 1) ^ 0x8005 : crc << 1
  return crc
})

function crc8(bytes: Uint8Array): number {
  let crc = 0
  for (const byte of bytes) crc = CRC8[crc ^ byte] ?? 0
  return crc
}

function crc16(bytes: Uint8Array): number {
  let crc = 0
  for (const byte of bytes) crc = ((crc << 8) & 0xffff) ^ (CRC16[(crc >> 8) ^ byte] ?? 0)
  return crc
}
