import { createElement } from 'react'
import { createRoot } from 'react-dom/client'
import { RibbonControl } from '../../apps/web/src/timeline/control.ts'
import { SpanLoader } from '../../apps/web/src/timeline/loader.ts'
import { Ribbon, type RibbonProps } from '../../apps/web/src/timeline/ribbon.tsx'
import { RIBBON_WORDS } from '../../apps/web/src/timeline/words.ts'
import '../../apps/web/src/style/tokens.css'
import '../../apps/web/src/style/base.css'
import { frames } from './frames.ts'
import { past } from './past.ts'
import { addPlace, expose } from './stage.ts'

/** The ribbon of the app, its loader fed from memory: so many days, so many spans in them, and so many days seen at once. */
const DAY = 86_400_000
const query = new URLSearchParams(location.search)
const number = (name: string): number => Number(query.get(name))
const now = Date.now()
const earliest = now - number('days') * DAY
const loader = new SpanLoader(past(earliest, now, number('spans')), { now: Date.now, earliest })
const control = new RibbonControl(now, number('seen') * DAY, earliest)
let oldest = now
control.subscribe(() => {
  oldest = Math.min(oldest, control.view.start)
})
const props: RibbonProps = {
  orientation: 'horizontal',
  control,
  loader,
  playhead: now - DAY,
  rate: 0,
  live: false,
  earliest,
  recordedUntil: null,
  zone: 'Europe/Berlin',
  language: 'en',
  words: RIBBON_WORDS.en,
  reason: code => code,
  onSeek: () => undefined,
  onScrub: () => undefined,
}
createRoot(addPlace()).render(createElement(Ribbon, props))

expose({
  /** Spans that the ribbon holds, and how many days back it was dragged. */
  seen: () => ({ held: loader.index.size, days: (now - oldest) / DAY }),
  ...frames,
})
