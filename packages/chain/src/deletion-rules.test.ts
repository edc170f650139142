import { toHex } from '@hausrecht/crypto/bytes'
import { deviceIdOf, orderIdFrom, streamIdFrom } from '@hausrecht/crypto/ids'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { applyEntry } from './apply.ts'
import type { VerifiedEntry } from './entry.ts'
import { coverRoot, frontierAfter, NO_FRONTIER } from './receipt.ts'
import { isSettled, settlement } from './settlement.ts'
import type { HouseholdState } from './state.ts'
import {
  accepted,
  addDevice,
  extend,
  founder,
  home,
  laptop,
  make,
  me,
  order,
  phone,
  phoneId,
} from './test/household.ts'
import type { Statement } from './types.ts'

const browserId = deviceIdOf(laptop.publicKey)
const erased = (state: HouseholdState, applied = state.orders.length): Statement => ({
  type: 'erase_receipt',
  applied,
  frontier: state.orders[applied - 1]?.frontier ?? NO_FRONTIER,
  until: 0,
  cell: 'file',
  cover: coverRoot([]),
})
/** How an order stands with the founder's hub, the phone and the browser. */
const how = (state: HouseholdState, place = 0): readonly string[] => {
  const given = state.orders[place]
  return given === undefined ? [] : settlement(state, given.id).map(settled => settled.how)
}

describe('who has erased', () => {
  test('everybody in the household when the order was given owes it, and nobody who came later', async () => {
    const ordered = await extend(await home(), [founder, order(1, 2)])
    const later = await extend(ordered, [founder, addDevice(laptop, ['session'])], [founder, order(5, 6)])
    expect(later.orders.map(({ holders }) => holders)).toEqual([
      [me, phoneId],
      [me, phoneId, browserId],
    ])
    expect(how(later)).toEqual(['owed', 'owed'])
    expect(how(later, 1)).toEqual(['owed', 'owed', 'owed'])
  })

  test('a receipt settles all orders it names, a cut those of a browser, and then the order is complete', async () => {
    const state = await extend(
      await home(),
      [founder, addDevice(laptop, ['session'])],
      [founder, order(1, 2)],
      [founder, order(3, 4)],
    )
    const first = await extend(state, [founder, erased(state)], [phone, erased(state, 1)])
    expect([how(first), how(first, 1)]).toEqual([
      ['receipt', 'receipt', 'owed'],
      ['receipt', 'owed', 'owed'],
    ])
    const cut = await extend(first, [founder, { type: 'lease_cut', device: browserId, applied: 2 }])
    const [a, b] = cut.orders.map(({ id }) => id)
    if (!a || !b) throw new Error('no orders')
    expect([isSettled(cut, a), isSettled(cut, b)]).toEqual([true, false])
    const done = await extend(cut, [phone, { type: 'delete_complete', order: a }])
    expect([done.completed.has(a), done.completed.has(b)]).toEqual([true, false])
  })

  test('a removed device holds nobody up, and is named', async () => {
    const state = await extend(await home(), [founder, order(1, 2)])
    const removed = await extend(state, [founder, erased(state)], [founder, { type: 'remove_device', device: phoneId }])
    expect(how(removed)).toEqual(['receipt', 'removed'])
    const [id] = removed.orders.map(given => given.id)
    expect(id !== undefined && isSettled(removed, id)).toBe(true)
    // What it had said before counts on.
    const said = await extend(state, [phone, erased(state)], [founder, { type: 'remove_device', device: phoneId }])
    expect(how(said)).toEqual(['owed', 'receipt'])
  })

  test('entries of different devices say the same in whatever order they come', async () => {
    const state = await extend(await home(), [founder, addDevice(laptop, ['session'])], [founder, order(1, 2)])
    const entries: readonly VerifiedEntry[] = [
      await make(state, founder, erased(state)),
      await make(state, phone, erased(state)),
      await make(state, laptop, erased(state)),
    ]
    const run = (ordered: readonly VerifiedEntry[]): HouseholdState =>
      ordered.reduce((now, entry) => accepted(applyEntry(now, entry)), state)
    const wanted = run(entries)
    fc.assert(
      fc.property(fc.shuffledSubarray([...entries], { minLength: entries.length }), shuffled => {
        expect(run(shuffled).devices).toEqual(wanted.devices)
      }),
    )
  })
})

describe('what a receipt is bound to', () => {
  test('the orders, by a hash over all of them', () => {
    const [a, b] = [orderIdFrom(new Uint8Array(16).fill(1)), orderIdFrom(new Uint8Array(16).fill(2))]
    const both = frontierAfter(frontierAfter(NO_FRONTIER, a), b)
    expect(toHex(both)).toBe('a51afd608efd7b0b934f8bcbc64dde63916824b19069b65c26663d5aec403df0')
    expect(toHex(frontierAfter(frontierAfter(NO_FRONTIER, b), a))).not.toBe(toHex(both))
  })

  test('the places of the nodes left, in whatever order they are listed', () => {
    const stream = streamIdFrom(new Uint8Array(16).fill(7))
    const positions = [
      { stream, generation: 0, depth: 1, prefix: 1 },
      { stream, generation: 0, depth: 2, prefix: 1 },
      { stream, generation: 1, depth: 0, prefix: 0 },
    ]
    expect(toHex(coverRoot(positions))).toBe('9cd0a889449276abff9f9fef5fc7067d72730a347d372e0997d8e287859f779d')
    fc.assert(
      fc.property(fc.shuffledSubarray(positions, { minLength: 3 }), shuffled => {
        expect(toHex(coverRoot(shuffled))).toBe(toHex(coverRoot(positions)))
      }),
    )
    expect(toHex(coverRoot(positions.slice(1)))).not.toBe(toHex(coverRoot(positions)))
  })
})
