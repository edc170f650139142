import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import type { Span } from '../engine/api.ts'
import { ASKS_MOST, SETTLE_MS, SpanLoader, type SpanRange, STALE_MS, STEPS, stepAt } from './loader.ts'

const NOW = Date.UTC(2026, 10, 23, 17, 42)
const HOUR = 3_600_000
const DAY = 24 * HOUR
const EARLIEST = NOW - 40 * DAY

beforeEach(() => {
  vi.useFakeTimers({ now: NOW })
})
afterEach(() => {
  vi.useRealTimers()
})

/** An engine that knows of one long recording, answers when told, and remembers what it was asked. */
function engine(answerOf: (range: SpanRange) => readonly Span[] = whole) {
  const asked: SpanRange[] = []
  const open: { range: SpanRange; done: (spans: readonly Span[]) => void; failed: (error: Error) => void }[] = []
  const fetch = (range: SpanRange): Promise<readonly Span[]> => {
    asked.push(range)
    return new Promise((done, failed) => open.push({ range, done, failed }))
  }
  const turn = (): Promise<void> => vi.advanceTimersByTimeAsync(0).then(() => undefined)
  const answer = async (): Promise<void> => {
    while (open.length > 0) {
      for (const { range, done } of open.splice(0)) done(answerOf(range))
      await turn()
    }
  }
  const fail = async (): Promise<void> => {
    for (const { failed } of open.splice(0)) failed(new Error('away'))
    await turn()
  }
  const loader = new SpanLoader(fetch, { now: Date.now, earliest: EARLIEST })
  return { asked, open, answer, fail, loader }
}
const whole = ({ from, to }: SpanRange): readonly Span[] => [
  { type: 'recorded', from: Math.max(from, EARLIEST), to: Math.min(to, Date.now()) },
]
const view = (end: number, span: number) => ({ start: end - span, span })

describe('what is asked', () => {
  test('is as fine as a pixel, in steps', () => {
    expect(stepAt(view(NOW, 60_000), 1000)).toBe(2000)
    expect(stepAt(view(NOW, 90 * DAY), 1000)).toBe(2_048_000)
    for (const step of STEPS) expect(stepAt(view(NOW, step * 1000), 1000)).toBe(step)
  })

  test('covers what is shown and half of it on each side, in few questions, once', async () => {
    const { loader, asked, answer } = engine()
    const shown = view(NOW - 2 * DAY, 6 * HOUR)
    loader.want(shown, 1000)
    loader.want(shown, 1000)
    expect(asked.length).toBeLessThanOrEqual(ASKS_MOST)
    await answer()
    loader.want(shown, 1000)
    expect(Math.min(...asked.map(range => range.from))).toBeLessThanOrEqual(shown.start - 3 * HOUR)
    expect(Math.max(...asked.map(range => range.to))).toBeGreaterThanOrEqual(shown.start + 9 * HOUR)
    for (const [i, range] of asked.entries()) {
      expect(asked.slice(i + 1).some(other => other.from < range.to && other.to > range.from)).toBe(false)
    }
    expect(loader.busy).toBe(false)
    expect(loader.index.covered('recorded', shown.start, shown.start + shown.span)).toBe(shown.span)
    expect(loader.unknown(shown.start, shown.start + shown.span)).toEqual([])
  })

  test('never lies before the camera was there, nor far after now', async () => {
    fc.assert(
      fc.property(
        fc.integer({ min: NOW - 60 * DAY, max: NOW + DAY }),
        fc.integer({ min: 60_000, max: 90 * DAY }),
        fc.integer({ min: 200, max: 3000 }),
        (end, span, length) => {
          const { loader, asked } = engine()
          loader.want(view(end, span), length)
          const step = stepAt(view(end, span), length)
          for (const range of asked) {
            expect(range.to).toBeGreaterThan(EARLIEST)
            expect(range.to).toBeLessThanOrEqual(NOW)
            expect(range.from).toBeLessThan(range.to)
            expect(range.to - range.from).toBeLessThanOrEqual(step * 2048 + step)
            expect(range.step).toBe(step)
          }
          loader.rest()
        },
      ),
    )
  })

  test('is nothing where all that is shown is still to come', async () => {
    for (const ahead of [61_000, 5 * 60_000, HOUR, DAY]) {
      const { loader, asked } = engine()
      loader.want(view(NOW + ahead + 60_000, 60_000), 1000)
      expect(asked).toEqual([])
      loader.rest()
    }
  })

  test('is what is missing, when the view moves on', async () => {
    const { loader, asked, answer } = engine()
    loader.want(view(NOW - 10 * DAY, HOUR), 1000)
    await answer()
    const before = asked.length
    loader.want(view(NOW - 10 * DAY + 60_000, HOUR), 1000)
    expect(asked.length).toBe(before)
    loader.want(view(NOW - 4 * DAY, HOUR), 1000)
    expect(asked.length).toBeGreaterThan(before)
  })

  test('is nothing where it is known more finely', async () => {
    const { loader, asked, answer } = engine()
    loader.want(view(NOW - 10 * DAY, HOUR), 1000)
    await answer()
    const before = asked.length
    loader.want(view(NOW - 10 * DAY - HOUR / 4, HOUR / 2), 40)
    expect(stepAt(view(NOW - 10 * DAY - HOUR / 4, HOUR / 2), 40)).toBeGreaterThan(2000)
    expect(asked.length).toBe(before)
  })
})

describe('answers', () => {
  test('of a coarse question leave what is known finely', async () => {
    const fine: Span = { type: 'gap', from: NOW - 10 * DAY, to: NOW - 10 * DAY + 5000, reason: 'camera_away' }
    const { loader, answer } = engine(range =>
      range.step > 2000 ? whole(range) : [{ ...fine, from: Math.max(fine.from, range.from) }],
    )
    loader.want(view(NOW - 10 * DAY + 60_000, 120_000), 1000)
    await answer()
    expect(loader.index.at(fine.from + 1)).toEqual(fine)
    loader.want(view(NOW - 8 * DAY, 20 * DAY), 1000)
    await answer()
    expect(loader.index.at(fine.from + 1)).toEqual(fine)
    expect(loader.index.at(NOW - 9 * DAY)?.type).toBe('recorded')
  })

  test('grow old, and are asked for again', async () => {
    const { loader, asked, answer } = engine()
    const shown = view(NOW - 2 * DAY, HOUR)
    loader.want(shown, 1000)
    await answer()
    const before = asked.length
    await vi.advanceTimersByTimeAsync(STALE_MS + 1)
    loader.want(shown, 1000)
    expect(asked.length).toBe(2 * before)
    await answer()
    loader.want(shown, 1000)
    expect(asked.length).toBe(2 * before)
  })

  test('that were overtaken by a deletion are thrown away', async () => {
    let deleted = false
    const { loader, open, asked, answer } = engine(range => (deleted ? [] : whole(range)))
    const shown = view(NOW - 2 * DAY, HOUR)
    loader.want(shown, 1000)
    const late = open.splice(0)
    deleted = true
    loader.invalidate(shown.start, NOW)
    const before = asked.length
    expect(before).toBeGreaterThan(late.length)
    for (const { range, done } of late) done(whole(range))
    await vi.advanceTimersByTimeAsync(0)
    expect(loader.index.size).toBe(0)
    await answer()
    expect(loader.index.size).toBe(0)
    expect(loader.unknown(shown.start, NOW - 2 * DAY)).toEqual([])
  })

  test('that fail are asked for again, ever more rarely, and told of meanwhile', async () => {
    const { loader, asked, fail, answer } = engine()
    let told = 0
    const stop = loader.subscribe(() => told++)
    loader.want(view(NOW - 2 * DAY, 600_000), 1000)
    const first = asked.length
    await fail()
    expect(loader.error).toEqual(new Error('away'))
    expect(told).toBeGreaterThan(0)
    expect(asked.length).toBe(first)
    await vi.advanceTimersByTimeAsync(2100)
    expect(asked.length).toBe(2 * first)
    await fail()
    await vi.advanceTimersByTimeAsync(2100)
    expect(asked.length).toBe(2 * first)
    await vi.advanceTimersByTimeAsync(2000)
    expect(asked.length).toBe(3 * first)
    await answer()
    expect(loader.error).toBeNull()
    stop()
  })

  test('can be asked for at once by somebody who does not want to wait', async () => {
    const { loader, asked, fail } = engine()
    loader.want(view(NOW - 2 * DAY, 600_000), 1000)
    await fail()
    const before = asked.length
    loader.retry()
    expect(asked.length).toBeGreaterThan(before)
  })
})

describe('now', () => {
  test('is looked at every few seconds, and only its last half minute', async () => {
    const { loader, asked, answer } = engine()
    loader.want(view(NOW, 6 * HOUR), 1000)
    await answer()
    const before = asked.length
    for (let i = 0; i < 5; i++) {
      await vi.advanceTimersByTimeAsync(4100)
      await answer()
    }
    const young = asked.slice(before)
    expect(young.length).toBeGreaterThanOrEqual(4)
    expect(young.length).toBeLessThanOrEqual(6)
    for (const range of young) expect(range.to - range.from).toBeLessThan(SETTLE_MS + 20_000)
    expect(loader.index.at(Date.now() - 5000)?.type).toBe('recorded')
  })

  test('is left alone when it is not shown, or nobody looks', async () => {
    const { loader, asked, answer } = engine()
    loader.want(view(NOW, HOUR), 1000)
    await answer()
    loader.want(view(NOW - DAY, HOUR), 1000)
    await answer()
    const before = asked.length
    await vi.advanceTimersByTimeAsync(60_000)
    expect(asked.length).toBe(before)
    loader.want(view(NOW, HOUR), 1000)
    await answer()
    loader.rest()
    const then = asked.length
    await vi.advanceTimersByTimeAsync(60_000)
    expect(asked.length).toBe(then)
  })

  test('can be told of from elsewhere', () => {
    const { loader } = engine()
    loader.insert({ type: 'recorded', from: NOW - 4000, to: NOW })
    expect(loader.index.at(NOW - 1)?.type).toBe('recorded')
    expect(loader.isKnown(NOW - 1)).toBe(true)
    expect(loader.isKnown(NOW - DAY)).toBe(false)
  })
})
