import { ChannelRefusal } from '@hausrecht/client/channel/messages'
import type { Clock } from '@hausrecht/client/clock'
import { concat } from '@hausrecht/crypto/bytes'
import { parseH264Sps } from '@hausrecht/media/codec/h264'
import { parseH265Sps } from '@hausrecht/media/codec/h265'
import { buildInit } from '@hausrecht/media/mp4/init'
import { RtspError } from '@hausrecht/rtsp/errors'
import { type Probe, probe } from '@hausrecht/rtsp/probe'
import { frameFragment, TRACK_ID } from '../recorder/frames.ts'
import { videoConfig } from '../sources/rtsp.ts'
import * as limits from './limits.ts'

/** A camera, looked at. */
export type Look = {
  readonly probe: Probe
  /** One key picture, to be decoded by whoever shows it; null when none came in time, or it was too large. */
  readonly picture: { readonly init: Uint8Array; readonly fragment: Uint8Array } | null
}

/** Looks at a camera; `address` holds the login. @throws RtspError */
export type LookAt = (address: string) => Promise<Look>

export const lookAtCamera: LookAt = async address => {
  const abort = new AbortController()
  let picture: Look['picture'] = null
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(new RtspError('timeout'))
      abort.abort()
    }, limits.PROBE_MS)
  })
  const looking = probe(
    address,
    (codec, { sps }) => {
      const [first] = sps
      if (first === undefined) throw new RtspError('protocol', 'no parameter sets')
      const { width, height } = codec === 'h264' ? parseH264Sps(first) : parseH265Sps(first)
      return { width, height }
    },
    {
      signal: abort.signal,
      watchMs: limits.PROBE_WATCH_MS,
      onKeyPicture: (track, sets, data) => {
        const config = videoConfig(track, sets)
        if (config === null || data.length > limits.PICTURE_BYTES) return
        const timescale = track.clockRate
        const { fragment } = frameFragment([{ data, ticks: 0, wallMs: 0, key: true }], {
          ...{ sequence: 1, timescale, end: null },
          fallbackTicks: timescale,
        })
        picture = { init: buildInit([{ trackId: TRACK_ID, timescale, config }]), fragment: concat(...fragment) }
      },
    },
  )
  try {
    return { probe: await Promise.race([looking, late]), picture }
  } finally {
    clearTimeout(timer)
    looking.catch(() => undefined)
  }
}

/** Looks within the bounds, and remembers for a while what was seen. */
export class Looks {
  readonly #clock: Clock
  readonly #lookAt: LookAt
  readonly #kept = new Map<string, { readonly at: number; readonly look: Look }>()
  #started: number[] = []
  #running = 0

  constructor(clock: Clock, lookAt: LookAt = lookAtCamera) {
    this.#clock = clock
    this.#lookAt = lookAt
  }

  /** @throws ChannelRefusal too_many, or why the camera gives nothing */
  async look(address: string): Promise<Look> {
    const now = this.#clock.now()
    this.#started = this.#started.filter(at => at > now - 60_000 && at <= now)
    if (this.#running >= limits.PROBES_AT_ONCE || this.#started.length >= limits.PROBES_PER_MINUTE)
      throw new ChannelRefusal('too_many')
    this.#started.push(now)
    this.#running += 1
    try {
      const look = await this.#lookAt(address)
      this.#kept.delete(address)
      this.#kept.set(address, { at: now, look: { ...look, picture: null } })
      for (const old of [...this.#kept.keys()].slice(0, -limits.PROBES_KEPT)) this.#kept.delete(old)
      return look
    } catch (error) {
      throw refusal(error)
    } finally {
      this.#running -= 1
    }
  }

  /** What was seen a short while ago, or else by a new look. */
  async known(address: string): Promise<Probe> {
    const kept = this.#kept.get(address)
    const fresh = kept !== undefined && this.#clock.now() - kept.at < limits.PROBE_KEPT_MS
    return fresh ? kept.look.probe : (await this.look(address)).probe
  }
}

/** The camera's own words are told; they never hold a password. */
function refusal(error: unknown): unknown {
  if (error instanceof RtspError) return new ChannelRefusal(error.code, error.detail)
  if (error instanceof Error && 'code' in error) return new ChannelRefusal('unsupported_codec', String(error.code))
  return error
}
