/** What a decoder must know of a track before the first sample. One of these travels in each init segment. */
export type VideoConfig = {
  readonly kind: 'video'
  readonly codec: 'h264' | 'h265'
  /** Pixels after cropping. */
  readonly width: number
  readonly height: number
  /** The decoder configuration record: `avcC` or `hvcC` body (ISO/IEC 14496-15 §5.3.3, §8.3.3). */
  readonly record: Uint8Array
}

export type AudioCodec = 'aac' | 'opus' | 'pcma' | 'pcmu' | 'flac'

export type AudioConfig = {
  readonly kind: 'audio'
  readonly codec: AudioCodec
  /** Hz, as played. */
  readonly sampleRate: number
  readonly channels: number
  /**
   * aac: AudioSpecificConfig (ISO/IEC 14496-3 §1.6.2.1). opus: `dOps` body (Opus in ISOBMFF §4.3.2).
   * flac: the STREAMINFO block, 34 bytes (RFC 9639 §8.2). pcma, pcmu (G.711 A-law, µ-law): empty.
   */
  readonly record: Uint8Array
}

export type CodecConfig = VideoConfig | AudioConfig

/** Whether two configurations need the same decoder set-up. */
export function sameConfig(a: CodecConfig, b: CodecConfig): boolean {
  if (a.codec !== b.codec || a.record.length !== b.record.length) return false
  if (a.kind === 'video' && b.kind === 'video' && (a.width !== b.width || a.height !== b.height)) return false
  if (a.kind === 'audio' && b.kind === 'audio' && (a.sampleRate !== b.sampleRate || a.channels !== b.channels))
    return false
  return a.record.every((byte, i) => byte === b.record[i])
}
