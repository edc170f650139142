import { capturedAt } from './strip.ts'

/** A picture so near to the moment asked for is the one asked for, ms. */
const NEAR_MS = 400
/** A seek that takes longer has failed, ms. */
const MOST_MS = 20_000

/** Resolves when a video shows the camera's picture of a moment. */
export function shows(video: HTMLVideoElement, wall: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`never shown: ${wall}`)), MOST_MS)
    const look = (): void => {
      const captured = capturedAt(video, wall)
      if (captured === null || Math.abs(captured - wall) > NEAR_MS) {
        video.requestVideoFrameCallback(look)
        return
      }
      clearTimeout(timer)
      resolve()
    }
    video.requestVideoFrameCallback(look)
  })
}

/** ms until the picture of a moment is there, after `seek`. */
export async function seekTime(video: HTMLVideoElement, wall: number, seek: () => void): Promise<number> {
  const began = performance.now()
  const shown = shows(video, wall)
  seek()
  await shown
  return performance.now() - began
}

/** ms from asking to having, of each new picture; and of the first one of all. */
export type Dragged = { readonly times: readonly number[]; readonly first: number | null }

/** A finger goes evenly from one moment to another; a picture is asked for at each turn of the screen. */
export async function drag(
  { from, to, ms }: { readonly from: number; readonly to: number; readonly ms: number },
  at: (wall: number) => Promise<number | null>,
): Promise<Dragged> {
  const times: number[] = []
  const seen = new Set<number>()
  const waiting: Promise<void>[] = []
  const began = performance.now()
  for (;;) {
    const asked = await new Promise<number>(resolve => requestAnimationFrame(() => resolve(performance.now())))
    if (asked - began > ms) break
    const wall = from + ((to - from) * (asked - began)) / ms
    const answer = at(wall).then(shown => {
      if (shown === null || seen.has(shown)) return
      seen.add(shown)
      times.push(performance.now() - asked)
    })
    waiting.push(answer)
  }
  await Promise.all(waiting)
  return { times, first: times[0] ?? null }
}
