import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { ffmpeg } from '../packages/testkit/src/ffmpeg.ts'
import { tempFolder } from '../packages/testkit/src/temp.ts'
import { below, median, p95, report, told } from './lib.ts'
import { plainFile } from './web/file.ts'
import { openHousehold } from './web/household.ts'
import type { Dragged } from './web/moments.ts'
import { ask } from './web/pages.ts'

/**
 * The past in Chromium: opening the app at a moment (a page that is a member starts, gets its keys from the hub, has its access logged,
 * fetches, opens, shows), moving the player to another moment, and pictures while a finger drags. Paired with the same pictures of the
 * same camera in a plain MP4 over HTTP with ranges, in a `<video>`.
 */
const SECONDS = 150
/** The newest is on its way to the vault; what is nearer than this to the ends is left alone, s. */
const MARGIN_S = 12
const OPENINGS = 11
const SEEKS = 40
const DRAGS = 5
const DRAG_MS = 4000
const GOALS = { open: 1000, seek: 300, preview: 100 }

const folder = tempFolder('bench-scrub')
const file = join(folder.path, 'plain.mp4')
const bench = await openHousehold(['scrub', 'scrub-plain'], plainFile('/plain.mp4', file))
const { page, origin } = bench
try {
  const record = `-rtsp_transport tcp -i ${bench.camera} -t ${SECONDS} -c copy -movflags +faststart`
  await ffmpeg(...record.split(' '), file)
  await wait(MARGIN_S * 1000)
  await page.goto(`${origin}/scrub-plain`)
  const begins = await ask<number>(page, 'begins')
  const [from, to] = [begins + MARGIN_S * 1000, begins + (SECONDS - MARGIN_S) * 1000]
  /** A moment far from the ones before it: a golden step through the range. */
  let step = 0
  const moment = (): number => {
    step = (step + 0.618034) % 1
    return Math.round(from + step * (to - from))
  }
  const sides = { ours: 'scrub', peer: 'scrub-plain' } as const
  const times = { open: { ours: [], peer: [] }, seek: { ours: [], peer: [] } } as Record<
    'open' | 'seek',
    Record<keyof typeof sides, number[]>
  >
  const drags: Record<keyof typeof sides, Dragged[]> = { ours: [], peer: [] }
  const visit = async (side: keyof typeof sides): Promise<void> => {
    const wall = moment()
    await page.goto(`${origin}/${sides[side]}?past=${wall}&begins=${begins}`)
    times.open[side].push(await ask<number>(page, 'opened'))
  }
  for (let i = 0; i < OPENINGS; i++) for (const side of ['ours', 'peer'] as const) await visit(side)
  for (const side of ['ours', 'peer'] as const) {
    await visit(side)
    for (let i = 0; i < SEEKS; i++) times.seek[side].push(await ask<number>(page, 'seek', moment()))
    for (let i = 0; i < DRAGS; i++) {
      const [start, end] = i % 2 === 0 ? [from, to] : [to, from]
      drags[side].push(await ask<Dragged>(page, 'drag', start, end, DRAG_MS))
    }
  }
  const dragged = (side: keyof typeof sides): number[] => drags[side].flatMap(one => one.times)
  process.stderr.write(`${JSON.stringify({ ...times, drags })}\n`)
  report('scrub', {
    open: below(median(times.open.ours), median(times.open.peer), GOALS.open, 'ms'),
    seek: below(p95(times.seek.ours), p95(times.seek.peer), GOALS.seek, 'ms p95'),
    preview: below(p95(dragged('ours')), p95(dragged('peer')), GOALS.preview, 'ms p95'),
    previews: told(dragged('ours').length / DRAGS, dragged('peer').length / DRAGS, 'new pictures in a drag of 4 s'),
  })
} finally {
  await bench.close()
  folder.remove()
}
