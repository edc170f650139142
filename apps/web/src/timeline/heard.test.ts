import { expect, test } from 'vitest'
import { heardIn } from './heard.ts'
import { SpanIndex } from './spans.ts'
import { RIBBON_WORDS } from './words.ts'

const MORNING = Date.UTC(2026, 10, 23, 6)
const MINUTE = 60_000
const speech = { zone: 'Europe/Berlin', language: 'en', words: RIBBON_WORDS.en, reason: () => 'the hub was stopped' }

test('what is shown is told in order, with days where they differ', () => {
  const index = new SpanIndex()
  index.replace(MORNING, MORNING + 1440 * MINUTE, [
    { type: 'recorded', from: MORNING, to: MORNING + 30 * MINUTE },
    { type: 'gap', from: MORNING + 30 * MINUTE, to: MORNING + 1439 * MINUTE, reason: 'hub_stopped' },
  ])
  const { items, more } = heardIn({ index, view: { start: MORNING - MINUTE, span: 1440 * MINUTE } }, speech)
  expect(items.map(item => item.text)).toEqual([
    'Mon 23 Nov 07:00:00 to 07:30:00: recorded',
    'Mon 23 Nov 07:30:00 to Tue 24 Nov 06:59:00: not recorded, the hub was stopped',
  ])
  expect(more).toBe(false)
})

test('a crowd is not told one by one, but said to be there', () => {
  const index = new SpanIndex()
  const spans = Array.from({ length: 1000 }, (_, i) => ({
    type: 'recorded' as const,
    from: MORNING + i * MINUTE,
    to: MORNING + i * MINUTE + 50_000,
  }))
  index.replace(MORNING, MORNING + 1000 * MINUTE, spans)
  const { items, more } = heardIn({ index, view: { start: MORNING, span: 1000 * MINUTE } }, speech)
  expect(items).toEqual([])
  expect(more).toBe(true)
  const near = heardIn({ index, view: { start: MORNING, span: 100 * MINUTE } }, speech)
  expect(near.items.length).toBeLessThanOrEqual(40)
  expect(near.more).toBe(true)
})
