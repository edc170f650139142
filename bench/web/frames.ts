/** When the page drew its frames, from `begin` on; `end` tells them, ms. */
let times: number[] = []
let frame = 0

export const frames = {
  begin: (): void => {
    times = []
    const next = (at: number): void => {
      times.push(at)
      frame = requestAnimationFrame(next)
    }
    frame = requestAnimationFrame(next)
  },
  end: (): readonly number[] => {
    cancelAnimationFrame(frame)
    return times
  },
}
