import { KeyStore } from '@hausrecht/client/key-store'
import { MemoryStore } from '@hausrecht/client/memory-store'
import { newStreamId } from '@hausrecht/crypto/ids'
import { expect, test } from 'vitest'
import { leftovers } from './house.ts'

test('a key that reaches into something deleted is found, and none after the puncture', async () => {
  const stream = newStreamId()
  const keys = await KeyStore.open(new MemoryStore(), () => [])
  await keys.import({ stream, generation: 0 }, [{ depth: 0, prefix: 0, seed: new Uint8Array(32).fill(7) }])
  const range = { lo: 1_000_000, hi: 1_000_099 }
  const deletedOf = () => [range]
  expect(leftovers(keys, () => [])).toEqual({ nodes: 1, left: 0 })
  expect(leftovers(keys, deletedOf)).toEqual({ nodes: 1, left: 1 })
  await keys.puncture(stream, { lo: range.lo, hi: range.hi - 1 })
  expect(leftovers(keys, deletedOf).left).toBe(1)
  await keys.puncture(stream, range)
  const after = leftovers(keys, deletedOf)
  expect(after.left).toBe(0)
  expect(after.nodes).toBeGreaterThan(10)
})
