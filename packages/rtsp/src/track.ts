import { H264Depacketiser } from './depacketise/h264.ts'
import { H265Depacketiser } from './depacketise/h265.ts'
import { LatmSound, parseLatmConfig } from './depacketise/latm.ts'
import { AacSound, aacFrameTicks, FRAME, PlainSound } from './depacketise/sound.ts'
import { RtspError } from './errors.ts'
import type { SenderReport } from './rtcp.ts'
import { type RtpPacket, Unwrapper } from './rtp.ts'
import type { Sdp, SdpMedia } from './sdp.ts'
import type { Allocate, Depacketiser, EmitUnit, ParameterSets, Unit } from './unit.ts'

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

const LATM = 'MP4A-LATM'

const CODECS: Readonly<Record<string, TrackCodec>> = {
  H264: 'h264',
  H265: 'h265',
  HEVC: 'h265',
  'MPEG4-GENERIC': 'aac',
  [LATM]: 'aac',
  OPUS: 'opus',
  PCMA: 'pcma',
  PCMU: 'pcmu',
}

/** The track a medium describes, or null when it is not supported. */
export function trackInfo(id: number, media: SdpMedia): TrackInfo | null {
  const codec = CODECS[media.encoding]
  if (!codec || media.kind === 'other' || media.clockRate <= 0) return null
  const isPicture = codec === 'h264' || codec === 'h265'
  if (isPicture !== (media.kind === 'video') || isInterleaved(codec, media.fmtp)) return null
  const latm = media.encoding === LATM ? latmConfig(media) : null
  if (media.encoding === LATM && latm === null) return null
  return {
    id,
    kind: media.kind,
    payloadType: media.payloadType,
    codec,
    clockRate: media.clockRate,
    channels: media.channels,
    parameters: parameters(codec, media.fmtp),
    audioConfig: latm?.audioConfig ?? (codec === 'aac' ? hex(media.fmtp.get('config')) : new Uint8Array(0)),
    framerate: media.framerate,
  }
}

/** The first picture and the first sound that are supported. @throws RtspError unsupported_codec | no_video */
export function chooseTracks({ media }: Sdp): readonly { readonly media: SdpMedia; readonly info: TrackInfo }[] {
  const known = media.flatMap((one, id) => {
    const info = trackInfo(id, one)
    return info ? [{ media: one, info }] : []
  })
  const video = known.find(({ info }) => info.kind === 'video')
  const audio = known.find(({ info }) => info.kind === 'audio')
  if (video) return audio ? [video, audio] : [video]
  const other = media.find(({ kind }) => kind === 'video')
  throw other ? new RtspError('unsupported_codec', other.encoding || 'unknown') : new RtspError('no_video')
}

/** Pictures that are sent in another order than they are decoded in (RFC 6184 §6.4, RFC 7798 §7.1): no camera does; we do not sort. */
const isInterleaved = (codec: TrackCodec, fmtp: ReadonlyMap<string, string>): boolean =>
  (codec === 'h264' && fmtp.get('packetization-mode') === '2') ||
  (codec === 'h265' && Number(fmtp.get('sprop-max-don-diff') ?? 0) > 0)

/** Null when the configuration comes with the sound (cpresent, RFC 6416 §7.3: the default), which cameras do not do. */
const latmConfig = ({ fmtp }: SdpMedia) =>
  fmtp.get('cpresent') === '0' ? parseLatmConfig(hex(fmtp.get('config'))) : null

function depacketiser(
  info: TrackInfo,
  media: SdpMedia,
  emit: EmitUnit,
  { onParameters, allocate }: TrackEvents,
): Depacketiser {
  if (info.codec === 'h264') return new H264Depacketiser(emit, onParameters, allocate)
  if (info.codec === 'h265') return new H265Depacketiser(emit, onParameters, allocate)
  if (info.codec !== 'aac') return new PlainSound(emit)
  const ticks = aacFrameTicks(info.audioConfig)
  const latm = media.encoding === LATM ? latmConfig(media) : null
  if (latm === null) return new AacSound(emit, media.fmtp, ticks)
  // LATM often counts in 90 kHz.
  return new LatmSound(emit, latm, Math.round((FRAME * info.clockRate) / latm.sampleRate))
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
  /** Where pictures are put; new memory without it. */
  readonly allocate?: Allocate
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

  constructor(info: TrackInfo, media: SdpMedia, events: TrackEvents) {
    this.info = info
    const emit = (unit: Omit<Unit, 'ntp'>): void => {
      const ntp = this.#ntp(unit.rtpTime)
      events.onUnit(ntp === undefined ? unit : { ...unit, ntp })
    }
    this.#depacketiser = depacketiser(info, media, emit, events)
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
