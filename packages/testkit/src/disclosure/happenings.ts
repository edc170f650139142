import fc from 'fast-check'
import { LEAVES } from './small-tree.ts'
import { STREAMS } from './world.ts'

/** What can happen, in any order. `who` is a place in the list of devices, taken modulo its length. */
export type Happening =
  | { readonly does: 'record'; readonly stream: number }
  | {
      readonly does: 'delete'
      readonly who: number
      readonly stream: number | null
      readonly from: number
      readonly count: number
    }
  | { readonly does: 'join'; readonly kind: 'phone' | 'browser' }
  | { readonly does: 'work'; readonly who: number; readonly steps: number }
  | { readonly does: 'fetch'; readonly who: number; readonly answerComes: boolean }
  | { readonly does: 'hide'; readonly who: number; readonly hidden: boolean }
  | { readonly does: 'look' | 'remove' | 'crash' | 'lease' | 'hangUp'; readonly who: number }
  | { readonly does: 'wait' | 'expire' }

export const DEVICES_MAX = 5
const who = fc.nat(DEVICES_MAX - 1)
const one = <D extends string, T extends object>(does: D, fields: { [K in keyof T]: fc.Arbitrary<T[K]> }) =>
  fc.record({ does: fc.constant(does), ...fields }) as fc.Arbitrary<{ does: D } & T>

const happening: fc.Arbitrary<Happening> = fc.oneof(
  { weight: 4, arbitrary: one('record', { stream: fc.nat(STREAMS - 1) }) },
  {
    weight: 3,
    arbitrary: one('delete', {
      who,
      stream: fc.constantFrom(0, 1, null),
      from: fc.nat(LEAVES - 1),
      count: fc.constantFrom(1, 2, LEAVES),
    }),
  },
  { weight: 2, arbitrary: one('join', { kind: fc.constantFrom('phone' as const, 'browser' as const) }) },
  { weight: 14, arbitrary: one('work', { who, steps: fc.constantFrom(1, 2, 3, 5, 100) }) },
  { weight: 4, arbitrary: one('fetch', { who, answerComes: fc.boolean() }) },
  { weight: 3, arbitrary: one('look', { who }) },
  { weight: 2, arbitrary: one('hide', { who, hidden: fc.boolean() }) },
  {
    weight: 3,
    arbitrary: fc.record({ does: fc.constantFrom('remove' as const, 'crash', 'lease', 'hangUp'), who }),
  },
  { weight: 1, arbitrary: fc.record({ does: fc.constantFrom('wait' as const, 'expire') }) },
)

/** A phone and a browser that have been given the keys: most of what can go wrong needs them. */
const settled: readonly Happening[] = [
  { does: 'join', kind: 'phone' },
  { does: 'join', kind: 'browser' },
  ...[0, 1, 0, 1].map(who => ({ does: 'work', who, steps: 100 }) as const),
  { does: 'fetch', who: 2, answerComes: true },
]

export const happenings = (maxLength: number): fc.Arbitrary<readonly Happening[]> =>
  fc
    .tuple(fc.constantFrom([], settled), fc.array(happening, { minLength: 1, maxLength, size: 'max' }))
    .map(([first, rest]) => [...first, ...rest])
