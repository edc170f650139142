import type { Context } from '../context.ts'
import { bar, createRate } from '../terminal/bar.ts'
import { duration, number } from '../time/format.ts'

const BAR_WIDTH = 24
/** How often progress is drawn, and told with `--json`, ms. */
const DRAW_MS = 100
const TELL_MS = 500

/** Draws how many leaves are done, and tells programs. */
export function leafProgress({ out, language, clock }: Context): (done: number, size: number) => void {
  let toldAt = clock.now()
  let rate: ReturnType<typeof createRate> | undefined
  return (done, size) => {
    const now = clock.now()
    rate ??= createRate(size)
    const { perSecond, remainingMs } = rate(done, now)
    if (now - toldAt < (out.live ? DRAW_MS : TELL_MS)) return
    toldAt = now
    const fraction = size === 0 ? 1 : done / size
    const left = remainingMs === undefined ? '' : ` · ${duration(remainingMs, language)}`
    out.progress(
      `${bar(fraction, BAR_WIDTH)} ${Math.floor(fraction * 100)} % · ${number(done, language)} · ${number(perSecond, language)}/s${left}`,
    )
    out.value({
      type: 'progress',
      fraction,
      leaves: done,
      leavesPerSecond: Math.round(perSecond),
      remainingMs: remainingMs ?? null,
    })
  }
}
