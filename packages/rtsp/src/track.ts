import { H264Depacketiser } from './depacketise/h264.ts'
import { H265Depacketiser } from './depacketise/h265.ts'
import { AacSound, aacFrameTicks, PlainSound } from './depacketise/sound.ts'
import type { SenderReport } from './rtcp.ts'
import { type RtpPacket, Unwrapper } from './rtp.ts'
import type { SdpMedia } from './sdp.ts'
import type { Depacketiser, ParameterSets, Unit } from './unit.ts'

export type TrackCodec = 'h264' | 'h265' | 'aac' | 'opus' | 'pcma' | 'pcmu'

/** What a camera says of one track before it sends anything. */
export type TrackInfo = {
  readonly id: number
  readonly kind: 'video' | 'audio'
  readonly payloadType: number
  readonly codec: TrackCodec
  readonly clockRate: number
  readonly channels: number
  /** From the session description; pictures may bring newer ones. Empty where it says nothing. */
  readonly parameters: ParameterSets
  /** AAC: the AudioSpecificConfig (ISO/IEC 14496-3), or empty. */
  readonly audioConfig: Uint8Array
  readonly framerate: number | null
}

export const NO_PARAMETERS: ParameterSets = { vps: [], sps: [], pps: [] }

const CODECS: Readonly<Record<string, TrackCodec>> = {
  H264: 'h264',
  H265: 'h265',
  HEVC: 'h265',
  'MPEG4-GENERIC': 'aac',
  OPUS: 'opus',
  PCMA: 'pcma',
  PCMU: 'pcmu',
}

/** The track a medium describes, or null when it is not supported. */
export function trackInfo(id: number, media: SdpMedia): TrackInfo | null {
  const codec = CODECS[media.encoding]
  if (!codec || media.kind === 'other' || media.clockRate <= 0) return null
  const isPicture = codec === 'h264' || codec === 'h265'
  if (isPicture !== (media.kind === 'video')) return null
  return {
    id,
    kind: media.kind,
    payloadType: media.payloadType,
    codec,
    clockRate: media.clockRate,
    channels: media.channels,
    parameters: parameters(codec, media.fmtp),
    audioConfig: codec === 'aac' ? hex(media.fmtp.get('config')) : new Uint8Array(0),
    framerate: media.framerate,
  }
}

function parameters(codec: TrackCodec, fmtp: ReadonlyMap<string, string>): ParameterSets {
  const list = (name: string): Uint8Array[] =>
    (fmtp.get(name) ?? '')
      .split(',')
      .map(text => new Uint8Array(Buffer.from(text.trim(), 'base64')))
      .filter(set => set.length > 0)
  if (codec === 'h265') return { vps: list('sprop-vps'), sps: list('sprop-sps'), pps: list('sprop-pps') }
  if (codec !== 'h264') return NO_PARAMETERS
  const all = list('sprop-parameter-sets')
  const ofType = (type: number): Uint8Array[] => all.filter(set => ((set[0] ?? 0) & 31) === type)
  return { vps: [], sps: ofType(7), pps: ofType(8) }
}

const hex = (text: string | undefined): Uint8Array =>
  text && /^([0-9a-f]{2})+$/i.test(text) ? new Uint8Array(Buffer.from(text, 'hex')) : new Uint8Array(0)

export type TrackEvents = {
  readonly onUnit: (unit: Unit) => void
  readonly onParameters: (sets: ParameterSets) => void
}

/** Turns the packets of one track into units: order, loss, time. */
export class Track {
  readonly info: TrackInfo
  readonly counters = { packets: 0, lost: 0, octets: 0, ssrc: 0, highest: 0 }
  readonly #depacketiser: Depacketiser
  readonly #unwrapper = new Unwrapper()
  #next: number | null = null
  #cycles = 0
  #report: { readonly ntpMs: number; readonly time: number } | null = null

  constructor(info: TrackInfo, fmtp: ReadonlyMap<string, string>, events: TrackEvents) {
    this.info = info
    const emit = (unit: Omit<Unit, 'ntp'>): void => {
      const ntp = this.#ntp(unit.rtpTime)
      events.onUnit(ntp === undefined ? unit : { ...unit, ntp })
    }
    this.#depacketiser =
      info.codec === 'h264'
        ? new H264Depacketiser(emit, events.onParameters)
        : info.codec === 'h265'
          ? new H265Depacketiser(emit, events.onParameters)
          : info.codec === 'aac'
            ? new AacSound(emit, fmtp, aacFrameTicks(info.audioConfig))
            : new PlainSound(emit)
  }

  /** Packets must come in order; what is late after that is dropped. */
  push(packet: RtpPacket, arrival: number): void {
    const { sequence, payloadType, ssrc } = packet
    // Another format (comfort noise, retransmission) is not this track.
    if (payloadType !== this.info.payloadType) return
    // Another source numbers anew: it may begin anywhere.
    if (this.#next === null || ssrc !== this.counters.ssrc) this.#next = sequence
    const ahead = (sequence - this.#next) & 0xffff
    // Behind by a little: a duplicate or too late. Behind by a lot: the sender began again.
    if (ahead > 0xff00) return
    const lossBefore = ahead > 0
    if (lossBefore) this.counters.lost += ahead
    this.#next = (sequence + 1) & 0xffff
    if (sequence < 0x100 && this.counters.highest % 65_536 > 0xff00) this.#cycles++
    this.counters.highest = this.#cycles * 65_536 + sequence
    this.counters.packets++
    this.counters.octets += packet.payload.length
    this.counters.ssrc = ssrc
    this.#depacketiser.push({
      payload: packet.payload,
      time: this.#unwrapper.next(packet.timestamp),
      marker: packet.marker,
      arrival,
      lossBefore,
    })
  }

  /** A sender report ties the sender's clock to its RTP time. */
  report(report: SenderReport): void {
    if (this.counters.packets === 0) return
    const { last } = this.#unwrapper
    this.#report = { ntpMs: report.ntpMs, time: last + ((report.rtpTime - (last % 2 ** 32)) | 0) }
  }

  #ntp(rtpTime: number): number | undefined {
    const report = this.#report
    return report ? report.ntpMs + ((rtpTime - report.time) * 1000) / this.info.clockRate : undefined
  }
}
