import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Act, DOUBLE_MS, type Gestures, HOLD_MS, holdDue, IDLE, next, type Signal, SLOP } from './gestures.ts'

function run(signals: readonly Signal[]): { state: Gestures; acts: readonly Act[] } {
  let state = IDLE
  const acts: Act[] = []
  for (const signal of signals) {
    const outcome = next(state, signal)
    state = outcome.state
    acts.push(...outcome.acts)
  }
  return { state, acts: acts.filter(act => act.type !== 'press') }
}
const at = (type: 'down' | 'move' | 'up', time: number, position: number, id = 1, across = 0): Signal => ({
  type,
  id,
  position,
  across,
  at: time,
})
const types = (acts: readonly Act[]): readonly string[] => acts.map(act => act.type)

describe('one finger', () => {
  test('taps', () => {
    expect(run([at('down', 0, 50), at('move', 20, 50 + SLOP - 1), at('up', 80, 54)]).acts).toEqual([
      { type: 'tap', position: 54 },
    ])
  })

  test('taps twice in one place, and then once again', () => {
    const twice = [at('down', 0, 50), at('up', 50, 50), at('down', 150, 52), at('up', 200, 52)]
    expect(types(run(twice).acts)).toEqual(['tap', 'doubleTap'])
    expect(types(run([...twice, at('down', 260, 52), at('up', 300, 52)]).acts)).toEqual(['tap', 'doubleTap', 'tap'])
  })

  test('taps in two places, or slowly, which is no double tap', () => {
    const far = [at('down', 0, 50), at('up', 50, 50), at('down', 150, 250), at('up', 200, 250)]
    expect(types(run(far).acts)).toEqual(['tap', 'tap'])
    const slow = [at('down', 0, 50), at('up', 50, 50), at('down', 100, 50), at('up', 51 + DOUBLE_MS, 50)]
    expect(types(run(slow).acts)).toEqual(['tap', 'tap'])
  })

  test('pans by what it moves, and flings', () => {
    const moves = Array.from({ length: 10 }, (_, i) => at('move', 10 + i * 10, 10 + i * 20))
    const { acts, state } = run([at('down', 0, 0), ...moves, at('up', 102, 190)])
    expect(acts[0]).toEqual({ type: 'grab', position: 10 })
    expect(acts.slice(1, -1)).toEqual(moves.slice(1).map((_, i) => ({ type: 'pan', by: 20, position: 30 + i * 20 })))
    const last = acts.at(-1)
    expect(last?.type === 'fling' && last.speed).toBeCloseTo(2, 1)
    expect(state.phase).toBe('idle')
  })

  test('rests, and then holds instead of panning', () => {
    const down = run([at('down', 100, 70)])
    expect(holdDue(down.state)).toBe(100 + HOLD_MS)
    expect(run([at('down', 100, 70), { type: 'tick', at: 99 + HOLD_MS }]).acts).toEqual([])
    const { acts, state } = run([
      at('down', 100, 70),
      { type: 'tick', at: 100 + HOLD_MS },
      at('move', 700, 90),
      at('up', 800, 95),
    ])
    expect(acts).toEqual([
      { type: 'hold', position: 70 },
      { type: 'holdMove', position: 90 },
      { type: 'holdEnd', position: 95 },
    ])
    expect(holdDue(state)).toBeNull()
  })

  test('is taken away by the browser', () => {
    const panning = [at('down', 0, 0), at('move', 10, 40), { type: 'cancel', id: 1 } as const]
    expect(types(run(panning).acts)).toEqual(['grab', 'lost'])
    expect(run(panning).state.phase).toBe('idle')
    expect(run([at('down', 0, 0), { type: 'cancel', id: 1 }]).acts).toEqual([])
    expect(run([{ type: 'cancel', id: 9 }, at('move', 0, 0), at('up', 0, 0)]).acts).toEqual([])
  })
})

test('the first finger that comes down is told of at once, so that what runs stops', () => {
  const first = next(IDLE, at('down', 0, 5))
  expect(first.acts).toEqual([{ type: 'press' }])
  expect(next(first.state, at('down', 5, 50, 2)).acts).toEqual([])
})

describe('two fingers', () => {
  test('zoom about what lies between them, and pan', () => {
    const { acts } = run([at('down', 0, 100), at('down', 5, 200, 2), at('move', 10, 300, 2)])
    expect(acts).toEqual([{ type: 'zoom', factor: 2, position: 200, by: 50 }])
  })

  test('count in both directions', () => {
    const { acts } = run([at('down', 0, 100, 1, 0), at('down', 5, 100, 2, 100), at('move', 10, 100, 2, 300)])
    expect(acts).toEqual([{ type: 'zoom', factor: 3, position: 100, by: 0 }])
  })

  test('end as one that pans, and never as a tap', () => {
    const { acts, state } = run([
      at('down', 0, 100),
      at('down', 5, 200, 2),
      at('up', 20, 200, 2),
      at('move', 30, 110),
      at('up', 200, 110),
    ])
    expect(acts).toEqual([
      { type: 'grab', position: 100 },
      { type: 'pan', by: 10, position: 110 },
      { type: 'fling', speed: 0 },
    ])
    expect(state.phase).toBe('idle')
  })

  test('end a hold', () => {
    const { acts } = run([at('down', 0, 0), { type: 'tick', at: 500 }, at('down', 600, 90, 2)])
    expect(types(acts)).toEqual(['hold', 'lost'])
  })
})

const signals = fc.oneof(
  fc.record({
    type: fc.constantFrom('down' as const, 'move' as const, 'up' as const),
    id: fc.integer({ min: 1, max: 3 }),
    position: fc.integer({ min: 0, max: 400 }),
    across: fc.integer({ min: 0, max: 100 }),
  }),
  fc.record({ type: fc.constant('cancel' as const), id: fc.integer({ min: 1, max: 3 }) }),
  fc.record({ type: fc.constant('tick' as const) }),
)

test('whatever fingers do, no factor is infinite, pans add up to the way, and nothing is left when all are gone', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(signals, fc.nat(600)), { maxLength: 60 }), list => {
      let time = 0
      const done = list.map(([signal, wait]): Signal => {
        time += wait
        return signal.type === 'cancel' ? signal : { ...signal, at: time }
      })
      const { acts, state } = run(done)
      const zooms = acts.filter(act => act.type === 'zoom')
      expect(zooms.filter(({ factor }) => !(factor > 0 && Number.isFinite(factor)))).toEqual([])
      const pans = acts.filter(act => act.type === 'pan')
      expect(pans.filter(({ by }) => Math.abs(by) > 400)).toEqual([])
      let left = state
      for (const id of [1, 2, 3]) left = next(left, { type: 'cancel', id }).state
      expect(left.phase).toBe('idle')
      expect(left.touches).toEqual([])
      expect(holdDue(left)).toBeNull()
      // And the next tap is one.
      expect(types(next(next(left, at('down', time, 5)).state, at('up', time + 5, 5)).acts)[0]).toMatch(
        /^(tap|doubleTap)$/,
      )
    }),
  )
})
