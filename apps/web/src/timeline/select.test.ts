import fc from 'fast-check'
import { expect, test } from 'vitest'
import { edgeAt, edgeMoved, rangeBetween, SELECTION_LEAST, selectionAround } from './select.ts'

const BOUNDS = { from: 0, to: 1_000_000 }
const moments = fc.integer({ min: -100_000, max: 1_100_000 })

const fits = ({ from, to }: { readonly from: number; readonly to: number }): void => {
  expect(from).toBeGreaterThanOrEqual(BOUNDS.from)
  expect(to).toBeLessThanOrEqual(BOUNDS.to)
  expect(to - from).toBeGreaterThanOrEqual(SELECTION_LEAST)
}

test('a range stays within what there is, and is never shorter than one key opens', () => {
  fc.assert(
    fc.property(
      moments,
      moments,
      fc.array(fc.tuple(fc.constantFrom('from' as const, 'to' as const), moments)),
      (a, b, moves) => {
        let { selection } = rangeBetween(a, b, BOUNDS)
        fits(selection)
        for (const [edge, at] of moves) {
          const moved = edgeMoved(selection, edge, at, BOUNDS)
          fits(moved.selection)
          selection = moved.selection
        }
      },
    ),
  )
})

test('the edge that is held goes where the finger is, past the other one too', () => {
  const range = { from: 100_000, to: 200_000 }
  expect(edgeMoved(range, 'to', 300_000, BOUNDS)).toEqual({ selection: { from: 100_000, to: 300_000 }, edge: 'to' })
  expect(edgeMoved(range, 'to', 50_000, BOUNDS)).toEqual({ selection: { from: 50_000, to: 100_000 }, edge: 'from' })
  expect(edgeMoved(range, 'from', 250_000, BOUNDS)).toEqual({ selection: { from: 200_000, to: 250_000 }, edge: 'to' })
})

test('a handle is meant within half of 44 pixels', () => {
  const view = { start: 0, span: 1_000_000 }
  const range = { from: 100_000, to: 200_000 }
  expect(edgeAt(range, view, 1000, 121)).toBe('from')
  expect(edgeAt(range, view, 1000, 180)).toBe('to')
  expect(edgeAt(range, view, 1000, 150)).toBeNull()
})

test('a range begins around the moment shown', () => {
  const view = { start: 0, span: 800_000 }
  expect(selectionAround(400_000, view, BOUNDS)).toEqual({ from: 300_000, to: 500_000 })
  fits(selectionAround(1_000_000, view, BOUNDS))
  fits(selectionAround(0, view, BOUNDS))
})
