import { mkdir, open, readFile, rename } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { parseStreamId, type StreamId } from '@hausrecht/crypto/ids'

/** One camera, as the hub's folder has it. The file holds passwords: mode 0600, never sent anywhere. */
export type CameraEntry = {
  /** As people call it; unique. */
  readonly name: string
  /** `rtsp://` or `rtsps://`, without user and password. */
  readonly url: string
  readonly user?: string
  readonly password?: string
  readonly transport?: 'auto' | 'tcp' | 'udp'
  /** The stream of its picture. */
  readonly video: StreamId
  /** The stream of its sound; absent for a camera whose sound is not recorded. */
  readonly audio?: StreamId
  /** The camera's small second picture: its address, with the same login, and its stream. */
  readonly subUrl?: string
  readonly sub?: StreamId
}

/** The streams of a camera. */
export const streamsOf = ({ video, audio, sub }: Pick<CameraEntry, 'video' | 'audio' | 'sub'>): readonly StreamId[] =>
  [video, audio, sub].filter(stream => stream !== undefined)

export const CAMERAS_FILE = 'cameras.json'
/** Cameras of one hub. */
export const CAMERAS_MAX = 64

export class CamerasFileError extends Error {
  readonly code = 'bad_cameras_file'
  constructor(detail: string) {
    super(`cameras.json: ${detail}`)
    this.name = 'CamerasFileError'
  }
}

/** Reads the cameras of a hub's folder; none when there is no file. @throws CamerasFileError */
export async function readCameras(home: string): Promise<readonly CameraEntry[]> {
  let text: string
  try {
    text = await readFile(join(home, CAMERAS_FILE), 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return []
    throw error
  }
  return parseCameras(text)
}

export function parseCameras(text: string): readonly CameraEntry[] {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    throw new CamerasFileError('not JSON')
  }
  if (!isObject(value) || !Array.isArray(value.cameras)) throw new CamerasFileError('no list of cameras')
  if (value.cameras.length > CAMERAS_MAX) throw new CamerasFileError(`more than ${CAMERAS_MAX} cameras`)
  const entries = value.cameras.map(parseEntry)
  if (new Set(entries.map(entry => entry.name)).size < entries.length)
    throw new CamerasFileError('two cameras of one name')
  const streams = entries.flatMap(streamsOf)
  if (new Set(streams).size < streams.length) throw new CamerasFileError('two cameras share a stream')
  return entries
}

function parseEntry(value: unknown): CameraEntry {
  if (!isObject(value)) throw new CamerasFileError('an entry is not an object')
  const { name, url, user, password, transport, video, audio, subUrl, sub } = value
  if (typeof name !== 'string' || name === '') throw new CamerasFileError('a camera without a name')
  if (typeof url !== 'string' || !/^rtsps?:\/\//i.test(url))
    throw new CamerasFileError(`${name}: not an rtsp:// address`)
  if ((sub === undefined) !== (subUrl === undefined)) throw new CamerasFileError(`${name}: half a second picture`)
  if (subUrl !== undefined && (typeof subUrl !== 'string' || !/^rtsps?:\/\//i.test(subUrl)))
    throw new CamerasFileError(`${name}: not an rtsp:// address of the second picture`)
  if (transport !== undefined && transport !== 'auto' && transport !== 'tcp' && transport !== 'udp')
    throw new CamerasFileError(`${name}: transport`)
  return {
    name,
    url,
    ...(typeof user === 'string' ? { user } : {}),
    ...(typeof password === 'string' ? { password } : {}),
    ...(transport === undefined ? {} : { transport }),
    video: parseStreamId(String(video)),
    ...(audio === undefined ? {} : { audio: parseStreamId(String(audio)) }),
    ...(subUrl === undefined ? {} : { subUrl, sub: parseStreamId(String(sub)) }),
  }
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null

/** Replaces the file as a whole; a running hub notices within a second. */
export async function writeCameras(home: string, cameras: readonly CameraEntry[]): Promise<void> {
  const path = join(home, CAMERAS_FILE)
  await mkdir(dirname(path), { recursive: true, mode: 0o700 })
  const temporary = `${path}.tmp`
  const handle = await open(temporary, 'w', 0o600)
  try {
    await handle.writeFile(`${JSON.stringify({ cameras }, null, 2)}\n`)
    await handle.datasync()
  } finally {
    await handle.close()
  }
  await rename(temporary, path)
}
