import type { SpanLoader } from './loader.ts'
import type { Scene } from './scene.ts'
import { type Calendar, type DayLabel, formatted, periodsBetween, stepFor, type Tick, ticksBetween } from './ticks.ts'
import { endOf, msPerPixel } from './view.ts'

/** Labels need so much room along the ribbon, pixels. */
const ROOM = { clock: 72, seconds: 92, down: 46 } as const
/** Narrower days are named by the marks, and their months here. */
const DAY_ROOM = { across: 116, down: 92 } as const
const DAY = 86_400_000
/** Under this the moment shown is written with seconds, ms across. */
const SECONDS_SPAN = 45 * 60_000

type Kept<T> = { key: string; from: number; to: number; value: readonly T[] }
const nothing = <T>(): Kept<T> => ({ key: '', from: 0, to: 0, value: [] })

/** Marks of the present view, made for thrice its length and kept until it is left or changes its scale. */
export class Ruler {
  #ticks: Kept<Tick> = nothing()
  #days: Kept<DayLabel> = nothing()
  #unknown: Kept<{ readonly from: number; readonly to: number }> = nothing()
  #clock = { key: '', second: 0, text: '' }

  ticks(scene: Scene, calendar: Calendar): readonly Tick[] {
    const scale = msPerPixel(scene.view, scene.length)
    const clock = stepFor(scale, scene.vertical ? ROOM.down : ROOM.clock)
    const step = clock.ms < 60_000 && !scene.vertical ? stepFor(scale, ROOM.seconds) : clock
    const key = `${step.ms} ${calendar.zone} ${calendar.language}`
    this.#ticks = kept(this.#ticks, key, scene, (from, to) => ticksBetween(from, to, step, calendar))
    return this.#ticks.value
  }

  days(scene: Scene, calendar: Calendar): readonly DayLabel[] {
    const room = scene.vertical ? DAY_ROOM.down : DAY_ROOM.across
    const period = DAY / msPerPixel(scene.view, scene.length) >= room ? 'day' : 'month'
    const today = Math.floor(scene.now / (DAY / 24))
    const key = `${period} ${calendar.zone} ${calendar.language} ${today} ${calendar.today}`
    this.#days = kept(this.#days, key, scene, (from, to) => periodsBetween(from, to, period, scene.now, calendar))
    return this.#days.value
  }

  unknown(scene: Scene, loader: SpanLoader): readonly { readonly from: number; readonly to: number }[] {
    this.#unknown = kept(this.#unknown, `${loader.revision}`, scene, (from, to) => loader.unknown(from, to))
    return this.#unknown.value
  }

  clock(scene: Scene, at: number, calendar: Calendar): string {
    const form = scene.view.span <= SECONDS_SPAN ? 'seconds' : 'clock'
    const second = Math.floor(at / 1000)
    const key = `${form} ${calendar.zone} ${calendar.language}`
    if (this.#clock.second !== second || this.#clock.key !== key) {
      this.#clock = { key, second, text: formatted(calendar, form, at) }
    }
    return this.#clock.text
  }
}

function kept<T>(
  before: Kept<T>,
  key: string,
  { view }: Scene,
  make: (from: number, to: number) => readonly T[],
): Kept<T> {
  if (before.key === key && before.from <= view.start && before.to >= endOf(view)) return before
  const [from, to] = [view.start - view.span, endOf(view) + view.span]
  return { key, from, to, value: make(from, to) }
}
