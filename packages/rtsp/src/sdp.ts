import { RtspError } from './errors.ts'
import { LIMITS } from './limits.ts'

/** One medium of a session description (RFC 8866) as RTSP uses it. */
export type SdpMedia = {
  readonly kind: 'video' | 'audio' | 'other'
  readonly payloadType: number
  /** Upper case, from rtpmap or the static table (RFC 3551). */
  readonly encoding: string
  readonly clockRate: number
  readonly channels: number
  readonly fmtp: ReadonlyMap<string, string>
  readonly control: string
  readonly framerate: number | null
}

export type Sdp = { readonly control: string; readonly media: readonly SdpMedia[] }

const STATIC: ReadonlyMap<number, readonly [string, number, number]> = new Map([
  [0, ['PCMU', 8000, 1]],
  [8, ['PCMA', 8000, 1]],
  [26, ['JPEG', 90_000, 1]],
])

type Open = { m: string; lines: string[] }

/** Forgiving with what cameras get wrong (spaces, order, missing rtpmap), strict about size. @throws RtspError too_large */
export function parseSdp(text: string): Sdp {
  const lines = text.split(/\r?\n/)
  if (lines.length > LIMITS.sdpLines) throw new RtspError('too_large', 'session description')
  const session: string[] = []
  const media: Open[] = []
  for (const raw of lines) {
    const line = raw.trim()
    const open = media.at(-1)
    if (line.startsWith('m=')) media.push({ m: line.slice(2), lines: [] })
    else if (open) open.lines.push(line)
    else session.push(line)
  }
  return { control: attribute(session, 'control') ?? '*', media: media.map(readMedia) }
}

const attribute = (lines: readonly string[], name: string): string | null =>
  lines
    .find(line => line.startsWith(`a=${name}:`))
    ?.slice(name.length + 3)
    .trim() ?? null

function readMedia({ m, lines }: Open): SdpMedia {
  const [kind, , , format] = m.split(/\s+/)
  const payloadType = Number(format)
  const value = (name: string): string | null => {
    const found = lines.find(
      line =>
        line.startsWith(`a=${name}:`) &&
        Number(
          line
            .slice(name.length + 3)
            .trim()
            .split(/\s/)[0],
        ) === payloadType,
    )
    return (
      found
        ?.slice(name.length + 3)
        .trim()
        .replace(/^\S+\s*/, '') ?? null
    )
  }
  const [known, rate, count] = STATIC.get(payloadType) ?? ['', 0, 1]
  const [encoding, clock, channels] = (value('rtpmap') ?? '').split('/')
  const fmtp = new Map<string, string>()
  for (const part of (value('fmtp') ?? '').split(';')) {
    const equals = part.indexOf('=')
    if (equals > 0) fmtp.set(part.slice(0, equals).trim().toLowerCase(), part.slice(equals + 1).trim())
  }
  const framerate = Number(attribute(lines, 'framerate'))
  return {
    kind: kind === 'video' || kind === 'audio' ? kind : 'other',
    payloadType,
    encoding: (encoding || known).trim().toUpperCase(),
    clockRate: Number(clock) > 0 ? Number(clock) : rate,
    channels: Number(channels) > 0 ? Number(channels) : count,
    fmtp,
    control: attribute(lines, 'control') ?? '',
    framerate: framerate > 0 && framerate < 1000 ? framerate : null,
  }
}
