import { describe, expect, test } from 'vitest'
import { CLAIM_WRONG_MAX, changeClaim, closeClaim, isOpen, openClaim, readClaim } from './claim-code.ts'
import { MemoryStore } from './memory-store.ts'

describe('the code of the hub', () => {
  test('is one at a time, of 128 bits that nobody had before', async () => {
    const store = new MemoryStore()
    expect(await readClaim(store)).toBeNull()
    const first = await openClaim(store, null)
    expect(first.code).toHaveLength(16)
    expect(await readClaim(store)).toEqual(first)
    const second = await openClaim(store, 1000)
    expect(second.code).not.toEqual(first.code)
    expect(await readClaim(store)).toEqual(second)
  })

  test('is open until too many proofs were wrong or its time is over', async () => {
    const claim = await openClaim(new MemoryStore(), null)
    expect(isOpen(claim, Number.MAX_SAFE_INTEGER)).toBe(true)
    expect([CLAIM_WRONG_MAX - 1, CLAIM_WRONG_MAX].map(wrong => isOpen({ ...claim, wrong }, 0))).toEqual([true, false])
    expect([999, 1000].map(now => isOpen({ ...claim, expiresAt: 1000 }, now))).toEqual([true, false])
  })

  test('whoever still works with an older one does not touch the new one', async () => {
    const store = new MemoryStore()
    const old = await openClaim(store, null)
    const now = await openClaim(store, null)
    await changeClaim(store, old, { wrong: CLAIM_WRONG_MAX })
    await closeClaim(store, old)
    expect(await readClaim(store)).toEqual(now)
    await changeClaim(store, now, { wrong: 1 })
    expect(await readClaim(store)).toEqual({ ...now, wrong: 1 })
    await closeClaim(store, now)
    expect(await store.list('')).toEqual([])
  })

  test('is none when its file is damaged', async () => {
    const store = new MemoryStore()
    for (const text of [
      '',
      '{',
      'null',
      '{"code":7,"wrong":0}',
      '{"code":"aa","wrong":"0"}',
      '{"code":"1","wrong":0}',
    ]) {
      await store.writeSecret('claim', new TextEncoder().encode(text))
      expect(await readClaim(store), text).toBeNull()
    }
  })
})
