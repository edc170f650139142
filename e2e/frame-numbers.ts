import { spawn } from 'node:child_process'
import { readFrameNumber, STRIP_ROWS } from '@hausrecht/camera/clock/strip'

const [WIDTH, HEIGHT] = [1280, 720]
const STRIP = STRIP_ROWS * 16
const FRAME_BYTES = WIDTH * STRIP

/**
 * The number that is burnt into each picture of a movie of the sample camera, in the order in which the pictures are shown; null where it
 * cannot be read. ffmpeg decodes; only the strip at the foot of the picture is looked at.
 */
export function frameNumbers(file: string): Promise<readonly (number | null)[]> {
  const crop = `crop=${WIDTH}:${STRIP}:0:${HEIGHT - STRIP}`
  const args = [
    '-nostdin',
    '-v',
    'error',
    '-i',
    file,
    '-an',
    '-vsync',
    'passthrough',
    '-enc_time_base',
    '-1',
    '-vf',
    crop,
    '-f',
    'rawvideo',
    '-pix_fmt',
    'gray',
    '-',
  ]
  const ffmpeg = spawn('ffmpeg', args, { stdio: ['ignore', 'pipe', 'inherit'] })
  const numbers: (number | null)[] = []
  let rest: Buffer = Buffer.alloc(0)
  ffmpeg.stdout.on('data', (chunk: Buffer) => {
    const all = rest.length === 0 ? chunk : Buffer.concat([rest, chunk])
    let at = 0
    for (; at + FRAME_BYTES <= all.length; at += FRAME_BYTES) {
      numbers.push(readFrameNumber(all.subarray(at, at + FRAME_BYTES), WIDTH, STRIP))
    }
    rest = all.subarray(at)
  })
  return new Promise((resolve, reject) => {
    ffmpeg.on('error', reject)
    ffmpeg.on('close', code => (code === 0 ? resolve(numbers) : reject(new Error(`ffmpeg ended with ${code}`))))
  })
}

/** Where the numbers do not go up by one: after which picture, and by how much they do. */
export const jumps = (numbers: readonly (number | null)[]): readonly { at: number; by: number | null }[] =>
  numbers.slice(1).flatMap((number, index) => {
    const before = numbers[index]
    const by = number === null || before === null || before === undefined ? null : number - before
    return by === 1 ? [] : [{ at: index + 1, by }]
  })
