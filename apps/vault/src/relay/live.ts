import { canRecord, generationOf } from '@hausrecht/chain/rights'
import type { HouseholdState } from '@hausrecht/chain/state'
import { decodeLive } from '@hausrecht/contract/relay'
import { type DeviceId, parseStreamId, type StreamId } from '@hausrecht/crypto/ids'
import { SegmentError } from '@hausrecht/media/errors'
import { checkObject } from '@hausrecht/media/segment/header'
import { isLive } from '@hausrecht/media/segment/kinds'

/** What the header says of a live part that may be passed on. */
export type Part = {
  readonly stream: StreamId
  readonly leaf: number
  readonly startsWithKey: boolean
}

/** Null for what is no live part of a stream that this device records for this household. The rules are those of `ingest`; who may see it is asked for each watcher. */
export function readPart(state: HouseholdState, recorder: DeviceId, bytes: Uint8Array): Part | null {
  const live = decodeLive(bytes)
  if (!live) return null
  try {
    const { header } = checkObject(live.object)
    if (!isLive(header.kind) || header.household !== state.household || header.recorder !== recorder) return null
    const stream = state.streams.get(parseStreamId(header.stream))
    if (!stream || !canRecord(state, recorder, stream.id)) return null
    if (generationOf(stream, header.leaf) !== header.generation) return null
    return { stream: stream.id, leaf: header.leaf, startsWithKey: live.startsWithKey }
  } catch (error) {
    if (error instanceof SegmentError) return null
    throw error
  }
}
