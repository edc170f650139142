import { aacCodecString } from './aac.ts'
import type { CodecConfig } from './config.ts'
import { h264CodecString } from './h264.ts'
import { h265CodecString } from './h265.ts'

/** The codec as browsers and manifests name it (RFC 6381), like `avc1.640028`. @throws CodecError for broken parameters */
export function codecString(config: CodecConfig): string {
  switch (config.codec) {
    case 'h264':
      return h264CodecString(config.record)
    case 'h265':
      return h265CodecString(config.record)
    case 'aac':
      return aacCodecString(config.record)
    case 'opus':
      return 'opus'
    case 'flac':
      return 'flac'
    case 'pcma':
      return 'alaw'
    case 'pcmu':
      return 'ulaw'
  }
}
