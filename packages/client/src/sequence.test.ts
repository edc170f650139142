import { deviceIdOf, newOrderId, newStreamId } from '@hausrecht/crypto/ids'
import { leafOf, leafStart } from '@hausrecht/keytree/leaf'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Finding, type Seen, SequenceCheck } from './sequence.ts'

const STEP = 2000
const start = leafStart(leafOf(Date.UTC(2026, 10, 23, 10)))
const at = (index: number): number => start + index * STEP
const stream = newStreamId()

const seen = (index: number, more: Partial<Seen> = {}): Seen => ({
  generation: 0,
  leaf: leafOf(at(index)),
  sequence: index,
  startTime: at(index),
  duration: STEP,
  gap: null,
  ...more,
})
const order = (from: number, to: number) => ({
  id: newOrderId(),
  by: deviceIdOf(new Uint8Array(32)),
  time: at(100),
  ranges: [{ stream, lo: leafOf(at(from)), hi: leafOf(at(to)) }],
})
/** What is said of segments as served, of which the range asked for is `asked`. */
function check(served: readonly Seen[], asked: readonly [number, number], ...orders: ReturnType<typeof order>[]) {
  const sequence = new SequenceCheck({ from: at(asked[0]), to: at(asked[1]) })
  const refused = served.flatMap(each => sequence.push(each) ?? [])
  return [...refused, ...sequence.finish({ orders }, stream, 0)]
}
const run = (from: number, to: number): readonly Seen[] => Array.from({ length: to - from }, (_, i) => seen(from + i))

describe('the sequence check', () => {
  test('says nothing of a whole range', () => {
    expect(check(run(10, 30), [12, 28])).toEqual([])
  })

  test('any one that is left out between two others is noticed, wherever it is', () => {
    fc.assert(
      fc.property(fc.integer({ min: 3, max: 40 }), fc.nat(), fc.integer({ min: 1, max: 5 }), (count, place, width) => {
        const from = 1 + (place % (count - 2))
        const gone = Math.min(width, count - 1 - from)
        const served = run(0, count).filter((_, i) => i < from || i >= from + gone)
        expect(check(served, [0, count])).toEqual([
          { type: 'missing', from: at(from), to: at(from + gone), count: gone },
        ])
      }),
    )
  })

  test('one that comes twice, or out of its place', () => {
    expect(check([...run(0, 5), seen(3), seen(5)], [0, 6])).toEqual([
      { type: 'repeated', leaf: seen(3).leaf, sequence: 3 },
    ])
    const [a, b, c, d] = [seen(0), seen(1), seen(2), seen(3)]
    expect(check([a, c, b, d], [0, 4]).map(({ type }) => type)).toEqual(['reordered', 'missing'])
    // The number of another segment under a leaf of its own: only a recorder could do that, and it is told.
    expect(check([a, b, { ...c, sequence: 1 }, d], [0, 4]).map(({ type }) => type)).toEqual(['repeated', 'missing'])
  })

  test('a deleted range is told as that, and covers no more than it can', () => {
    const [first] = check([...run(0, 10), ...run(20, 30)], [0, 30], order(10, 19))
    expect(first).toMatchObject({ type: 'deleted', from: at(10), to: at(20), at: at(100) })
    expect(check([...run(0, 10), ...run(20, 30)], [0, 30], order(10, 19))).toHaveLength(1)
    // Withheld before the range, behind it, and by number alone.
    const types = (findings: readonly Finding[]) => findings.map(({ type }) => type)
    expect(types(check([...run(0, 7), ...run(20, 30)], [0, 30], order(10, 19)))).toEqual(['deleted', 'missing'])
    expect(types(check([...run(0, 10), ...run(29, 33)], [0, 33], order(10, 19)))).toEqual(['deleted', 'missing'])
    expect(check([...run(0, 10), ...run(24, 30)], [0, 30], order(10, 19))[1]).toMatchObject({
      type: 'missing',
      count: 3,
    })
  })

  test('what the spool had to drop is explained by its gap object, once, and even if that comes later', () => {
    const gap = { from: at(10), to: at(15), reason: 'spool_full', lost: 5 }
    const late = seen(30, { gap, startTime: gap.from, duration: gap.to - gap.from })
    const told = { type: 'gap', ...gap }
    expect(check([...run(0, 10), ...run(15, 30), late], [0, 30])).toEqual([told])
    // One more than it says.
    expect(check([...run(0, 10), ...run(16, 30), late], [0, 30])).toEqual([
      told,
      { type: 'missing', from: at(10), to: at(16), count: 1 },
    ])
    // Elsewhere.
    expect(check([...run(0, 20), ...run(25, 30), late], [0, 30])).toEqual([
      told,
      { type: 'missing', from: at(20), to: at(25), count: 5 },
    ])
  })

  test('time without a segment is told; whether numbers prove that nothing was recorded is told too', () => {
    const pause = [...run(0, 5), seen(5, { startTime: at(20), leaf: leafOf(at(20)) })]
    expect(check(pause, [0, 21])).toEqual([{ type: 'nothing', from: at(5), to: at(20), proven: true }])
    const gap = { from: at(5), to: at(20), reason: 'camera_unreachable', lost: 0 }
    const explained = [
      ...run(0, 5),
      seen(5, { startTime: at(5), duration: 15 * STEP, gap, leaf: leafOf(at(20)) }),
      seen(6, { startTime: at(20), leaf: leafOf(at(21)) }),
    ]
    expect(check(explained, [0, 21])).toEqual([{ type: 'gap', ...gap }])
    expect(check(run(0, 5), [0, 20])).toEqual([{ type: 'nothing', from: at(5), to: at(20), proven: false }])
    expect(check([], [0, 20])).toEqual([{ type: 'nothing', from: at(0), to: at(20), proven: false }])
    // The very first segment of the stream: nothing can be missing before it.
    expect(
      check(
        run(5, 9).map((each, i) => ({ ...each, sequence: i })),
        [0, 9],
      ),
    ).toEqual([{ type: 'nothing', from: at(0), to: at(5), proven: true }])
  })

  test('a new generation counts from 0; what is missing at its beginning is noticed', () => {
    const next = (index: number, sequence: number): Seen => seen(index, { generation: 1, sequence })
    expect(check([...run(0, 5), next(5, 0), next(6, 1)], [0, 7])).toEqual([])
    expect(check([...run(0, 5), next(6, 1)], [0, 7])).toEqual([{ type: 'missing', from: at(5), to: at(6), count: 1 }])
    // Where a generation ends is not in the numbers: a silence there proves nothing.
    expect(check([...run(0, 5), next(15, 0)], [0, 16])).toEqual([
      { type: 'nothing', from: at(5), to: at(15), proven: false },
    ])
  })

  test('a damaged one is not missing as well', () => {
    const sequence = new SequenceCheck({ from: at(0), to: at(3) })
    sequence.push(seen(0))
    sequence.pushDamaged()
    sequence.push(seen(2))
    expect(sequence.finish({ orders: [] }, stream, 0)).toEqual([])
  })
})
