import { fileURLToPath } from 'node:url'
import { h264ParameterSets } from '@hausrecht/media/codec/h264'
import { splitLengthPrefixed } from '@hausrecht/media/codec/nal'
import { type MovieTrack, readMovie } from '@hausrecht/media/mp4/reader'

/** A picture of the footage, without its parameter sets. */
export type Picture = { readonly nals: readonly Uint8Array[]; readonly key: boolean }
export type PictureLoop = {
  readonly pictures: readonly Picture[]
  readonly fps: number
  readonly sps: Uint8Array
  readonly pps: Uint8Array
}
export type SoundLoop = {
  readonly frames: readonly Uint8Array[]
  readonly sampleRate: number
  readonly config: Uint8Array
}

/** The sound's loop is this many frames: 8 s of 1024 samples at 16 kHz, so a tick stays a tick. */
const SOUND_FRAMES = 125
/** What the AAC encoder puts in front (its priming) is left out. */
const SOUND_PRIMING = 1

export const FOOTAGE = {
  main: fileURLToPath(new URL('../footage/main.mp4', import.meta.url)),
  sub: fileURLToPath(new URL('../footage/sub.mp4', import.meta.url)),
  sound: fileURLToPath(new URL('../footage/sound.mp4', import.meta.url)),
} as const

async function track(path: string, kind: MovieTrack['kind']): Promise<MovieTrack> {
  const found = (await readMovie(path)).tracks.find(one => one.kind === kind)
  if (!found) throw new Error(`${path} has no ${kind}`)
  return found
}

export async function readPictures(path: string): Promise<PictureLoop> {
  const { configs, samples, timescale } = await track(path, 'video')
  const { sps, pps } = h264ParameterSets(configs[0].record)
  const [first] = samples
  if (!sps[0] || !pps[0] || !first) throw new Error(`${path} has no picture`)
  return {
    pictures: samples.map(sample => ({ nals: splitLengthPrefixed(sample.data), key: sample.isSync })),
    fps: timescale / first.duration,
    sps: sps[0],
    pps: pps[0],
  }
}

export async function readSound(path: string): Promise<SoundLoop> {
  const { configs, samples } = await track(path, 'audio')
  const [config] = configs
  if (config.kind !== 'audio') throw new Error(`${path} has no sound`)
  const frames = samples.slice(SOUND_PRIMING, SOUND_PRIMING + SOUND_FRAMES).map(sample => sample.data)
  return { frames, sampleRate: config.sampleRate, config: config.record }
}
