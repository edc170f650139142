import { deviceIdOf, newStreamId } from '@hausrecht/crypto/ids'
import { pairs } from '@hausrecht/testkit/pairs'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { canDelete, canRead, canRecord, deletedRanges, generationOf, hasRole, isDeleted, orderFor } from './rights.ts'
import { addRange, joinRanges, type LeafRanges } from './state.ts'
import {
  addDevice,
  addStream,
  build,
  camera,
  extend,
  founder,
  home,
  laptop,
  logStream,
  me,
  order,
  phone,
  phoneId,
} from './test/household.ts'

const laptopId = deviceIdOf(laptop.publicKey)

describe('who may do what', () => {
  test('the founder’s hub does everything, a phone reads what it was given', async () => {
    const state = await home()
    expect([canRecord(state, me, camera), canRecord(state, phoneId, camera)]).toEqual([true, false])
    expect([canRead(state, phoneId, camera, 100), canRead(state, phoneId, camera, 99)]).toEqual([true, false])
    expect([canDelete(state, me), canDelete(state, phoneId)]).toEqual([true, false])
    expect(canRead(state, me, newStreamId(), 100)).toBe(false)
  })

  test('chosen streams only, and the names of everything', async () => {
    const other = newStreamId()
    const state = await extend(
      await home(),
      [founder, addStream(other)],
      [founder, addDevice(laptop, ['session'], [other])],
    )
    expect([camera, other, logStream].map(stream => canRead(state, laptopId, stream, 100))).toEqual([false, true, true])
    expect(canRead(state, laptopId, logStream, 0)).toBe(true)
  })

  test('a recorder alone reads nothing, and who was removed neither reads nor records', async () => {
    const other = newStreamId()
    const state = await extend(
      await home(),
      [founder, addDevice(laptop, ['recorder'])],
      [founder, addStream(other, laptopId)],
    )
    expect([canRead(state, laptopId, other, 200), canRecord(state, laptopId, other)]).toEqual([false, true])
    const after = await extend(
      state,
      [founder, { type: 'remove_device', device: laptopId }],
      [founder, { type: 'remove_device', device: phoneId }],
    )
    expect(canRecord(after, laptopId, other)).toBe(false)
    expect([canRead(after, phoneId, camera, 200), hasRole(after, phoneId, 'vault')]).toEqual([false, false])
  })

  test('a device may leave by itself', async () => {
    const state = await extend(await home(), [phone, { type: 'remove_device', device: phoneId }])
    expect(state.devices.get(phoneId)?.removedAt).toBe(1000)
  })

  test('with the policy for any, holders of history may delete, browsers may not', async () => {
    const state = await extend(
      await home(),
      [founder, addDevice(laptop, ['session'])],
      [founder, { type: 'policy', deleters: 'any' }],
    )
    expect([me, phoneId, laptopId].map(id => canDelete(state, id))).toEqual([true, true, false])
  })

  test('a stopped stream still takes what was recorded before', async () => {
    const state = await extend(await home(), [founder, { type: 'stop_stream', stream: camera }])
    expect(canRecord(state, me, camera)).toBe(true)
  })

  test('generations name the leaves they begin at', async () => {
    const state = await build(
      [founder, addStream(camera)],
      [founder, { type: 'generation', stream: camera, generation: 0, fromLeaf: 10, reason: 'first' }],
      [founder, { type: 'generation', stream: camera, generation: 1, fromLeaf: 20, reason: 'removal' }],
    )
    const stream = state.streams.get(camera)
    if (!stream) throw new Error('no stream')
    expect([9, 10, 19, 20, 99].map(leaf => generationOf(stream, leaf))).toEqual([null, 0, 0, 1, 1])
  })
})

describe('what is deleted', () => {
  const span = fc.tuple(fc.nat({ max: 60 }), fc.nat({ max: 9 })).map(([lo, more]) => ({ lo, hi: lo + more }))
  const has = (ranges: LeafRanges, leaf: number): boolean => ranges.some(({ lo, hi }) => lo <= leaf && leaf <= hi)

  test('ranges stay sorted, disjoint, apart, and cover what was added', () => {
    fc.assert(
      fc.property(fc.array(span, { maxLength: 12 }), fc.array(span, { maxLength: 12 }), (a, b) => {
        const [one, two] = [a, b].map(spans => spans.reduce<LeafRanges>((all, { lo, hi }) => addRange(all, lo, hi), []))
        const joined = joinRanges(one ?? [], two ?? [])
        for (const ranges of [one ?? [], joined]) {
          for (const range of ranges) expect(range.lo).toBeLessThanOrEqual(range.hi)
          for (const [range, next] of pairs(ranges)) expect(range.hi + 1).toBeLessThan(next.lo)
        }
        for (let leaf = 0; leaf < 72; leaf++) {
          expect(has(one ?? [], leaf)).toBe(has(a, leaf))
          expect(has(joined, leaf)).toBe(has([...a, ...b], leaf))
        }
      }),
    )
  })

  test('an order says what it deletes; one for every stream means all that record', async () => {
    const other = newStreamId()
    const state = await extend(
      await home(),
      [founder, order(10, 20)],
      [founder, order(18, 25, null)],
      [founder, addStream(other)],
      [founder, order(40, 40, logStream)],
    )
    const deleted = (stream: typeof camera) =>
      Array.from({ length: 50 }, (_, leaf) => leaf).filter(leaf => isDeleted(state, stream, leaf))
    const run = (lo: number, hi: number) => Array.from({ length: hi - lo + 1 }, (_, i) => lo + i)
    expect(deleted(camera)).toEqual(run(10, 25))
    expect(deletedRanges(state, camera)).toEqual([{ lo: 10, hi: 25 }])
    // A stream that was added after the order is meant too.
    expect(deleted(other)).toEqual(run(18, 25))
    expect(deleted(logStream)).toEqual([40])
    expect(deletedRanges(state, logStream)).toEqual([{ lo: 40, hi: 40 }])
    expect(orderFor(state, camera, 19)).toBe(state.orders[0])
    expect(orderFor(state, other, 19)).toBe(state.orders[1])
    expect([orderFor(state, logStream, 19), orderFor(state, camera, 9)]).toEqual([null, null])
  })

  test('the last leaf there is can be deleted', async () => {
    const state = await extend(await home(), [founder, order(0xffff_fffe, 0xffff_ffff)])
    expect([0xffff_fffd, 0xffff_fffe, 0xffff_ffff].map(leaf => isDeleted(state, camera, leaf))).toEqual([
      false,
      true,
      true,
    ])
  })
})
