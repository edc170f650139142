import fc from 'fast-check'
import { expect, test } from 'vitest'
import { bounded, NO_ZOOM, panBy, SCALE_MOST, zoomAbout } from './zoom.ts'

const unit = fc.double({ min: 0, max: 1, noNaN: true })
const zooms = fc
  .tuple(fc.double({ min: 1, max: SCALE_MOST, noNaN: true }), unit, unit)
  .map(([scale, x, y]) => bounded({ scale, x, y }))

test('the picture always fills the frame', () => {
  fc.assert(
    fc.property(
      zooms,
      fc.double({ min: 0.1, max: 10, noNaN: true }),
      unit,
      unit,
      unit,
      unit,
      (zoom, by, a, b, c, d) => {
        for (const { scale, x, y } of [zoomAbout(zoom, by, a, b), panBy(zoom, c - 0.5, d - 0.5)]) {
          expect(scale).toBeGreaterThanOrEqual(1)
          expect(scale).toBeLessThanOrEqual(SCALE_MOST)
          for (const middle of [x, y]) {
            expect(middle - 0.5 / scale).toBeGreaterThanOrEqual(-1e-9)
            expect(middle + 0.5 / scale).toBeLessThanOrEqual(1 + 1e-9)
          }
        }
      },
    ),
  )
})

test('zooming in keeps the point under the finger', () => {
  fc.assert(
    fc.property(unit, unit, (px, py) => {
      const { scale, x, y } = zoomAbout(NO_ZOOM, 2, px, py)
      expect(x + (px - 0.5) / scale).toBeCloseTo(px)
      expect(y + (py - 0.5) / scale).toBeCloseTo(py)
    }),
  )
})
