import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, renameSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

const exec = promisify(execFile)

/** People walking, from Debian's opencv-doc. For tests only: it may not be given away, so it is never committed. */
const PEOPLE = '/usr/share/doc/opencv-doc/examples/data/vtest.avi'
const MAX_BUFFER = 16 * 1024 * 1024

export type FootageOptions = {
  readonly seconds: number
  readonly video?: 'h264' | 'h265'
  readonly audio?: 'aac' | 'opus' | 'pcma' | 'pcmu' | null
  readonly width?: number
  readonly height?: number
  readonly fps?: number
  /** Pictures between key pictures. */
  readonly gop?: number
  readonly bitrate?: string
  readonly bFrames?: number
}

const VIDEO = {
  h264: ['-c:v', 'libx264', '-preset', 'veryfast', '-sc_threshold', '0', '-bsf:v', 'filter_units=remove_types=6'],
  h265: ['-c:v', 'libx265', '-preset', 'ultrafast', '-tag:v', 'hvc1', '-bsf:v', 'filter_units=remove_types=39-40'],
} as const
const AUDIO = {
  aac: ['-c:a', 'aac', '-b:a', '64k', '-ar', '16000', '-ac', '1'],
  opus: ['-c:a', 'libopus', '-b:a', '32k', '-ar', '48000', '-ac', '1'],
  pcma: ['-c:a', 'pcm_alaw', '-ar', '8000', '-ac', '1'],
  pcmu: ['-c:a', 'pcm_mulaw', '-ar', '8000', '-ac', '1'],
} as const

/** Arguments that the encoder needs for one choice; x265 has its own names. */
function videoArguments(options: Required<FootageOptions>): string[] {
  const { video, gop, bitrate, bFrames } = options
  const all = [...VIDEO[video], '-b:v', bitrate, '-g', String(gop), '-keyint_min', String(gop), '-bf', String(bFrames)]
  if (video === 'h265')
    all.push('-x265-params', `log-level=error:keyint=${gop}:min-keyint=${gop}:scenecut=0:open-gop=0:bframes=${bFrames}`)
  return all
}

/**
 * A film of people with a changing tone, made once and kept in the system's temporary folder: MP4, or Matroska with G.711.
 * It has no SEI, so that the samples can be compared byte for byte with what a client receives.
 */
export async function peopleFootage(options: FootageOptions): Promise<string> {
  const full: Required<FootageOptions> = {
    video: 'h264',
    audio: 'aac',
    width: 640,
    height: 360,
    fps: 25,
    gop: 50,
    bitrate: '500k',
    bFrames: 0,
    ...options,
  }
  const folder = join(tmpdir(), 'hausrecht-footage')
  mkdirSync(folder, { recursive: true })
  const name = createHash('sha256')
    .update(JSON.stringify([2, full]))
    .digest('hex')
    .slice(0, 16)
  const { audio, seconds, width, height, fps } = full
  const path = join(folder, `${name}.${audio === 'pcma' || audio === 'pcmu' ? 'mkv' : 'mp4'}`)
  if (existsSync(path)) return path
  const crop = `crop=768:432:0:72,scale=${width}:${height},fps=${fps},noise=alls=6:allf=t,format=yuv420p`
  const sound = ['-f', 'lavfi', '-i', `aevalsrc='0.3*sin(2*PI*(300+100*floor(t))*t)':s=48000:d=${seconds}`]
  const inputs = ['-stream_loop', '-1', '-i', PEOPLE, ...(audio === null ? [] : sound)]
  const maps = ['-map', '0:v', ...(audio === null ? [] : ['-map', '1:a', ...AUDIO[audio]])]
  // Written under another name first: two test files may want the same film at once.
  const fresh = join(folder, `new-${process.pid}-${name}${path.slice(path.lastIndexOf('.'))}`)
  const made = ['-t', String(seconds), '-vf', crop, ...maps, ...videoArguments(full), '-fps_mode', 'cfr', fresh]
  await exec('ffmpeg', ['-nostdin', '-y', '-v', 'error', ...inputs, ...made], { maxBuffer: MAX_BUFFER })
  renameSync(fresh, path)
  return path
}
