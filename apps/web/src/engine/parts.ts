import { mimeOf, type Retimer } from '@hausrecht/media/mp4/retime'
import type { MediaPayload } from '@hausrecht/media/segment/payload'
import type { MediaPart } from './api.ts'

/** An opened segment as the player takes it, on the clock of its feed. @throws Mp4Error | CodecError for what no player can show */
export function toPart(track: MediaPart['track'], payload: Omit<MediaPayload, 'type'>, retimer: Retimer): MediaPart {
  const init = new Uint8Array(payload.init)
  return {
    track,
    start: payload.startTime,
    duration: payload.duration,
    startsWithKey: payload.startsWithKey,
    discontinuity: payload.discontinuity,
    mime: mimeOf(init),
    init,
    fragment: retimer.retime(payload),
  }
}
