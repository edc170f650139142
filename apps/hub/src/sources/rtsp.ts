import type { Clock } from '@hausrecht/client/clock'
import { aacConfig, parseAudioSpecificConfig } from '@hausrecht/media/codec/aac'
import type { AudioConfig, VideoConfig } from '@hausrecht/media/codec/config'
import { g711Config } from '@hausrecht/media/codec/g711'
import { h264Config, parseH264Sps } from '@hausrecht/media/codec/h264'
import { h265Config } from '@hausrecht/media/codec/h265'
import { opusConfig } from '@hausrecht/media/codec/opus'
import { openRtsp, type RtspSession } from '@hausrecht/rtsp/client'
import { RtspError, type RtspErrorCode } from '@hausrecht/rtsp/errors'
import type { TrackInfo } from '@hausrecht/rtsp/track'
import type { ParameterSets, Unit } from '@hausrecht/rtsp/unit'
import type { CameraEntry } from '../cameras.ts'
import type { TrackSetup } from '../recorder/frames.ts'
import type { GapReason } from '../recorder/gap-reasons.ts'
import { type Source, SourceError, type SourceHandlers } from './source.ts'

/** What each refusal of the camera protocol means for the recording. */
export const REASONS: Readonly<Record<RtspErrorCode, GapReason>> = {
  bad_url: 'camera_refused',
  unknown_host: 'camera_unreachable',
  unreachable: 'camera_unreachable',
  timeout: 'camera_unreachable',
  not_rtsp: 'camera_refused',
  tls: 'camera_refused',
  password_needed: 'wrong_password',
  wrong_password: 'wrong_password',
  not_found: 'camera_refused',
  unsupported_codec: 'unsupported_codec',
  no_video: 'camera_refused',
  no_transport: 'camera_refused',
  protocol: 'camera_refused',
  too_large: 'camera_refused',
  closed: 'camera_unreachable',
}

/** Frames a second that are assumed where nothing tells, for the length of a last frame that nothing follows. */
const USUAL_FPS = 25
/** Samples of an Opus or G.711 packet of 20 ms. */
const OPUS_FRAME = 960
const G711_FRAME = 160
/** Units held back until the tracks are known. */
const EARLY_MAX = 256

/** A camera over RTSP. */
export function rtspSource(camera: CameraEntry, clock: Clock): Source {
  return {
    connect: async (handlers, signal) => {
      const feed = new Feed(handlers)
      let session: RtspSession
      try {
        session = await openRtsp(
          addressOf(camera),
          {
            onUnit: (track, unit) => (track.kind === 'video' ? feed.picture(unit) : feed.sound(unit)),
            onParameters: (track, sets) => feed.parameters(track, sets),
            ...(handlers.allocate && { allocate: handlers.allocate }),
            onEnd: error => handlers.onEnd(sourceError(error)),
          },
          { transport: camera.transport ?? 'auto', signal, clock },
        )
      } catch (error) {
        throw sourceError(error)
      }
      try {
        feed.begin(session.tracks)
      } catch (error) {
        await session.close()
        throw sourceError(error)
      }
      return session
    },
  }
}

/**
 * Holds units back until the tracks and the parameter sets of the picture are known: a camera may send before it has answered
 * PLAY, and may say nothing in its description.
 */
class Feed {
  readonly #handlers: SourceHandlers
  #video: TrackInfo | null = null
  #audio: TrackInfo | null = null
  #sets: ParameterSets | null = null
  #open = false
  readonly #early: (() => void)[] = []

  constructor(handlers: SourceHandlers) {
    this.#handlers = handlers
  }

  begin(tracks: readonly TrackInfo[]): void {
    this.#video = tracks.find(track => track.kind === 'video') ?? null
    this.#audio = tracks.find(track => track.kind === 'audio') ?? null
    this.#start()
  }

  picture(unit: Unit): void {
    if (this.#open) this.#handlers.onPicture(unit)
    else this.#hold(() => this.#handlers.onPicture(unit))
  }

  sound(unit: Unit): void {
    if (this.#open) this.#handlers.onSound(unit)
    else this.#hold(() => this.#handlers.onSound(unit))
  }

  #hold(give: () => void): void {
    this.#early.push(give)
    if (this.#early.length > EARLY_MAX) this.#early.shift()
  }

  parameters(track: TrackInfo, sets: ParameterSets): void {
    if (track.kind !== 'video') return
    this.#sets = sets
    if (!this.#open) {
      this.#start()
      return
    }
    const config = videoConfig(track, sets)
    if (config !== null) this.#handlers.onConfig(config)
  }

  #start(): void {
    const track = this.#video
    if (track === null || this.#open) return
    const config = videoConfig(track, this.#sets ?? track.parameters)
    if (config === null) return
    const audio = this.#audio === null ? null : audioSetup(this.#audio)
    this.#open = true
    const fps = track.framerate ?? fpsOf(track, this.#sets ?? track.parameters) ?? USUAL_FPS
    const video: TrackSetup = { config, clockRate: track.clockRate, frameTicks: Math.round(track.clockRate / fps) }
    this.#handlers.onOpen({ video, audio })
    for (const give of this.#early.splice(0)) give()
  }
}

/** Null while parameter sets are missing. @throws CodecError */
export function videoConfig(track: TrackInfo, { vps, sps, pps }: ParameterSets): VideoConfig | null {
  if (sps.length === 0 || pps.length === 0) return null
  if (track.codec === 'h264') return h264Config(sps, pps)
  return vps.length === 0 ? null : h265Config(vps, sps, pps)
}

function fpsOf(track: TrackInfo, { sps }: ParameterSets): number | null {
  const [first] = sps
  if (track.codec !== 'h264' || first === undefined) return null
  const { fps } = parseH264Sps(first)
  return fps !== null && fps >= 1 && fps <= 240 ? fps : null
}

function audioSetup(track: TrackInfo): TrackSetup | null {
  const { clockRate, channels } = track
  const setup = (config: AudioConfig, frameTicks: number): TrackSetup => ({ config, clockRate, frameTicks })
  switch (track.codec) {
    case 'aac': {
      if (track.audioConfig.length === 0) return null
      const { coreRate, frameLength } = parseAudioSpecificConfig(track.audioConfig)
      return setup(aacConfig(track.audioConfig), Math.round((frameLength * clockRate) / coreRate))
    }
    case 'opus':
      return setup(opusConfig(channels), OPUS_FRAME)
    case 'pcma':
    case 'pcmu':
      return setup(g711Config(track.codec, clockRate, channels), G711_FRAME)
    default:
      return null
  }
}

function sourceError(error: unknown): SourceError {
  if (error instanceof SourceError) return error
  if (error instanceof RtspError) {
    const reason = error.code === 'timeout' && error.detail === 'no media' ? 'camera_silent' : REASONS[error.code]
    return new SourceError(reason, error.code, error.message)
  }
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'failed'
  return new SourceError('unsupported_codec', code, error instanceof Error ? error.message : String(error))
}

/** The address with user and password, which only this process sees. */
function addressOf({ url, user, password }: CameraEntry): string {
  if (user === undefined) return url
  const credentials = `${encodeURIComponent(user)}:${encodeURIComponent(password ?? '')}`
  return url.replace(/^(rtsps?:\/\/)(?:[^/?#]*@)?/i, `$1${credentials}@`)
}
