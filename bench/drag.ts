import type { Figure } from './lib.ts'
import { median, p95, report, told } from './lib.ts'
import { ask, openBench } from './web/pages.ts'

/**
 * Frames while a pointer drags the ribbon of the app over 30 days in Chromium: a camera whose recording was interrupted once a minute, and one
 * with a million spans, of which four days or all are seen at once. The pointer's events come through the browser's own input. Paired with an
 * empty canvas of the same size that is cleared under the same moves. Headless, and drawn without a graphics card (SwiftShader): what the
 * browser shows is paid for by the same processor. It draws 60 frames a second at most.
 */
const DAYS = 30
const CASES = {
  month: { days: DAYS, spans: DAYS * 24 * 60, seen: 4 },
  million: { days: DAYS, spans: 1_000_000, seen: 4 },
  all: { days: DAYS, spans: 1_000_000, seen: DAYS },
} as const
type Case = keyof typeof CASES
const ROUNDS = 2
/** Half of them into the past, which brings one to its beginning; then back. */
const DRAGS = 20
const DRAGS_PEER = 6
const DRAG_MS = 1200
const GOAL_FPS = 50
/** From edge to edge of the ribbon, px. */
const [LEFT, RIGHT, Y] = [60, 1380, 556]

type Dragged = { readonly fps: number[]; readonly times: number[] }

const bench = await openBench(['drag', 'drag-plain'])
const { page, origin } = bench

/** One drag across the ribbon, as fast as the browser takes the moves. */
async function drag(back: boolean, into: Dragged): Promise<void> {
  const place = (part: number): number => LEFT + (back ? part : 1 - part) * (RIGHT - LEFT)
  await page.mouse.move(place(0), Y)
  await page.mouse.down()
  await page.mouse.move(place(0.02), Y)
  await ask(page, 'begin')
  const began = performance.now()
  for (let part = 0; part < 1; ) {
    part = Math.min(1, (performance.now() - began) / DRAG_MS)
    await page.mouse.move(place(part), Y)
  }
  const frames = await ask<readonly number[]>(page, 'end')
  await page.mouse.up()
  const times = frames.slice(1).map((at, i) => at - (frames[i] ?? at))
  into.times.push(...times)
  into.fps.push((times.length * 1000) / ((frames.at(-1) ?? 0) - (frames[0] ?? 0)))
}

type Seen = { readonly held: number; readonly days: number }

async function visit(path: string, into: Dragged, drags: number): Promise<Seen> {
  await page.goto(`${origin}/${path}`)
  // The first is for warming up.
  await drag(true, { fps: [], times: [] })
  for (let i = 0; i < drags; i++) await drag(i < drags / 2, into)
  return ask<Seen>(page, 'seen')
}

try {
  const none = (): Dragged => ({ fps: [], times: [] })
  const ours: Record<Case, Dragged> = { month: none(), million: none(), all: none() }
  const peer = none()
  for (let round = 0; round < ROUNDS; round++) {
    for (const name of Object.keys(CASES) as Case[]) {
      const query = new URLSearchParams(Object.entries(CASES[name]).map(([key, value]) => [key, String(value)]))
      const { held, days } = await visit(`drag?${query}`, ours[name], DRAGS)
      await visit('drag-plain', peer, DRAGS_PEER)
      process.stderr.write(
        `${name}: ${days.toFixed(1)} days back, ${held} spans held, ${ours[name].fps.map(Math.round).join(' ')} fps, p95 ${p95(ours[name].times).toFixed(1)} ms\n`,
      )
    }
  }
  const least = ({ fps }: Dragged): Figure => {
    const figure = told(median(fps), median(peer.fps), 'fps')
    return { ...figure, goal: GOAL_FPS, met: figure.ours >= GOAL_FPS }
  }
  const slow = ({ times }: Dragged): Figure => told(p95(times), p95(peer.times), 'ms a frame, p95')
  report('drag', {
    month: least(ours.month),
    million: least(ours.million),
    all: least(ours.all),
    monthFrame: slow(ours.month),
    millionFrame: slow(ours.million),
    allFrame: slow(ours.all),
  })
} finally {
  await bench.close()
}
