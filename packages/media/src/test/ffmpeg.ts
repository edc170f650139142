import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

const exec = promisify(execFile)
const MAX_BUFFER = 64 * 1024 * 1024

/** A folder for one test file. */
export function tempFolder(): { readonly path: string; remove(): void } {
  const path = mkdtempSync(join(tmpdir(), 'hausrecht-media-'))
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) }
}

/** Runs ffmpeg. @throws when it fails or says anything at all at level `warning`. */
export async function ffmpeg(...args: readonly string[]): Promise<void> {
  const { stderr } = await exec('ffmpeg', ['-nostdin', '-y', '-v', 'warning', ...args], { maxBuffer: MAX_BUFFER })
  if (stderr !== '') throw new Error(`ffmpeg: ${stderr}`)
}

/** Makes footage; encoders chatter, so only failure counts. */
export async function makeFootage(path: string, ...args: readonly string[]): Promise<void> {
  await exec('ffmpeg', ['-nostdin', '-y', '-v', 'error', ...args, path], { maxBuffer: MAX_BUFFER })
}

/** Decodes a whole file strictly, as an independent reader. @throws on any warning or error. */
export const decodeStrictly = (path: string): Promise<void> =>
  ffmpeg('-xerror', '-err_detect', 'explode', '-i', path, '-f', 'null', '-')

export type ProbedStream = {
  readonly index: number
  readonly codec_type: string
  readonly codec_name: string
  readonly codec_tag_string: string
  readonly profile?: string
  readonly width?: number
  readonly height?: number
  readonly sample_rate?: string
  readonly channels?: number
  readonly start_time?: string
  readonly duration?: string
  readonly nb_read_frames?: string
}

async function probe<T>(path: string, ...args: readonly string[]): Promise<T> {
  const all = ['-v', 'warning', '-of', 'json', ...args, path]
  const { stdout, stderr } = await exec('ffprobe', all, { maxBuffer: MAX_BUFFER })
  if (stderr !== '') throw new Error(`ffprobe: ${stderr}`)
  return JSON.parse(stdout) as T
}

/** What ffprobe finds, frames decoded and counted. */
export async function probeStreams(path: string): Promise<readonly ProbedStream[]> {
  const { streams } = await probe<{ streams: ProbedStream[] }>(path, '-show_streams', '-count_frames')
  return streams
}

/** Presentation times of all frames of one stream (`v:0`, `a:0`), in seconds, as ffprobe decodes them. */
export async function probeFrameTimes(path: string, stream: string): Promise<number[]> {
  const entries = ['-select_streams', stream, '-show_frames', '-show_entries', 'frame=pts_time']
  const { frames } = await probe<{ frames: { pts_time: string }[] }>(path, ...entries)
  return frames.map(frame => Number(frame.pts_time))
}

/** Raw decoded pictures and sound of a file, as MD5: two files with the same content have the same. */
export async function contentHash(path: string, stream: string): Promise<string> {
  const { stdout } = await exec('ffmpeg', [
    '-nostdin',
    '-v',
    'error',
    '-i',
    path,
    '-map',
    `0:${stream}`,
    '-f',
    'md5',
    '-',
  ])
  return stdout.trim()
}
