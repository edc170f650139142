/** What a stream of the server consists of. `fmtp` and `rtpmap` go into the session description as they are. */
export type ServedTrack = {
  readonly kind: 'video' | 'audio'
  readonly codec: 'h264' | 'h265' | 'aac' | 'opus' | 'pcma' | 'pcmu'
  readonly payloadType: number
  readonly clockRate: number
  readonly channels: number
  readonly fmtp: string
}

/** One frame to send. Times are ticks of the track's clock. */
export type ServedFrame = {
  readonly track: number
  readonly data: Uint8Array
  readonly rtpTime: number
  /** When it was seen or heard, ms since 1970, for sender reports. Without it the first frame's sending counts. */
  readonly captured?: number
}

/** Gives frames in real time until `stop`. */
export type FrameSource = {
  readonly tracks: readonly ServedTrack[]
  play(send: (frame: ServedFrame) => void): { stop(): void }
}

/** What goes wrong, on purpose; may be changed while clients play. */
export type Faults = {
  /** Share of RTP packets that are not sent, 0…1. */
  loss?: number
  /** Ticks added to every timestamp from now on. */
  clockJump?: number
  noReports?: boolean
  noMarker?: boolean
  /** Nothing is sent or answered any more; the connection stays open. */
  stall?: boolean
  /** Every second packet pair is swapped. */
  reorder?: boolean
}

const ENCODING = { h264: 'H264', h265: 'H265', aac: 'mpeg4-generic', opus: 'opus', pcma: 'PCMA', pcmu: 'PCMU' } as const

/** The session description of a stream (RFC 8866). */
export function describe(tracks: readonly ServedTrack[]): string {
  const lines = ['v=0', 'o=- 1 1 IN IP4 127.0.0.1', 's=Hausrecht', 't=0 0', 'a=control:*']
  for (const [index, { kind, codec, payloadType, clockRate, channels, fmtp }] of tracks.entries()) {
    lines.push(
      `m=${kind} 0 RTP/AVP ${payloadType}`,
      'c=IN IP4 0.0.0.0',
      `a=rtpmap:${payloadType} ${ENCODING[codec]}/${clockRate}${kind === 'audio' ? `/${channels}` : ''}`,
      ...(fmtp ? [`a=fmtp:${payloadType} ${fmtp}`] : []),
      `a=control:track${index}`,
    )
  }
  return `${lines.join('\r\n')}\r\n`
}
