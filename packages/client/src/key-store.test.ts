import { joinRanges, type LeafRanges } from '@hausrecht/chain/state'
import { newStreamId, type StreamId } from '@hausrecht/crypto/ids'
import { Secret } from '@hausrecht/crypto/secret'
import { nodeRange } from '@hausrecht/keytree/cover'
import { KeyTree } from '@hausrecht/keytree/tree'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ClientError } from './errors.ts'
import { KeyStore, type LeafRange } from './key-store.ts'
import { MemoryStore } from './memory-store.ts'

const stream = newStreamId()
const name = { stream, generation: 0 }
const whole = () => KeyTree.fromRoot(Secret.from(new Uint8Array(32).fill(7))).cover()
const leaf = fc.integer({ min: 1_361_850_000, max: 1_361_850_200 })
const range = fc.tuple(leaf, leaf).map(([a, b]): LeafRange => ({ lo: Math.min(a, b), hi: Math.max(a, b) }))
const none = (): readonly LeafRange[] => []

const held = (keys: KeyStore, at: number): boolean => {
  try {
    keys.leafKey(name, at).zero()
    return true
  } catch (error) {
    if (error instanceof ClientError && (error.code === 'key_deleted' || error.code === 'key_missing')) return false
    throw error
  }
}

/** A store that stops working in the middle of the change number `at`, before or after the change took effect. */
class BreakingStore extends MemoryStore {
  #left = Number.POSITIVE_INFINITY
  #after = false

  breakAt(at: number, after: boolean): void {
    this.#left = at
    this.#after = after
  }

  mend(): void {
    this.#left = Number.POSITIVE_INFINITY
  }

  override async writeSecret(file: string, bytes: Uint8Array): Promise<void> {
    this.#left--
    if (this.#left < 0 && !this.#after) throw new Error('power cut')
    await super.writeSecret(file, bytes)
    if (this.#left < 0) throw new Error('power cut')
  }
}

describe('the key store', () => {
  test('nothing deleted comes back, whatever is imported afterwards, from whom, and in whatever order', async () => {
    const step = fc.oneof(
      range.map(each => ({ type: 'delete' as const, range: each })),
      range.map(each => ({ type: 'import' as const, range: each })),
      fc.constant({ type: 'reopen' as const }),
    )
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 12 }), fc.array(leaf, { maxLength: 12 }), async (steps, looked) => {
        const store = new MemoryStore()
        let orders: LeafRanges = []
        let keys = await KeyStore.open(store, () => orders)
        await keys.import(name, whole())
        for (const each of steps) {
          if (each.type === 'reopen') {
            keys.close()
            keys = await KeyStore.open(store, () => orders)
          } else if (each.type === 'delete') {
            orders = joinRanges(orders, [each.range])
            await keys.puncture(stream, each.range)
          } else {
            await keys.import(name, KeyTree.fromCover(whole()).export(each.range.lo, each.range.hi))
          }
        }
        const isGone = (at: number): boolean => orders.some(({ lo, hi }) => lo <= at && at <= hi)
        for (const at of [...looked, ...orders.flatMap(({ lo, hi }) => [lo, hi])]) {
          // What is not deleted was held from the beginning, so it is held still.
          expect(held(keys, at)).toBe(!isGone(at))
        }
        // And in the file too: no order is known to the one who opens it now.
        const files = await KeyStore.open(store, none)
        for (const position of files.positions(name))
          for (const { lo, hi } of orders) expect(nodeRange(position).hi < lo || nodeRange(position).lo > hi).toBe(true)
      }),
      { numRuns: 60 },
    )
  })

  test('an order that is known, but not applied yet, already closes the door', async () => {
    const orders: LeafRange[] = []
    const keys = await KeyStore.open(new MemoryStore(), () => orders)
    await keys.import(name, whole())
    orders.push({ lo: 5, hi: 9 })
    expect(() => keys.leafKey(name, 7)).toThrow(expect.objectContaining({ code: 'key_deleted' }))
    expect(keys.export(name, { lo: 5, hi: 9 })).toEqual([])
    expect(held(keys, 4)).toBe(true)
  })

  test('a crash at any write leaves all or nothing of it, and the order applies again', async () => {
    for (const after of [false, true]) {
      // Two writes a generation: the page of the day, which counts from then on, and the spine.
      for (let at = 0; at < 6; at++) {
        const store = new BreakingStore()
        const keys = await KeyStore.open(store, none)
        for (const generation of [0, 1, 2]) await keys.import({ stream, generation }, whole())
        store.breakAt(at, after)
        await expect(keys.puncture(stream, { lo: 10, hi: 20 })).rejects.toThrow('power cut')
        store.mend()
        const again = await KeyStore.open(store, none)
        const gone = [0, 1, 2].filter(
          generation => again.export({ stream, generation }, { lo: 10, hi: 20 }).length === 0,
        )
        expect(gone).toHaveLength(Math.floor(after ? at / 2 + 1 : (at + 1) / 2))
        await again.puncture(stream, { lo: 10, hi: 20 })
        for (const generation of [0, 1, 2]) {
          expect(again.export({ stream, generation }, { lo: 10, hi: 20 })).toEqual([])
          expect(again.export({ stream, generation }, { lo: 9, hi: 9 })).toHaveLength(1)
        }
      }
    }
  })

  test('two processes share the files: what one forgets, the other does not bring back', async () => {
    const store = new MemoryStore()
    const one = await KeyStore.open(store, none)
    await one.import(name, whole())
    const two = await KeyStore.open(store, none)
    await one.puncture(stream, { lo: 10, hi: 20 })
    await two.puncture(stream, { lo: 30, hi: 40 })
    expect(held(two, 15)).toBe(false)
    await one.refresh()
    expect([15, 35, 25].map(at => held(one, at))).toEqual([false, false, true])
    await one.forget(name)
    await two.refresh()
    expect(two.held()).toEqual([])
  })

  test('a damaged file is said to be damaged', async () => {
    const store = new MemoryStore()
    await (await KeyStore.open(store, none)).import(name, whole())
    const [file = ''] = await store.list('keys/')
    const bytes = (await store.read(file)) ?? new Uint8Array(0)
    bytes[40] = (bytes[40] ?? 0) ^ 1
    await store.write(file, bytes)
    await expect(KeyStore.open(store, none)).rejects.toMatchObject({ code: 'home_damaged' })
  })

  test('a stream that was never heard of has no keys', async () => {
    const keys = await KeyStore.open(new MemoryStore(), none)
    const other: StreamId = newStreamId()
    expect(() => keys.leafKey({ stream: other, generation: 0 }, 1)).toThrow(
      expect.objectContaining({ code: 'key_missing' }),
    )
  })
})
