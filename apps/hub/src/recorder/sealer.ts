import { ClientError } from '@hausrecht/client/errors'
import { type LeafKeys, type Sealer, sealSegment } from '@hausrecht/client/seal'
import { Buffers } from './buffers.ts'
import { makeCollector } from './collect.ts'
import type { Seal } from './target.ts'

/** Seals with the keys this device holds. A leaf whose key was erased, or never given, seals nothing. */
export function makeSeal(who: Sealer, keys: LeafKeys): Seal {
  const buffers = new Buffers()
  const collect = makeCollector()
  return async ({ kind, stream, gen: generation, leaf, objectId: object, payload }) => {
    const taken: Uint8Array[] = []
    const take = (length: number): Uint8Array => {
      const memory = buffers.take(length)
      taken.push(memory)
      return memory
    }
    try {
      const memory = { plaintext: take, sealed: (length: number) => buffers.take(length) }
      const { bytes } = await sealSegment(who, keys, { kind, stream, generation, leaf, object, payload }, memory)
      collect(bytes.length)
      return { bytes, release: () => buffers.give(bytes) }
    } catch (error) {
      if (error instanceof ClientError && (error.code === 'key_deleted' || error.code === 'key_missing')) return null
      throw error
    } finally {
      for (const memory of taken) buffers.give(memory)
    }
  }
}
