import { seal } from '@hausrecht/crypto/cobblestone'
import type { DeviceId, HouseholdId, StreamId } from '@hausrecht/crypto/ids'
import type { Secret } from '@hausrecht/crypto/secret'
import { objectKey } from '@hausrecht/keytree/object-key'
import { encodeHeader } from '@hausrecht/media/segment/header'
import { encodePayload } from '@hausrecht/media/segment/payload'
import type { Seal } from './target.ts'

export type SealerOptions = {
  readonly household: HouseholdId
  readonly recorder: DeviceId
  /** The key of a leaf, which the sealer zeroes; null when it is not held. */
  readonly leafKey: (stream: StreamId, gen: number, leaf: number) => Secret | null
}

/** Seals payloads as `HHS1` objects (docs/formats.md §segment). Every key is derived for one object and zeroed after it. */
export function makeSeal({ household, recorder, leafKey }: SealerOptions): Seal {
  return async ({ kind, stream, gen: generation, leaf, objectId: object, payload }) => {
    const ofLeaf = leafKey(stream, generation, leaf)
    if (ofLeaf === null) return null
    const key = objectKey(ofLeaf, kind, object)
    ofLeaf.zero()
    try {
      const plaintext = encodePayload(kind, payload)
      const payloadLength = plaintext.length
      const header = encodeHeader({ kind, household, stream, generation, leaf, object, payloadLength, recorder })
      const sealed = await seal(key, header, plaintext, { head: header.length })
      sealed.set(header)
      return [sealed]
    } finally {
      key.zero()
    }
  }
}
