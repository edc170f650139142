import type { Span } from '../engine/api.ts'
import { say } from '../words/say.ts'
import type { Scene } from './scene.ts'
import { formatted } from './ticks.ts'
import { endOf } from './view.ts'
import type { RibbonWords } from './words.ts'

const HEARD_MOST = 40
/** Shorter parts of what is shown are not told one by one. */
const PART_LEAST = 1 / 400

export type Heard = {
  readonly items: readonly { readonly at: number; readonly text: string }[]
  readonly more: boolean
}

type Speech = {
  readonly zone: string
  readonly language: string
  readonly words: RibbonWords
  readonly reason: (code: string) => string
}

/** What is shown, as sentences for those who hear the page. */
export function heardIn(scene: Pick<Scene, 'index' | 'view'>, speech: Speech): Heard {
  const { index, view } = scene
  const spans = index.within(view.start, endOf(view), 4 * HEARD_MOST)
  const long = spans.filter(span => span.to - span.from >= view.span * PART_LEAST)
  const items = long.slice(-HEARD_MOST).map(span => ({ at: span.from, text: sentence(span, speech) }))
  return { items, more: items.length < index.count(view.start, endOf(view)) }
}

function sentence(span: Span, { words, reason, zone, language }: Speech): string {
  const calendar = { zone, language }
  const [day, end] = [formatted(calendar, 'day', span.from), formatted(calendar, 'day', span.to)]
  const from = `${day} ${formatted(calendar, 'seconds', span.from)}`
  const to = day === end ? formatted(calendar, 'seconds', span.to) : `${end} ${formatted(calendar, 'seconds', span.to)}`
  switch (span.type) {
    case 'recorded':
      return say(words.listRecorded, { from, to })
    case 'gap':
      return say(words.listGap, { from, to, reason: reason(span.reason) })
    case 'deleted':
      return say(words.listDeleted, { from, to })
  }
}
