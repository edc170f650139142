import { newOrderId } from '@hausrecht/crypto/ids'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { ChainError } from './errors.ts'
import { decodeLogLeaf } from './log-leaf.ts'
import { checkRemoval, decodeRemoval, signRemoval, verifyRemoval } from './removal.ts'
import { extend, founder, home, order, phone, vaultKey } from './test/household.ts'

const given = newOrderId()
const facts = { time: 5, order: given, objects: 3, bytes: 1000, root: new Uint8Array(32).fill(7) }

test('says what was removed for which order, signed by the vault, and is told from what else a log holds', async () => {
  const removal = await signRemoval(facts, vaultKey)
  expect(removal).toMatchObject(facts)
  expect(decodeRemoval(removal.encoded)).toEqual(removal)
  expect(decodeLogLeaf(removal.encoded)).toEqual({ kind: 'removal', removal })
  await verifyRemoval(removal, vaultKey.publicKey)
  await expect(verifyRemoval(removal, phone.publicKey)).rejects.toMatchObject({ code: 'bad_signature' })
})

test('with any bit changed it is refused', async () => {
  const { encoded } = await signRemoval(facts, vaultKey)
  await fc.assert(
    fc.asyncProperty(fc.nat(encoded.length * 8 - 1), async bit => {
      const bytes = encoded.slice()
      bytes[bit >> 3] = (bytes[bit >> 3] ?? 0) ^ (1 << (bit & 7))
      const read = async (): Promise<void> => verifyRemoval(decodeRemoval(bytes), vaultKey.publicKey)
      await expect(read()).rejects.toBeInstanceOf(ChainError)
    }),
  )
})

test('a vault says it of orders that were given, and of each once', async () => {
  const removal = await signRemoval(facts, vaultKey)
  const before = await home()
  const state = await extend(before, [founder, order(1, 2, null, given)])
  expect(() => checkRemoval(before, new Set(), removal)).toThrow(expect.objectContaining({ code: 'bad_removal' }))
  expect(() => checkRemoval(state, new Set([given]), removal)).toThrow(expect.objectContaining({ code: 'bad_removal' }))
  expect(checkRemoval(state, new Set(), removal)).toBeUndefined()
})
