import type { AudioConfig } from '../codec/config.ts'
import { encodeFlacFrame, FLAC_BLOCK_MAX, flacConfig } from '../codec/flac.ts'
import { expandG711, type G711 } from '../codec/g711.ts'
import { Mp4Error } from '../errors.ts'
import type { Fragment } from './fragment-read.ts'

/** Samples a FLAC frame should have at least, so that its head weighs little. */
const BLOCK_MIN = 2048

/** Sound in FLAC frames, one sample each, in the fragment's ticks. */
export type FlacRun = {
  readonly sizes: Uint32Array
  readonly durations: Uint32Array
  readonly compositionOffsets: Int32Array
  readonly sync: Uint8Array
  readonly data: Uint8Array
  /** Samples a channel that were coded: the next run's frames count on from there. */
  readonly coded: number
}

/** The FLAC track that a G.711 track becomes. @throws CodecError */
export const flacOf = (config: AudioConfig): AudioConfig => flacConfig(config.sampleRate, config.channels)

/**
 * G.711 as lossless FLAC (decision 0042). Packets are joined into frames; where a packet lasts longer than its samples (something was
 * lost), a frame ends and lasts as long.
 * @param firstSample samples a channel that were coded before
 * @throws CodecError, Mp4Error `bad_box` when a packet holds half a sample
 */
export function flacRun(
  codec: G711,
  config: AudioConfig,
  fragment: Fragment,
  firstSample: number,
  timescale: number,
): FlacRun {
  const { channels, sampleRate } = config
  const frames: Uint8Array[] = []
  const durations: number[] = []
  let coded = firstSample
  const emit = (bytes: Uint8Array, ticks: number): void => {
    let left = ticks
    for (let at = 0; at < bytes.length; at += FLAC_BLOCK_MAX * channels) {
      const block = bytes.subarray(at, at + FLAC_BLOCK_MAX * channels)
      const samples = block.length / channels
      const last = at + block.length === bytes.length
      const duration = last ? left : Math.min(left, Math.round((samples * timescale) / sampleRate))
      frames.push(encodeFlacFrame(expandG711(codec, block), channels, coded))
      durations.push(duration)
      coded += samples
      left -= duration
    }
  }
  let start = 0
  let end = 0
  let ticks = 0
  for (let i = 0; i < fragment.sizes.length; i++) {
    const size = fragment.sizes[i] ?? 0
    const duration = fragment.durations[i] ?? 0
    if (size % channels !== 0) throw new Mp4Error('bad_box', 'half a sample of sound')
    end += size
    ticks += duration
    const nominal = ((size / channels) * timescale) / sampleRate
    const enough = (end - start) / channels >= BLOCK_MIN
    if (end > start && (enough || i + 1 === fragment.sizes.length || Math.abs(duration - nominal) > 1)) {
      emit(fragment.data.subarray(start, end), ticks)
      start = end
      ticks = 0
    }
  }
  return {
    sizes: Uint32Array.from(frames, frame => frame.length),
    durations: Uint32Array.from(durations),
    compositionOffsets: new Int32Array(frames.length),
    sync: new Uint8Array(frames.length).fill(1),
    data: join(frames),
    coded: coded - firstSample,
  }
}

function join(frames: readonly Uint8Array[]): Uint8Array {
  const data = new Uint8Array(frames.reduce((sum, frame) => sum + frame.length, 0))
  let at = 0
  for (const frame of frames) {
    data.set(frame, at)
    at += frame.length
  }
  return data
}
