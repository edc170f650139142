import { describe, expect, test } from 'vitest'
import { RibbonControl } from './control.ts'
import { endOf, LEAD, positionOf } from './view.ts'

const NOW = Date.UTC(2026, 10, 23, 17, 42)
const HOUR = 3_600_000
const EARLIEST = NOW - 720 * HOUR

function made() {
  const control = new RibbonControl(NOW, 6 * HOUR, EARLIEST)
  control.setLength(1000)
  /** Lets frames come until it is still. */
  const rest = (from = 0): number => {
    let at = from
    for (let i = 0; i < 1000; i++, at += 16) if (!control.frame(at)) return at
    throw new Error('it never rests')
  }
  return { control, rest }
}

describe('a ribbon’s view', () => {
  test('begins with now near its end', () => {
    const { control } = made()
    expect(positionOf(control.view, 1000, NOW)).toBeCloseTo(1000 * (1 - LEAD))
    expect(control.moving).toBe(false)
    expect(control.isShown(NOW)).toBe(true)
    expect(control.isShown(NOW - 6 * HOUR)).toBe(false)
  })

  test('glides to a moment that is jumped to, and back to now', () => {
    const { control, rest } = made()
    control.jump(NOW - 100 * HOUR, HOUR)
    const before = control.view
    control.frame(0)
    control.frame(60)
    expect(control.view.start).toBeLessThan(before.start)
    expect(control.view.start).toBeGreaterThan(NOW - 100.5 * HOUR)
    rest(60)
    expect(control.view).toEqual({ start: NOW - 100.5 * HOUR, span: HOUR })
    control.toNow()
    rest()
    expect(endOf(control.view)).toBeCloseTo(NOW + LEAD * HOUR)
  })

  test('is there at once where motion is not wanted', () => {
    const { control } = made()
    control.setCalm(true)
    control.jump(NOW - 100 * HOUR)
    expect(control.moving).toBe(false)
    expect(control.view.start).toBe(NOW - 103 * HOUR)
    control.fling(5, 0)
    expect(control.moving).toBe(false)
  })

  test('reveals only what is not to be seen', () => {
    const { control, rest } = made()
    const before = control.view
    control.reveal(NOW - HOUR)
    expect(control.moving).toBe(false)
    control.reveal(NOW - 10 * HOUR)
    rest()
    expect(positionOf(control.view, 1000, NOW - 10 * HOUR)).toBeCloseTo(1000 * LEAD)
    expect(control.view.span).toBe(before.span)
  })

  test('adds up keys that come before it is still', () => {
    const { control, rest } = made()
    control.pageBy(-1)
    control.frame(0)
    control.pageBy(-1)
    control.zoomBy(2, NOW - 12 * HOUR)
    rest(16)
    expect(control.view.span).toBe(3 * HOUR)
    expect(control.isShown(NOW - 12 * HOUR)).toBe(true)
  })

  test('follows a finger, not beyond its bounds', () => {
    const { control } = made()
    const { start } = control.view
    control.drag(100)
    expect(control.view.start).toBeCloseTo(start - 0.6 * HOUR)
    control.drag(-500)
    expect(endOf(control.view)).toBeCloseTo(NOW + LEAD * 6 * HOUR)
    control.drag(1e9)
    expect(control.view.start).toBeCloseTo(EARLIEST - LEAD * 6 * HOUR)
    control.pinch(2, 500, 0)
    expect(control.view.span).toBe(3 * HOUR)
  })

  test('runs on when it is flung, and stops at its end', () => {
    const { control, rest } = made()
    const { start } = control.view
    control.fling(2, 0)
    expect(control.flung).toBe(true)
    control.frame(16)
    expect(control.view.start).toBeLessThan(start)
    rest(32)
    // 2 px/ms over a decay of 325 ms are 650 pixels.
    expect(start - control.view.start).toBeGreaterThan(0.6 * 6 * HOUR)
    expect(start - control.view.start).toBeLessThan(0.651 * 6 * HOUR)
    control.fling(-8, 0)
    rest()
    expect(endOf(control.view)).toBeCloseTo(NOW + LEAD * 6 * HOUR)
    control.fling(3, 0)
    control.hold()
    expect(control.moving).toBe(false)
  })

  test('comes back from where only a finger may hold it', () => {
    const { control, rest } = made()
    const bounds = { from: EARLIEST, to: NOW, before: LEAD, after: LEAD }
    control.drag(-400, { ...bounds, after: 0.5 })
    expect(endOf(control.view)).toBeCloseTo(NOW + 0.48 * 6 * HOUR)
    control.settle(0, bounds)
    rest()
    expect(endOf(control.view)).toBeCloseTo(NOW + LEAD * 6 * HOUR)
  })

  test('goes along with time, also while it glides', () => {
    const { control, rest } = made()
    const { start } = control.view
    control.follow(500)
    expect(control.view.start).toBe(start + 500)
    control.jump(NOW - 100 * HOUR)
    control.follow(500)
    rest()
    expect(control.view.start).toBe(NOW - 103 * HOUR + 500)
  })

  test('tells those who listen, until they stop', () => {
    const { control } = made()
    let told = 0
    const stop = control.subscribe(() => told++)
    control.drag(10)
    control.jump(NOW - HOUR)
    expect(told).toBe(2)
    stop()
    control.drag(10)
    expect(told).toBe(2)
  })
})
