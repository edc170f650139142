import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { h264ParameterSets } from '@hausrecht/media/codec/h264'
import { joinAnnexB, splitLengthPrefixed } from '@hausrecht/media/codec/nal'
import { readMovie } from '@hausrecht/media/mp4/reader'
import { tempFolder } from '@hausrecht/testkit/temp'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { ClockPainter } from './painter.ts'
import { readFrameNumber, STRIP_ROWS } from './strip.ts'

const MAIN = fileURLToPath(new URL('../../footage/main.mp4', import.meta.url))
let folder: ReturnType<typeof tempFolder>
beforeAll(() => {
  folder = tempFolder('clock')
})
afterAll(() => folder.remove())

const WIDTH = 1280
const HEIGHT = 720
const KEPT = WIDTH * (HEIGHT - STRIP_ROWS * 16)

/** Brightness of every picture of a raw H.264 stream, by ffmpeg; anything it warns of fails. */
function decode(stream: Uint8Array[]): Uint8Array[] {
  const path = join(folder.path, `${stream.length}.h264`)
  writeFileSync(path, Buffer.concat(stream))
  const args = [
    '-v',
    'warning',
    '-xerror',
    '-err_detect',
    'explode',
    '-framerate',
    '25',
    '-i',
    path,
    '-f',
    'rawvideo',
    '-pix_fmt',
    'gray',
    '-',
  ]
  const raw = execFileSync('ffmpeg', args, { maxBuffer: 2 ** 30, stdio: ['ignore', 'pipe', 'inherit'] })
  return Array.from({ length: raw.length / (WIDTH * HEIGHT) }, (_, i) =>
    raw.subarray(i * WIDTH * HEIGHT, (i + 1) * WIDTH * HEIGHT),
  )
}

test('the clock is painted into every picture, and nothing above it changes, loop after loop', async () => {
  const track = (await readMovie(MAIN)).tracks[0]
  if (!track) throw new Error('no picture')
  const { sps, pps } = h264ParameterSets(track.configs[0].record)
  const painter = new ClockPainter(sps[0] ?? new Uint8Array(0), pps[0] ?? new Uint8Array(0), STRIP_ROWS)
  const plain: Uint8Array[] = []
  const painted: Uint8Array[] = []
  const count = track.samples.length * 2
  const first = 2 ** 24 - 100
  for (let i = 0; i < count; i++) {
    const sample = track.samples[i % track.samples.length]
    if (!sample) throw new Error('no sample')
    const nals = splitLengthPrefixed(sample.data)
    const sets = sample.isSync ? [...sps, ...pps] : []
    plain.push(joinAnnexB([...sets, ...nals]))
    painted.push(joinAnnexB([...sets, ...painter.paint(nals, first + i, 1_790_000_000_000 + i * 40)]))
  }
  const before = decode(plain)
  const after = decode([...painted, new Uint8Array(0)])
  expect([before.length, after.length]).toEqual([count, count])
  for (let i = 0; i < count; i++) {
    const picture = after[i] ?? new Uint8Array(0)
    expect(
      Buffer.compare(picture.subarray(0, KEPT), before[i]?.subarray(0, KEPT) ?? new Uint8Array(0)),
      `picture ${i}`,
    ).toBe(0)
    expect(readFrameNumber(picture, WIDTH, HEIGHT)).toBe((first + i) % 2 ** 24)
  }
})
