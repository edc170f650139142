import { describe, expect, test } from 'vitest'
import { RibbonControl } from './control.ts'
import { Hand, type HandProps } from './hand.ts'
import { Head } from './head.ts'
import type { Selection } from './select.ts'
import { LEAD, positionOf } from './view.ts'

const NOW = Date.UTC(2026, 10, 23, 17, 42)
const HOUR = 3_600_000
/** One pixel. */
const PX = (6 * HOUR) / 1000
const EARLIEST = NOW - 720 * HOUR

function made(more: Partial<HandProps> = {}, shown = NOW - HOUR) {
  const control = new RibbonControl(NOW, 6 * HOUR, EARLIEST)
  control.setLength(1000)
  control.setCalm(true)
  const head = new Head()
  head.tell(shown, 0, performance.now())
  const seeks: number[] = []
  const scrubs: (number | null)[] = []
  const selections: Selection[] = []
  let props: HandProps = {
    earliest: EARLIEST,
    clock: () => NOW,
    selection: null,
    drag: 'scrub',
    onSeek: at => seeks.push(at),
    onScrub: at => scrubs.push(at),
    onSelect: selection => {
      selections.push(selection)
      props = { ...props, selection }
    },
    ...more,
  }
  const hand = new Hand(control, head, () => props)
  const at = (moment: number): number => positionOf(control.view, 1000, moment)
  return { control, head, hand, seeks, scrubs, selections, at }
}

describe('a finger that drags', () => {
  test('moves the past under the needle, which reads it, and shows what it read when it leaves', () => {
    const { control, hand, seeks, scrubs, at } = made()
    const needle = at(NOW - HOUR)
    hand.act({ type: 'press' })
    hand.act({ type: 'grab', position: 300 })
    hand.act({ type: 'pan', by: 100, position: 400 })
    expect(hand.read).toBeCloseTo(NOW - HOUR - 100 * PX)
    expect(hand.preview()).toEqual({ position: needle, at: hand.read })
    expect(seeks).toEqual([])
    hand.act({ type: 'fling', speed: 0 })
    expect(seeks).toHaveLength(1)
    expect(seeks[0]).toBeCloseTo(NOW - HOUR - 100 * PX)
    expect(at(seeks[0] ?? 0)).toBeCloseTo(needle)
    expect(hand.preview()).toBeNull()
    expect(scrubs.at(-1)).toBeNull()
    expect(control.moving).toBe(false)
  })

  test('can bring now under the needle, not the future; the view comes back', () => {
    const { control, hand, seeks } = made()
    hand.act({ type: 'grab', position: 300 })
    hand.act({ type: 'pan', by: -900, position: -600 })
    expect(hand.read).toBeCloseTo(NOW)
    expect(control.isShown(NOW)).toBe(true)
    hand.act({ type: 'fling', speed: 0 })
    expect(seeks[0]).toBeCloseTo(NOW)
    expect(positionOf(control.view, 1000, NOW)).toBeCloseTo(1000 * (1 - LEAD))
  })

  test('only moves the view where the needle is out of sight, or dragging is to do no more', () => {
    for (const { hand, seeks, control } of [made({}, NOW - 100 * HOUR), made({ drag: 'pan' })]) {
      const { start } = control.view
      hand.act({ type: 'grab', position: 300 })
      hand.act({ type: 'pan', by: 100, position: 400 })
      hand.act({ type: 'fling', speed: 0 })
      expect(control.view.start).toBeCloseTo(start - 100 * PX)
      expect(seeks).toEqual([])
    }
  })

  test('stops what runs by touching it', () => {
    const { control, hand, seeks } = made()
    control.setCalm(false)
    hand.act({ type: 'grab', position: 300 })
    hand.act({ type: 'pan', by: 10, position: 310 })
    hand.act({ type: 'fling', speed: 2 })
    expect(control.flung).toBe(true)
    expect(seeks).toEqual([])
    hand.act({ type: 'press' })
    expect(control.moving).toBe(false)
    hand.act({ type: 'tap', position: 700 })
    expect(seeks).toHaveLength(1)
    expect(seeks[0]).toBeCloseTo(NOW - HOUR - 10 * PX)
  })
})

describe('a finger that taps', () => {
  test('shows the moment it touched; near now, now', () => {
    const { hand, seeks, at } = made()
    hand.act({ type: 'tap', position: 500 })
    hand.act({ type: 'tap', position: at(NOW) - 11 })
    hand.act({ type: 'tap', position: 1000 })
    expect(seeks).toEqual([NOW - 420 * PX, NOW, NOW])
  })

  test('twice zooms in there', () => {
    const { control, hand } = made()
    hand.act({ type: 'doubleTap', position: 500 })
    expect(control.view.span).toBe((6 * HOUR) / 2.5)
    expect(positionOf(control.view, 1000, NOW - 420 * PX)).toBeCloseTo(500)
  })
})

describe('a finger that holds', () => {
  test('reads what is under itself, and shows it when it leaves', () => {
    const { hand, seeks, scrubs } = made()
    hand.act({ type: 'hold', position: 500 })
    expect(hand.preview()?.position).toBe(500)
    hand.act({ type: 'holdMove', position: 520 })
    expect(hand.preview()?.at).toBeCloseTo(NOW - 400 * PX)
    hand.preview()
    hand.act({ type: 'holdEnd', position: 520 })
    expect(seeks).toEqual([NOW - 400 * PX])
    expect(hand.preview()).toBeNull()
    expect(scrubs).toHaveLength(3)
  })

  test('draws a range while one is chosen', () => {
    const { hand, seeks, selections } = made({ selection: { from: NOW - HOUR, to: NOW } })
    hand.act({ type: 'hold', position: 300 })
    hand.act({ type: 'holdMove', position: 200 })
    expect(hand.preview()?.position).toBeCloseTo(200)
    hand.act({ type: 'holdEnd', position: 200 })
    expect(selections).toEqual([{ from: NOW - 720 * PX, to: NOW - 620 * PX }])
    expect(seeks).toEqual([])
    expect(hand.selects).toBe(false)
  })

  test('is lost without a trace', () => {
    const { hand, seeks } = made()
    hand.act({ type: 'hold', position: 300 })
    hand.act({ type: 'lost' })
    expect(hand.preview()).toBeNull()
    expect(seeks).toEqual([])
  })
})

test('a mouse reads what it points at, but not the future', () => {
  const { hand, scrubs } = made()
  hand.hover(500)
  expect(hand.preview()?.at).toBeCloseTo(NOW - 420 * PX)
  hand.hover(990)
  expect(hand.preview()).toBeNull()
  hand.hover(null)
  hand.preview()
  expect(scrubs).toEqual([NOW - 420 * PX, null])
})

test('a handle moves one end, and reads it', () => {
  const { hand, selections } = made({ selection: { from: NOW - HOUR, to: NOW - HOUR / 2 } })
  hand.holdEdge('from')
  hand.moveEdge(500)
  expect(selections).toEqual([{ from: NOW - 420 * PX, to: NOW - HOUR / 2 }])
  expect(hand.preview()?.at).toBeCloseTo(NOW - 420 * PX)
  hand.moveEdge(910)
  expect(selections.at(-1)).toEqual({ from: NOW - HOUR / 2, to: NOW - 10 * PX })
  hand.holdEdge(null)
  hand.moveEdge(100)
  expect(selections).toHaveLength(2)
  expect(hand.preview()).toBeNull()
})

test('a wheel moves the view and leaves the moment shown; with ctrl it zooms', () => {
  const { control, hand, seeks } = made()
  const { start } = control.view
  hand.wheel(-100, false, 500, false)
  expect(control.view.start).toBeCloseTo(start - 100 * PX)
  hand.wheel(100, false, 500, true)
  expect(control.view.start).toBeCloseTo(start - 200 * PX)
  const under = control.momentAt(500)
  hand.wheel(-240, true, 500, false)
  expect(control.view.span).toBeCloseTo((6 * HOUR) / Math.E)
  expect(control.momentAt(500)).toBeCloseTo(under)
  expect(seeks).toEqual([])
})
