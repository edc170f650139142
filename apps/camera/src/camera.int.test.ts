import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { parseH264Sps } from '@hausrecht/media/codec/h264'
import { splitLengthPrefixed } from '@hausrecht/media/codec/nal'
import { openRtsp } from '@hausrecht/rtsp/client'
import type { Unit } from '@hausrecht/rtsp/unit'
import { decodeStrictly, ffmpegBytes } from '@hausrecht/testkit/ffmpeg'
import { tempFolder } from '@hausrecht/testkit/temp'
import { until } from '@hausrecht/testkit/until'
import { afterEach, describe, expect, test } from 'vitest'
import { type Camera, type CameraConfig, startCamera } from './camera.ts'
import { readFrameNumber } from './clock/strip.ts'

const exec = promisify(execFile)
const WIDTH = 1280
const HEIGHT = 720
const SECONDS = 5

const closers: (() => void | Promise<void>)[] = []
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close()
})

async function camera(config: Partial<CameraConfig> = {}): Promise<Camera> {
  const started = await startCamera({ port: 0, ...config })
  closers.push(started.close)
  return started
}

/** The numbers in the pictures of a file, as ffmpeg decodes them. */
async function numbersIn(path: string): Promise<(number | null)[]> {
  const raw = await ffmpegBytes(
    '-i',
    path,
    '-map',
    '0:v',
    '-fps_mode',
    'passthrough',
    '-f',
    'rawvideo',
    '-pix_fmt',
    'gray',
  )
  const size = WIDTH * HEIGHT
  return Array.from({ length: raw.length / size }, (_, i) =>
    readFrameNumber(raw.subarray(i * size, (i + 1) * size), WIDTH, HEIGHT),
  )
}

describe('ffmpeg as a client of the sample camera', () => {
  test.for(['tcp', 'udp'] as const)(
    'over %s: every picture once, in order, decoded without a warning',
    async transport => {
      const { url } = await camera()
      const folder = tempFolder('camera')
      closers.push(folder.remove)
      const file = join(folder.path, 'seen.mkv')
      const play = ['-rtsp_transport', transport, '-i', url, '-t', String(SECONDS), '-c', 'copy', file]
      await exec('ffmpeg', ['-nostdin', '-v', 'error', '-xerror', ...play])
      await decodeStrictly('-i', file)
      const numbers = await numbersIn(file)
      expect(numbers.length).toBeGreaterThanOrEqual((SECONDS - 2) * 25)
      const first = numbers[0] ?? 0
      expect(numbers).toEqual(numbers.map((_, i) => (first + i) % 2 ** 24))
    },
  )

  test.for(['digest-md5', 'basic'] as const)('%s: with the password it plays, without it does not', async scheme => {
    const { url } = await camera({ login: { user: 'admin', password: 's3cret', scheme } })
    const look = (address: string) =>
      exec('ffprobe', [
        '-v',
        'error',
        '-rtsp_transport',
        'tcp',
        '-show_entries',
        'stream=codec_name,width,height',
        '-of',
        'csv=p=0',
        address,
      ])
    const { stdout } = await look(url.replace('rtsp://', 'rtsp://admin:s3cret@'))
    expect(stdout).toContain('h264,1280,720')
    expect(stdout).toContain('aac')
    await expect(look(url)).rejects.toThrow('401')
    await expect(look(url.replace('rtsp://', 'rtsp://admin:wrong@'))).rejects.toThrow('401')
  })

  test('the small stream is small, and a path that is not there is not found', async () => {
    const { url, subUrl } = await camera()
    const { stdout } = await exec('ffprobe', [
      '-v',
      'error',
      '-show_entries',
      'stream=codec_name,width,height',
      '-of',
      'csv=p=0',
      subUrl,
    ])
    expect(stdout.trim()).toBe('h264,640,360')
    await expect(exec('ffprobe', ['-v', 'error', url.replace('/main', '/none')])).rejects.toThrow('404')
  })
})

describe('our own client', () => {
  test('sees the same numbers in two sessions, sound in step with the picture', async () => {
    const { url } = await camera()
    const watch = async () => {
      const video: Unit[] = []
      const audio: Unit[] = []
      const session = await openRtsp(url, {
        onUnit: (track, unit) => (track.kind === 'video' ? video : audio).push(unit),
        onEnd: () => {},
      })
      closers.push(session.close)
      return { video, audio }
    }
    const [one, two] = [await watch(), await watch()]
    await until(() => one.video.length > 75 && two.video.length > 75, { what: 'three seconds of picture' })
    expect(one.video[0]?.key).toBe(true)
    const shared = two.video.find(unit => unit.rtpTime === one.video.at(-1)?.rtpTime)
    expect(shared && splitLengthPrefixed(shared.data)).toEqual(
      splitLengthPrefixed(one.video.at(-1)?.data ?? new Uint8Array(0)),
    )
    for (const { video, audio } of [one, two]) {
      expect(video.slice(1).every((unit, i) => unit.rtpTime - (video[i]?.rtpTime ?? 0) === 3600)).toBe(true)
      expect(audio.slice(1).every((unit, i) => unit.rtpTime - (audio[i]?.rtpTime ?? 0) === 1024)).toBe(true)
      expect(audio.length).toBeGreaterThan(video.length * 0.55)
    }
    // Both clocks count from 1970: what is sent at one moment has one time, up to the wrap of the timestamps.
    const wrap = (seconds: number, rate: number): number => seconds % (2 ** 32 / rate)
    const now = Date.now() / 1000
    expect(Math.abs((one.video.at(-1)?.rtpTime ?? 0) / 90_000 - wrap(now, 90_000))).toBeLessThan(1)
    expect(Math.abs((one.audio.at(-1)?.rtpTime ?? 0) / 16_000 - wrap(now, 16_000))).toBeLessThan(1)
  })

  test('a change of size comes with new parameter sets and a key picture, and its times go on', async () => {
    const started = await camera({ sound: false })
    const sizes: string[] = []
    const video: Unit[] = []
    const session = await openRtsp(started.url, {
      onUnit: (_, unit) => video.push(unit),
      onParameters: (_, { sps }) => {
        const { width, height } = parseH264Sps(sps[0] ?? new Uint8Array(0))
        sizes.push(`${width}x${height} before ${video.length}`)
      },
      onEnd: () => {},
    })
    closers.push(session.close)
    expect(session.tracks.map(({ kind }) => kind)).toEqual(['video'])
    const size = (count: number) => until(() => sizes.length === count, { what: `size ${count}` })
    await size(1)
    await until(() => video.length > 5, { what: 'large pictures' })
    started.show('small')
    await size(2)
    started.show('large')
    await size(3)
    await until(() => video.length > Number(sizes[2]?.split(' ').at(-1)), { what: 'a large picture again' })
    expect(sizes.map(text => text.split(' ')[0])).toEqual(['1280x720', '640x360', '1280x720'])
    for (const text of sizes) expect(video[Number(text.split(' ').at(-1))]?.key).toBe(true)
    expect(video.slice(1).every((unit, i) => unit.rtpTime > (video[i]?.rtpTime ?? 0))).toBe(true)
  })
})
