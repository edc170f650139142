import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { codecString } from '../codec/codec-string.ts'
import { h264Config, h264ParameterSets, parseH264Sps } from '../codec/h264.ts'
import { h265Config, h265ParameterSets, parseH265Sps } from '../codec/h265.ts'
import { isKeyFrame, joinAnnexB, splitAnnexB, splitLengthPrefixed } from '../codec/nal.ts'
import { opusDuration } from '../codec/opus.ts'
import { contentHash, decodeStrictly, makeFootage, probeFrameTimes, probeStreams, tempFolder } from '../test/ffmpeg.ts'
import { fragmentedFile, segmentsOf } from '../test/segments.ts'
import { type MovieTrack, readMovie } from './reader.ts'

/** ffmpeg made the sources, and reads what we write: fragments of each codec, cut as the recorder cuts. */
const SECONDS = 4
const FRAMES = SECONDS * 25
const VIDEO = [
  '-f',
  'lavfi',
  '-i',
  `testsrc2=size=322x180:rate=25:duration=${SECONDS}`,
  '-pix_fmt',
  'yuv420p',
  '-g',
  '50',
]
const AUDIO = ['-f', 'lavfi', '-i', `sine=f=440:r=16000:duration=${SECONDS}`]
const X265 = 'log-level=none:bframes=3:info=0:open-gop=0'

const SOURCES = {
  'H.264 without B-frames': [...VIDEO, '-c:v', 'libx264', '-preset', 'veryfast', '-bf', '0'],
  'H.264 Baseline': [...VIDEO, '-c:v', 'libx264', '-preset', 'veryfast', '-profile:v', 'baseline'],
  'H.264 with a pyramid of B-frames': [
    ...VIDEO,
    '-c:v',
    'libx264',
    '-preset',
    'veryfast',
    '-bf',
    '7',
    '-b_strategy',
    '0',
    '-x264-params',
    'b-pyramid=normal',
  ],
  'H.264, open groups of pictures': [
    ...VIDEO,
    '-c:v',
    'libx264',
    '-preset',
    'veryfast',
    '-bf',
    '3',
    '-x264-params',
    'open-gop=1',
  ],
  'H.265 with B-frames': [...VIDEO, '-c:v', 'libx265', '-preset', 'ultrafast', '-x265-params', X265, '-tag:v', 'hvc1'],
  AAC: [...AUDIO, '-c:a', 'aac'],
  Opus: [...AUDIO, '-c:a', 'libopus', '-ar', '48000'],
} as const
type Source = keyof typeof SOURCES
const names = Object.keys(SOURCES) as Source[]
const videos = names.filter(name => name.startsWith('H.26'))

const folder = tempFolder()
const pathOf = (name: string): string => join(folder.path, `${name}.mp4`)
const tracks = new Map<Source, MovieTrack>()

const trackOf = (name: Source): MovieTrack => {
  const track = tracks.get(name)
  if (track === undefined) throw new Error(name)
  return track
}

beforeAll(async () => {
  for (const name of names) {
    await makeFootage(pathOf(name), ...SOURCES[name])
    const [track] = (await readMovie(pathOf(name))).tracks
    if (track !== undefined) tracks.set(name, track)
  }
})
afterAll(() => folder.remove())

describe('reading what ffmpeg wrote', () => {
  test.each(videos)('%s: frames, times and sizes are those that ffprobe finds', async name => {
    const track = trackOf(name)
    const times = await probeFrameTimes(pathOf(name), 'v:0')
    expect(track.samples.map(sample => sample.pts / track.timescale).sort((a, b) => a - b)).toEqual(times)
    expect(times).toHaveLength(FRAMES)
    const [config] = track.configs
    expect(config).toMatchObject({ width: 322, height: 180 })
    expect(codecString(config)).toMatch(/^(avc1\.(64000d|42c00d)|hvc1\.1\.6\.L60\.90)$/)
  })

  test.each(videos)('%s: our key frames are theirs', name => {
    const { samples, codec } = trackOf(name)
    if (codec !== 'h264' && codec !== 'h265') throw new Error(codec)
    const nals = samples.map(sample => splitLengthPrefixed(sample.data))
    expect(nals.map(list => isKeyFrame(codec, list))).toEqual(samples.map(sample => sample.isSync))
    for (const list of nals) expect(splitAnnexB(joinAnnexB(list))).toEqual(list)
  })

  test.each(videos.filter(name => name.startsWith('H.264')))(
    '%s: the decoder configuration made of its parameter sets is theirs',
    name => {
      const [config] = trackOf(name).configs
      const { sps, pps } = h264ParameterSets(config.record)
      expect(h264Config(sps, pps)).toEqual(config)
      expect(parseH264Sps(sps[0] ?? new Uint8Array(0)).fps).toBe(25)
    },
  )

  test.each(videos.filter(name => name.startsWith('H.265')))(
    '%s: the decoder configuration made of its parameter sets says the same',
    name => {
      const { vps, sps, pps } = h265ParameterSets(trackOf(name).configs[0].record)
      expect(h265Config(vps, sps, pps)).toMatchObject({ width: 322, height: 180 })
      expect(parseH265Sps(sps[0] ?? new Uint8Array(0)).fps).toBe(25)
    },
  )

  test('Opus packets play as long as the table says', () => {
    const { samples } = trackOf('Opus')
    expect(samples.slice(0, -1).map(sample => opusDuration(sample.data))).toEqual(
      samples.slice(0, -1).map(sample => sample.duration),
    )
  })
})

describe('ffmpeg reading what we wrote', () => {
  const fragmentsOf = (name: Source): string => {
    const path = pathOf(`${name} fragments`)
    writeFileSync(path, fragmentedFile(segmentsOf(trackOf(name), 0, 700, true)))
    return path
  }

  test.each(names)('%s: fragments decode without a warning, complete and in order', async name => {
    expect(segmentsOf(trackOf(name), 0, 700, true).length).toBeGreaterThan(3)
    const path = fragmentsOf(name)
    await decodeStrictly(path)
    const [before, after] = await Promise.all([probeStreams(pathOf(name)), probeStreams(path)])
    expect(after[0]?.nb_read_frames).toBe(String(trackOf(name).samples.length))
    expect(after[0]?.codec_name).toBe(before[0]?.codec_name)
  })

  test.each(videos)('%s: fragments hold the same pictures at the same times', async name => {
    const path = fragmentsOf(name)
    expect(await contentHash(path, 'v:0')).toBe(await contentHash(pathOf(name), 'v:0'))
    const [was, is] = await Promise.all([probeFrameTimes(pathOf(name), 'v:0'), probeFrameTimes(path, 'v:0')])
    const start = is[0] ?? 0
    expect(is.map(time => Math.round((time - start) * 1e5))).toEqual(was.map(time => Math.round(time * 1e5)))
  })

  test.each(videos.filter(name => !name.includes('open')))(
    '%s: each segment that starts with a key frame plays alone',
    async name => {
      const parts = segmentsOf(trackOf(name), 0, 700)
      expect(parts.length).toBeGreaterThan(1)
      for (const [index, part] of parts.entries()) {
        const path = pathOf(`${name} alone ${index}`)
        writeFileSync(path, fragmentedFile([part]))
        await decodeStrictly(path)
        const [stream] = await probeStreams(path)
        expect(stream?.nb_read_frames).toBe(String(part.samples))
      }
    },
  )
})
