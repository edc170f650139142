import { pairs } from '@hausrecht/testkit/pairs'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Known } from './known.ts'

const TIME = 60
const moment = fc.integer({ min: 0, max: TIME })
const acts = fc.array(
  fc.record({
    forget: fc.boolean(),
    a: moment,
    b: moment,
    step: fc.constantFrom(1, 4, 16),
    at: fc.constantFrom(0, 200_000, 400_000),
  }),
  { maxLength: 12 },
)

test('knows of each moment how finely, and since when', () => {
  fc.assert(
    fc.property(acts, fc.constantFrom(1, 4, 16), fc.constantFrom(0, 200_000), (list, step, since) => {
      const known = new Known()
      const cells: ({ step: number; at: number } | null)[] = new Array(TIME).fill(null)
      for (const { forget, a, b, step: fine, at } of list) {
        const [from, to] = [Math.min(a, b), Math.max(a, b)]
        if (forget) known.forget(from, to)
        else known.add(from, to, fine, at, 100_000)
        for (let t = from; t < to; t++) {
          const cell = cells[t] ?? null
          if (forget) cells[t] = null
          else if (cell === null || cell.step >= fine || cell.at < 100_000) cells[t] = { step: fine, at }
        }
      }
      const missing = known.missing(0, TIME, step, since)
      for (const [t, cell] of cells.entries()) {
        expect(known.covers(t)).toBe(cell !== null)
        const lacks = cell === null || cell.step > step || cell.at < since
        expect(missing.some(({ from, to }) => from <= t && t < to)).toBe(lacks)
      }
      for (const piece of missing) expect(piece.to).toBeGreaterThan(piece.from)
      for (const [before, after] of pairs(missing)) expect(after.from).toBeGreaterThan(before.to)
    }),
  )
})
