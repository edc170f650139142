/** Something that happens again and again: frame `number` is due at number · periodMs since 1970. */
export type Beat = { readonly periodMs: number; frame(number: number, timeMs: number): void }

/** After a sleep of the machine longer than this, what was missed is not sent after all. */
const CATCH_UP_MS = 2000

/** Calls every beat on time, by the wall clock at the start and a clock that never jumps from then on. */
export function realTime(beats: readonly Beat[]): { stop(): void } {
  const wallStart = Date.now() - performance.now()
  const next = beats.map(({ periodMs }) => Math.ceil((wallStart + performance.now()) / periodMs))
  let timer: NodeJS.Timeout
  const turn = (): void => {
    const now = wallStart + performance.now()
    let wait = 1000
    for (const [i, beat] of beats.entries()) {
      let number = next[i] ?? 0
      const oldest = Math.ceil((now - CATCH_UP_MS) / beat.periodMs)
      if (number < oldest) number = oldest
      while (number * beat.periodMs <= now) {
        beat.frame(number, number * beat.periodMs)
        number++
      }
      next[i] = number
      wait = Math.min(wait, number * beat.periodMs - now)
    }
    timer = setTimeout(turn, Math.max(1, wait))
  }
  turn()
  return { stop: () => clearTimeout(timer) }
}
