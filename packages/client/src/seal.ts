import type { CborValue } from '@hausrecht/crypto/cbor'
import { seal } from '@hausrecht/crypto/cobblestone'
import { type DeviceId, type HouseholdId, newObjectId, type ObjectId, type StreamId } from '@hausrecht/crypto/ids'
import { objectKey } from '@hausrecht/keytree/object-key'
import { encodeHeader, type SegmentHeader } from '@hausrecht/media/segment/header'
import { KINDS, type Kind } from '@hausrecht/media/segment/kinds'
import { type Allocate, encodeDetails, encodePayload, type PayloadDraft } from '@hausrecht/media/segment/payload'
import type { KeyStore } from './key-store.ts'

/** Where leaf keys come from: a `KeyStore`, or a recorder's own trees. */
export type LeafKeys = Pick<KeyStore, 'leafKey'>

/** Who seals. */
export type Sealer = { readonly household: HouseholdId; readonly device: DeviceId }

export type Place = {
  readonly stream: StreamId
  readonly generation: number
  /** Used once: the caller gives out leaves that rise and never repeat (one object a leaf, but for the log stream). */
  readonly leaf: number
  /** A new random one if left out. */
  readonly object?: ObjectId
}

export type SegmentDraft = Place & { readonly kind: Exclude<Kind, 4>; readonly payload: PayloadDraft }

export type Sealed = { readonly header: SegmentHeader; readonly bytes: Uint8Array }

/** Memory for one who seals without end, so that what is used can be used again: for the payload and for the sealed segment. */
export type Memory = { readonly plaintext: Allocate; readonly sealed: Allocate }

/**
 * Seals one segment: header ‖ Cobblestone-256 under the object's own key below its leaf. docs/formats/segment.md
 * @throws ClientError key_deleted | key_missing; SegmentError for a payload that does not fit
 */
export function sealSegment(who: Sealer, keys: LeafKeys, draft: SegmentDraft, memory?: Memory): Promise<Sealed> {
  const plaintext = encodePayload(draft.kind, draft.payload, memory?.plaintext)
  return sealObject(who, keys, draft, draft.kind, plaintext, memory?.sealed)
}

/** Seals a map (kind 4, the sealed part of a chain entry). */
export function sealDetails(
  who: Sealer,
  keys: LeafKeys,
  place: Place,
  details: ReadonlyMap<number, CborValue>,
): Promise<Sealed> {
  return sealObject(who, keys, place, KINDS.payload, encodeDetails(details))
}

async function sealObject(
  who: Sealer,
  keys: LeafKeys,
  place: Place,
  kind: Kind,
  plaintext: Uint8Array,
  allocate?: Allocate,
): Promise<Sealed> {
  const { stream, generation, leaf } = place
  const object = place.object ?? newObjectId()
  const { household, device: recorder } = who
  const header: SegmentHeader = {
    kind,
    household,
    stream,
    generation,
    leaf,
    object,
    payloadLength: plaintext.length,
    recorder,
  }
  const context = encodeHeader(header)
  using leafKey = keys.leafKey({ stream, generation }, leaf)
  using key = objectKey(leafKey, kind, object)
  const bytes = await seal(key, context, plaintext, { head: context.length, ...(allocate && { allocate }) })
  bytes.set(context)
  return { header, bytes }
}
