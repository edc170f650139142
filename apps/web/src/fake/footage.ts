import { buildFragment, type Sample } from '@hausrecht/media/mp4/fragment'
import { buildInit } from '@hausrecht/media/mp4/init'
import { type MovieTrack, parseMovie } from '@hausrecht/media/mp4/reader'
import { mimeOf } from '@hausrecht/media/mp4/retime'
import type { MediaPart } from '../engine/api.ts'
import door from './footage/door.mp4?url'
import dusk from './footage/dusk.mp4?url'
import night from './footage/night.mp4?url'
import street from './footage/street.mp4?url'

export const CLIPS = { street, dusk, night, door } as const
export type Clip = keyof typeof CLIPS

export const PART_MS = 2000

type Loop = {
  readonly init: Uint8Array<ArrayBuffer>
  readonly mime: string
  readonly track: MovieTrack
  readonly perPart: number
}
const loops = new Map<Clip, Promise<Loop>>()

async function load(clip: Clip): Promise<Loop> {
  const response = await fetch(CLIPS[clip])
  const track = parseMovie(new Uint8Array(await response.arrayBuffer())).tracks[0]
  if (track === undefined) throw new Error(`${clip} has no track`)
  const init = new Uint8Array(buildInit([{ trackId: 1, timescale: track.timescale, config: track.configs[0] }]))
  const keys = track.samples.filter(sample => sample.isSync).length
  return { init, mime: mimeOf(init), track, perPart: Math.floor(track.samples.length / keys) }
}

export function loopOf(clip: Clip): Promise<Loop> {
  let found = loops.get(clip)
  if (found === undefined) {
    found = load(clip)
    loops.set(clip, found)
  }
  return found
}

/** The recorded part that contains a moment: the clip runs round and round, one closed group of pictures in each 2 s. */
export async function partAt(clip: Clip, at: number, origin: number): Promise<MediaPart> {
  const { init, mime, track, perPart } = await loopOf(clip)
  const n = Math.floor(at / PART_MS)
  const start = n * PART_MS
  const parts = Math.floor(track.samples.length / perPart)
  const samples = track.samples.slice((n % parts) * perPart, (n % parts) * perPart + perPart)
  const fragment = buildFragment({
    sequence: 1,
    trackId: 1,
    baseDecodeTime: Math.round(((start - origin) / 1000) * track.timescale),
    samples: samples.map(
      (sample): Sample => ({
        data: sample.data,
        duration: sample.duration,
        isSync: sample.isSync,
        compositionOffset: 0,
      }),
    ),
  })
  return {
    track: 'video',
    start,
    duration: PART_MS,
    startsWithKey: true,
    discontinuity: false,
    mime,
    init,
    fragment: new Uint8Array(fragment),
  }
}
