import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type G711, g711Config } from '../codec/g711.ts'
import { hasChromium, playInChromium } from '../test/chromium.ts'
import { contentHash, decodeStrictly, makeFootage, probeFrameTimes, probeStreams, tempFolder } from '../test/ffmpeg.ts'
import { inOrder, segmentsOf, type TestPart } from '../test/segments.ts'
import { buildFragment } from './fragment.ts'
import { buildInit } from './init.ts'
import { MovieWriter } from './movie.ts'
import { type MovieTrack, readMovie } from './reader.ts'

/** Exports, read by programs that are not ours: ffprobe, ffmpeg's decoders at their strictest, and Chromium. */
const T = 1_795_000_000_000
const folder = tempFolder()
const pathOf = (name: string): string => join(folder.path, name)
const source = (size: string, audio: string): string[] => [
  ...['-f', 'lavfi', '-i', `testsrc2=size=${size}:rate=25:duration=4`],
  ...['-f', 'lavfi', '-i', `sine=f=440:r=${audio}:duration=4`],
  ...['-pix_fmt', 'yuv420p', '-g', '50'],
]
const X264 = ['-c:v', 'libx264', '-preset', 'veryfast']
const X265 = ['-c:v', 'libx265', '-preset', 'ultrafast', '-x265-params', 'log-level=none', '-tag:v', 'hvc1']

beforeAll(async () => {
  await makeFootage(pathOf('aac.mp4'), ...source('322x180', '16000'), ...X264, '-bf', '0', '-c:a', 'aac')
  await makeFootage(pathOf('opus.mp4'), ...source('322x180', '48000'), ...X264, '-bf', '3', '-c:a', 'libopus')
  await makeFootage(pathOf('h265.mp4'), ...source('322x180', '16000'), ...X265, '-c:a', 'aac')
  await makeFootage(
    pathOf('large.mp4'),
    ...source('640x360', '16000'),
    ...X264,
    '-profile:v',
    'baseline',
    '-c:a',
    'aac',
  )
  await makeFootage(pathOf('large265.mp4'), ...source('640x360', '16000'), ...X265, '-c:a', 'aac')
  await makeFootage(pathOf('open265.mp4'), ...source('322x180', '16000'), ...X265, '-g', '30', '-c:a', 'aac')
  const noise = ['-f', 'lavfi', '-i', 'anoisesrc=d=4:r=8000:c=pink', '-ac', '1']
  await makeFootage(pathOf('pcma'), ...noise, '-f', 'alaw')
  await makeFootage(pathOf('pcmu'), ...noise, '-f', 'mulaw')
})
afterAll(() => folder.remove())

async function tracksOf(name: string): Promise<{ video: MovieTrack; audio: MovieTrack }> {
  const { tracks } = await readMovie(pathOf(name))
  const [video, audio] = tracks
  if (video?.kind !== 'video' || audio?.kind !== 'audio') throw new Error(name)
  return { video, audio }
}

async function write(name: string, parts: readonly TestPart[], faststart = false): Promise<string> {
  const path = pathOf(name)
  const writer = await MovieWriter.create({ path, faststart })
  for (const part of parts) {
    await (part.mark?.startsWith('audio') ? writer.appendAudio(part) : writer.appendVideo(part))
  }
  await writer.finish()
  return path
}

/** Parts of G.711 in packets of 20 ms, 2 s each. */
function g711Parts(codec: G711, startMs: number): TestPart[] {
  const bytes = readFileSync(pathOf(codec))
  const init = buildInit([{ trackId: 1, timescale: 8000, config: g711Config(codec) }])
  return [0, 16_000].map(at => {
    const samples = Array.from({ length: 100 }, (_, i) => {
      const data = bytes.subarray(at + i * 160, at + (i + 1) * 160)
      return { data, duration: 160, isSync: true, compositionOffset: 0 }
    })
    const fragment = buildFragment({ sequence: 1, trackId: 1, baseDecodeTime: at, samples })
    return { init, fragment, startTimeMs: startMs + at / 8, mark: 'audio', samples: 100 }
  })
}

const sum = (values: readonly TestPart[]): string => String(values.reduce((total, part) => total + part.samples, 0))

describe('an exported movie', () => {
  test.each(['aac.mp4', 'opus.mp4', 'h265.mp4'])(
    '%s: has the same pictures, sound and times as the source',
    async name => {
      const { video, audio } = await tracksOf(name)
      for (const faststart of [false, true]) {
        const parts = [segmentsOf(video, T, 1000, true), segmentsOf(audio, T, 500)]
        const path = await write(`${faststart} ${name}`, inOrder(...parts), faststart)
        await decodeStrictly(path)
        expect((await probeStreams(path)).map(stream => stream.nb_read_frames)).toEqual(parts.map(sum))
        expect(await contentHash(path, 'v:0')).toBe(await contentHash(pathOf(name), 'v:0'))
        expect(await probeFrameTimes(path, 'v:0')).toEqual(await probeFrameTimes(pathOf(name), 'v:0'))
      }
    },
  )

  test('a missing minute: what comes after it is at its true time, in picture and sound', async () => {
    const { video, audio } = await tracksOf('opus.mp4')
    const parts = [0, 64_000].flatMap(later => [segmentsOf(video, T + later, 1000), segmentsOf(audio, T + later, 500)])
    const path = await write('gap.mp4', inOrder(...parts))
    await decodeStrictly(path)
    const [pictures, sound] = await Promise.all([probeFrameTimes(path, 'v:0'), probeFrameTimes(path, 'a:0')])
    expect(pictures).toHaveLength(200)
    expect(pictures[99]).toBeCloseTo(3.96, 3)
    expect(pictures[100]).toBeCloseTo(64, 3)
    const afterGap = sound.findIndex(time => time > 10)
    // Opus packets from 312 samples before the first picture are cut off at the start of the movie only.
    expect(Math.abs((sound[afterGap] ?? 0) - 64)).toBeLessThan(0.03)
  })

  test('begins cleanly in the middle of open groups of pictures', async () => {
    const { video } = await tracksOf('open265.mp4')
    const [, second, third] = segmentsOf(video, T, 1000)
    if (second === undefined || third === undefined) throw new Error('one group of pictures')
    const path = await write('middle.mp4', [second, third])
    await decodeStrictly(path)
    const frames = await probeFrameTimes(path, 'v:0')
    expect(frames[0]).toBe(0)
    expect(second.samples + third.samples - frames.length).toBeGreaterThan(0)
    expect(second.samples + third.samples - frames.length).toBeLessThanOrEqual(3)
  })

  test('sound that starts later than the picture does so', async () => {
    const { video, audio } = await tracksOf('aac.mp4')
    const path = await write('late.mp4', inOrder(segmentsOf(video, T, 1000), segmentsOf(audio, T + 700, 500)))
    await decodeStrictly(path)
    expect((await probeFrameTimes(path, 'v:0'))[0]).toBe(0)
    expect((await probeFrameTimes(path, 'a:0'))[0]).toBeCloseTo(0.7, 3)
  })

  test.each([
    ['opus.mp4', 'large.mp4'],
    ['large.mp4', 'opus.mp4'],
    ['h265.mp4', 'large265.mp4'],
  ])('%s, then %s, then both again: two sizes of picture in one movie', async (one, other) => {
    const [a, b] = [(await tracksOf(one)).video, (await tracksOf(other)).video]
    const parts = [a, b, a, b].flatMap((track, i) => segmentsOf(track, T + i * 4000, 1000))
    const path = await write(`sizes ${one} ${other}`, parts)
    await decodeStrictly(path)
    expect((await probeStreams(path))[0]?.nb_read_frames).toBe('400')
    expect(await probeFrameTimes(path, 'v:0')).toHaveLength(400)
  })

  test.each(['pcma', 'pcmu'] as const)('%s becomes FLAC without losing a bit', async codec => {
    const { video } = await tracksOf('aac.mp4')
    const path = await write(`${codec}.mp4`, inOrder(segmentsOf(video, T, 1000), g711Parts(codec, T)))
    await decodeStrictly(path)
    expect((await probeStreams(path))[1]).toMatchObject({ codec_name: 'flac', sample_rate: '8000', channels: 1 })
    const wav = pathOf(`${codec}.wav`)
    await makeFootage(
      wav,
      '-f',
      codec === 'pcma' ? 'alaw' : 'mulaw',
      '-ar',
      '8000',
      '-i',
      pathOf(codec),
      '-c:a',
      'pcm_s16le',
    )
    expect(await contentHash(path, 'a:0')).toBe(await contentHash(wav, 'a:0'))
  })
})

// skips: where there is no Chromium, it cannot play
describe.skipIf(!hasChromium())('Chromium', () => {
  test('plays H.264 with AAC, Opus and G.711, gaps and changing sizes, to the end, each frame', async () => {
    const names = [
      'false aac.mp4',
      'true opus.mp4',
      'pcma.mp4',
      'pcmu.mp4',
      'sizes opus.mp4 large.mp4',
      'sizes large.mp4 opus.mp4',
      'gap.mp4',
    ]
    const played = await playInChromium(names.map(pathOf))
    expect(played.map(({ error, frames }) => ({ error, frames }))).toEqual(
      [100, 100, 100, 100, 400, 400, 200].map(frames => ({ error: null, frames })),
    )
    expect(played.map(({ audioBytes }) => audioBytes > 0)).toEqual([true, true, true, true, false, false, true])
    expect(played[6]?.duration).toBeCloseTo(68, 1)
    for (const { sizes } of played.slice(4, 6)) expect(new Set(sizes)).toEqual(new Set(['322x180', '640x360']))
  })
})
