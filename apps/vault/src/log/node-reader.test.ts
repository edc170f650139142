import { utf8 } from '@hausrecht/crypto/bytes'
import { consistencyProof, inclusionProof } from '@hausrecht/tlog/proofs'
import { appendLeaves, type HashReader, leafHash } from '@hausrecht/tlog/tree'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { roundReader } from './node-reader.ts'

const hashes = (from: number, to: number): Uint8Array[] =>
  Array.from({ length: to - from }, (_, i) => leafHash(utf8(`leaf ${from + i}`)))

/** A log of `size` leaves and a reader of all its nodes. */
function whole(size: number): { readonly frontier: readonly Uint8Array[]; readonly reader: HashReader } {
  const { frontier, newNodes } = appendLeaves(0, [], hashes(0, size))
  const nodes = new Map(newNodes.map(({ level, index, hash }) => [`${level}/${index}`, hash]))
  const reader = {
    read: async (wanted: Parameters<HashReader['read']>[0]) =>
      wanted.map(node => nodes.get(`${node.level}/${node.index}`) ?? leafHash(utf8('none'))),
  }
  return { frontier, reader }
}

test('the proofs of a round’s leaves, and of its tree to a witness of the round before, need no database', async () => {
  await fc.assert(
    fc.asyncProperty(fc.nat({ max: 600 }), fc.integer({ min: 1, max: 300 }), async (before, count) => {
      const { frontier } = whole(before)
      const size = before + count
      const { newNodes } = appendLeaves(before, frontier, hashes(before, size))
      const nobody: HashReader = { read: () => Promise.reject(new Error('asked the database')) }
      const reader = roundReader({ size: before, frontier }, newNodes, nobody)
      const all = whole(size).reader
      for (let index = before; index < size; index += 1 + Math.floor(count / 20))
        expect(await inclusionProof(index, size, reader)).toEqual(await inclusionProof(index, size, all))
      expect(await consistencyProof(before, size, reader)).toEqual(await consistencyProof(before, size, all))
    }),
    { numRuns: 100 },
  )
})

test('what a round has not in hand is asked of the other reader, all of it', async () => {
  const { frontier } = whole(300)
  const { newNodes } = appendLeaves(300, frontier, hashes(300, 310))
  const { reader } = whole(310)
  const mixed = roundReader({ size: 300, frontier }, newNodes, reader)
  for (const old of [1, 7, 255, 299])
    expect(await consistencyProof(old, 310, mixed)).toEqual(await consistencyProof(old, 310, reader))
  expect(await inclusionProof(17, 310, mixed)).toEqual(await inclusionProof(17, 310, reader))
})
