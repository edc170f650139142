import { deviceIdOf, newOrderId, newStreamId } from '@hausrecht/crypto/ids'
import { leafOf, leafStart } from '@hausrecht/keytree/leaf'
import { expect, test } from 'vitest'
import { type Seen, SequenceCheck } from './sequence.ts'

const stream = newStreamId()
const start = leafStart(leafOf(Date.UTC(2026, 10, 23, 10)))
const seen = (sequence: number): Seen => ({
  generation: 0,
  leaf: leafOf(start + sequence * 2000),
  sequence,
  startTime: start + sequence * 2000,
  duration: 2000,
  gap: null,
})
const range = (from: number, to: number) => ({ stream, lo: leafOf(start + from * 2000), hi: leafOf(start + to * 2000) })
const state = (...ranges: { stream: typeof stream; lo: number; hi: number }[]) => ({
  orders: [{ id: newOrderId(), by: deviceIdOf(new Uint8Array(32)), time: start, ranges }],
})
const findings = (
  numbers: readonly number[],
  asked: readonly [number, number],
  ...deleted: { stream: typeof stream; lo: number; hi: number }[]
) => {
  const check = new SequenceCheck({ from: start + asked[0] * 2000, to: start + asked[1] * 2000 })
  for (const number of numbers) expect(check.push(seen(number))).toBeNull()
  return check.finish(state(...deleted), stream, 0).map(({ type }) => type)
}

test('segments that were deleted beside the range are not missing', () => {
  expect(findings([0, 1, 7, 8, 9, 10], [8, 11], range(2, 6))).toEqual([])
})

test('segments that are missing beside the range are told when nothing explains them', () => {
  expect(findings([0, 1, 7, 8, 9, 10], [8, 11])).toEqual(['missing'])
})

test('inside the range a deletion is told as a deletion', () => {
  expect(findings([0, 1, 7, 8, 9, 10], [0, 11], range(2, 6))).toEqual(['deleted'])
})
