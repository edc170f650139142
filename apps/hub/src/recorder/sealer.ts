import { ClientError } from '@hausrecht/client/errors'
import { type LeafKeys, type Sealer, sealSegment } from '@hausrecht/client/seal'
import type { Seal } from './target.ts'

/** Seals with the keys this device holds. A leaf whose key was erased, or never given, seals nothing. */
export function makeSeal(who: Sealer, keys: LeafKeys): Seal {
  return async ({ kind, stream, gen: generation, leaf, objectId: object, payload }) => {
    try {
      const { bytes } = await sealSegment(who, keys, { kind, stream, generation, leaf, object, payload })
      return [bytes]
    } catch (error) {
      if (error instanceof ClientError && (error.code === 'key_deleted' || error.code === 'key_missing')) return null
      throw error
    }
  }
}
