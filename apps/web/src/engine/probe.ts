import type { ChannelMap, ChannelValue } from '@hausrecht/client/channel/messages'
import { isMap } from '@hausrecht/client/channel/values'
import { mimeOf } from '@hausrecht/media/mp4/retime'
import type { ProbeResult } from './api.ts'
import { EngineError } from './errors.ts'

const part = (value: ChannelValue | undefined): ChannelMap => {
  if (!isMap(value)) throw new EngineError('bad_channel', 'probe')
  return value
}
const text = (value: ChannelValue | undefined): string => {
  if (typeof value !== 'string') throw new EngineError('bad_channel', 'probe')
  return value
}
const number = (value: ChannelValue | undefined): number | null => (typeof value === 'number' ? value : null)
const bytes = (value: ChannelValue | undefined): Uint8Array<ArrayBuffer> => {
  if (!(value instanceof Uint8Array)) throw new EngineError('bad_channel', 'probe')
  return new Uint8Array(value)
}

/** What the hub found at an address. @throws EngineError bad_channel */
export function readProbe(answer: ChannelValue): ProbeResult {
  const probe = part(answer)
  const video = part(probe.video)
  return {
    video: {
      codec: text(video.codec),
      width: number(video.width) ?? 0,
      height: number(video.height) ?? 0,
      fps: number(video.fps),
    },
    audio: isMap(probe.audio) ? { codec: text(probe.audio.codec) } : null,
    subStreams: Array.isArray(probe.subStreams) ? probe.subStreams.filter(url => typeof url === 'string') : [],
    picture: isMap(probe.picture) ? readPicture(probe.picture) : null,
  }
}

function readPicture(picture: ChannelMap): ProbeResult['picture'] {
  const init = bytes(picture.init)
  return { mime: mimeOf(init), init, fragment: bytes(picture.fragment) }
}
