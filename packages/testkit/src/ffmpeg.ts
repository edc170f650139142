import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

const exec = promisify(execFile)
const MAX_BUFFER = 256 * 1024 * 1024

/** Runs ffmpeg to make something. @throws what it says when it fails */
export async function ffmpeg(...args: readonly string[]): Promise<void> {
  await exec('ffmpeg', ['-nostdin', '-y', '-v', 'error', ...args], { maxBuffer: MAX_BUFFER })
}

/** Reads an address or a file to its end (or `-t`), decoding everything. @throws on any warning or error */
export async function decodeStrictly(...args: readonly string[]): Promise<void> {
  // Times of a network stream need not fall on the ticks of its frame rate: a fine time base keeps them apart.
  const output = ['-fps_mode:v', 'passthrough', '-enc_time_base:v', '1:90000', '-f', 'null', '-']
  const all = ['-nostdin', '-v', 'warning', '-xerror', '-err_detect', 'explode', ...args, ...output]
  const { stderr } = await exec('ffmpeg', all, { maxBuffer: MAX_BUFFER })
  if (stderr !== '') throw new Error(`ffmpeg: ${stderr}`)
}

/** What ffmpeg writes to its standard output, as bytes. */
export async function ffmpegBytes(...args: readonly string[]): Promise<Uint8Array> {
  const all = ['-nostdin', '-v', 'error', ...args, '-']
  const { stdout } = await exec('ffmpeg', all, { maxBuffer: MAX_BUFFER, encoding: 'buffer' })
  return new Uint8Array(stdout.buffer, stdout.byteOffset, stdout.length)
}

/** MD5 of each packet's bytes, in order, in hex: to compare with what arrived somewhere else. */
export async function packetHashes(path: string, stream: string): Promise<string[]> {
  const entries = [
    '-select_streams',
    stream,
    '-show_data_hash',
    'md5',
    '-show_entries',
    'packet=data_hash',
    '-of',
    'csv=p=0',
  ]
  const { stdout } = await exec('ffprobe', ['-v', 'error', ...entries, path], { maxBuffer: MAX_BUFFER })
  return [...stdout.matchAll(/MD5:([0-9a-f]{32})/g)].map(([, hash]) => hash ?? '')
}
