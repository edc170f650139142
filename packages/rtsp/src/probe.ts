import { describeRtsp, openRtsp, type RtspOptions } from './client.ts'
import { RtspError } from './errors.ts'
import type { TrackCodec, TrackInfo } from './track.ts'
import type { ParameterSets, Unit } from './unit.ts'
import { parseRtspUrl } from './url.ts'

/** What a camera sends, seen by playing it for a moment. */
export type Probe = {
  readonly transport: 'tcp' | 'udp'
  readonly video: {
    readonly codec: 'h264' | 'h265'
    readonly width: number
    readonly height: number
    /** Pictures a second, measured; as announced when too few came, or null. */
    readonly fps: number | null
    /** Bits a second of picture and sound, measured. */
    readonly bitsPerSecond: number | null
    /** Seconds between key pictures, or null when only one was seen. */
    readonly keyInterval: number | null
  }
  readonly audio: { readonly codec: TrackCodec; readonly sampleRate: number; readonly channels: number } | null
  /** The name of a sound codec that is not supported, when that is all there is. */
  readonly unsupportedAudio: string | null
  /** Addresses of smaller streams of the same camera that answered, without user and password. */
  readonly subStreams: readonly string[]
}

/** Width and height from parameter sets; given by the caller, because this package reads no codec data. */
export type DescribePicture = (
  codec: 'h264' | 'h265',
  sets: ParameterSets,
) => { readonly width: number; readonly height: number }

export type ProbeOptions = RtspOptions & {
  /** How long to watch, ms. */
  readonly watchMs?: number
  readonly subStreams?: boolean
  /** Given the first key picture (NAL units behind 4-byte lengths), for which a look then waits a while longer. */
  readonly onKeyPicture?: (track: TrackInfo, sets: ParameterSets, data: Uint8Array) => void
}

const WATCH_MS = 2500
/** A key picture may be this far away (30 s groups of pictures exist); the parameter sets usually are not. */
const FIRST_PICTURE_MS = 35_000
/** How long a look waits for a key picture when somebody wants to see one. */
const KEY_PICTURE_MS = 12_000

/** Looks at a camera. @throws RtspError naming what is wrong */
export async function probe(url: string, describe: DescribePicture, options: ProbeOptions = {}): Promise<Probe> {
  const watched = await watch(url, options)
  const { info, sets, units, octets, spanMs } = watched
  if (info.codec !== 'h264' && info.codec !== 'h265') throw new RtspError('unsupported_codec', info.codec)
  const size = describe(info.codec, sets)
  const keys = units.filter(unit => unit.key)
  const [firstKey, secondKey] = keys
  return {
    transport: watched.transport,
    video: {
      codec: info.codec,
      ...size,
      fps: measuredFps(units, info.clockRate) ?? info.framerate,
      bitsPerSecond: spanMs > 500 ? Math.round((octets * 8000) / spanMs) : null,
      keyInterval: firstKey && secondKey ? (secondKey.rtpTime - firstKey.rtpTime) / info.clockRate : null,
    },
    audio: watched.audio && {
      codec: watched.audio.codec,
      sampleRate: watched.audio.clockRate,
      channels: watched.audio.channels,
    },
    unsupportedAudio: watched.audio ? null : watched.otherAudio,
    subStreams: options.subStreams === false ? [] : await findSubStreams(url, options),
  }
}

type Watched = {
  readonly transport: 'tcp' | 'udp'
  readonly info: TrackInfo
  readonly audio: TrackInfo | null
  readonly otherAudio: string | null
  readonly sets: ParameterSets
  readonly units: readonly Unit[]
  readonly octets: number
  readonly spanMs: number
}

async function watch(url: string, options: ProbeOptions): Promise<Watched> {
  const units: Unit[] = []
  let sets: ParameterSets | null = null
  let failed: RtspError | null = null
  let first = 0
  const { onKeyPicture } = options
  let keyPicture: Uint8Array | null = null
  let wake: () => void = () => undefined
  const session = await openRtsp(
    url,
    {
      onParameters: (track, found) => {
        if (track.kind === 'video') sets = found
      },
      onUnit: (track, unit) => {
        if (track.kind !== 'video') return
        if (units.length === 0) first = performance.now()
        if (unit.key && onKeyPicture !== undefined) keyPicture ??= unit.data
        // Only times and kinds are wanted: the pictures themselves are let go.
        units.push({ ...unit, data: new Uint8Array(0) })
        wake()
      },
      onEnd: error => {
        failed = error
        wake()
      },
    },
    options,
  )
  try {
    const info = session.tracks.find(track => track.kind === 'video')
    if (!info) throw new RtspError('no_video')
    const deadline = performance.now() + FIRST_PICTURE_MS
    const seen = (): boolean =>
      onKeyPicture === undefined || keyPicture !== null || performance.now() - first >= KEY_PICTURE_MS
    const enough = (): boolean =>
      units.length > 0 && performance.now() - first >= (options.watchMs ?? WATCH_MS) && current() !== null && seen()
    const current = (): ParameterSets | null => sets ?? (info.parameters.sps.length > 0 ? info.parameters : null)
    while (!enough() && failed === null && performance.now() < deadline) {
      const woken = new Promise<void>(resolve => {
        wake = resolve
      })
      await Promise.race([woken, new Promise(resolve => setTimeout(resolve, 200).unref())])
    }
    if (failed !== null) throw failed
    const known = current()
    if (known === null) throw new RtspError('timeout', 'no key picture')
    if (keyPicture !== null) onKeyPicture?.(info, known, keyPicture)
    const other = session.description.media.find(media => media.kind === 'audio')
    return {
      transport: session.transport,
      info,
      audio: session.tracks.find(track => track.kind === 'audio') ?? null,
      otherAudio: other?.encoding ?? null,
      sets: known,
      units,
      octets: session.counters().octets,
      spanMs: performance.now() - first,
    }
  } finally {
    await session.close()
  }
}

/** By the distance of sorted times, so that B-frames and a burst at the start do not matter. */
function measuredFps(units: readonly Unit[], clockRate: number): number | null {
  const times = units.map(unit => unit.rtpTime).sort((a, b) => a - b)
  const steps = times
    .slice(1)
    .map((time, i) => time - (times[i] ?? 0))
    .filter(step => step > 0)
    .sort((a, b) => a - b)
  const middle = steps[steps.length >> 1]
  if (middle === undefined || steps.length < 5) return null
  return Math.round((clockRate / middle) * 100) / 100
}

/** How brands name the small stream beside the large one: pattern in the address, and what stands there instead. */
const SIBLINGS: readonly (readonly [RegExp, string])[] = [
  // Hikvision and what is built on it
  [/\/Streaming\/Channels\/([0-9]+)01/i, '/Streaming/Channels/$102'],
  [/\/ch([0-9]+)\/main\//i, '/ch$1/sub/'],
  // Dahua, Amcrest, Lorex
  [/subtype=0/i, 'subtype=1'],
  // Reolink, and many that just say so
  [/_main$/i, '_sub'],
  [/\/main$/i, '/sub'],
  // TP-Link Tapo, Wyze
  [/\/stream1$/i, '/stream2'],
  // Annke, EZVIZ, older Hikvision
  [/\/ch([0-9]+)\/0$/i, '/ch$1/1'],
  [/\/live\/ch0$/i, '/live/ch1'],
  // Foscam
  [/\/videoMain$/i, '/videoSub'],
  // Hanwha
  [/\/profile1(?=\/|$)/i, '/profile2'],
  // Uniview
  [/\/s0\/live$/i, '/s1/live'],
  [/\/media\/video1$/i, '/media/video2'],
  // XiongMai
  [/stream=0(?=\.sdp|&|$)/i, 'stream=1'],
  // HiSilicon
  [/\/11$/, '/12'],
  [/\/onvif1$/i, '/onvif2'],
  // Axis
  [/\/axis-media\/media\.amp$/i, '/axis-media/media.amp?resolution=640x360'],
]

async function findSubStreams(url: string, options: ProbeOptions): Promise<string[]> {
  const found: string[] = []
  for (const [pattern, instead] of SIBLINGS) {
    const candidate = url.replace(pattern, instead)
    if (candidate === url) continue
    try {
      const { media } = await describeRtsp(candidate, { ...options, connectMs: 2000 })
      if (media.some(one => one.kind === 'video')) found.push(parseRtspUrl(candidate).plain)
    } catch (error) {
      // A path that does not exist is the usual answer; no answer to a guess is worth an error.
      if (!(error instanceof RtspError)) throw error
    }
  }
  return found
}
