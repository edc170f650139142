import { mimeOf, retimeFragment } from '@hausrecht/media/mp4/retime'
import type { MediaPayload } from '@hausrecht/media/segment/payload'
import type { MediaPart } from './api.ts'

/** An opened segment as the player takes it: 0 on its clock is `origin`. @throws Mp4Error | CodecError for what no player can show */
export function toPart(track: MediaPart['track'], payload: Omit<MediaPayload, 'type'>, origin: number): MediaPart {
  const init = new Uint8Array(payload.init)
  return {
    track,
    start: payload.startTime,
    duration: payload.duration,
    startsWithKey: payload.startsWithKey,
    discontinuity: payload.discontinuity,
    mime: mimeOf(init),
    init,
    fragment: retimeFragment(payload, origin),
  }
}
