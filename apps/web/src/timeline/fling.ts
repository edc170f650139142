/** Speed of a finger, and how what it pushed comes to rest. Pixels and ms. */

/** Only the newest moves say how fast a finger left. */
const WINDOW_MS = 100
/** A finger that rested before it left pushes nothing. */
const REST_MS = 60
/** Speed falls to 1/e in this time. */
const DECAY_MS = 325
export const SPEED_LEAST = 0.05
export const SPEED_MOST = 8

export type Sample = { readonly at: number; readonly position: number }

/** Adds a sample and forgets those that say nothing any more. */
export const sampled = (samples: readonly Sample[], sample: Sample): readonly Sample[] => [
  ...samples.filter(one => sample.at - one.at <= WINDOW_MS && one.at <= sample.at),
  sample,
]

/** Pixels per ms when the finger left at `now`: the slope of the line through the samples. */
export function speedOf(samples: readonly Sample[], now: number): number {
  const recent = samples.filter(one => now - one.at <= WINDOW_MS)
  const last = recent.at(-1)
  if (last === undefined || recent.length < 2 || now - last.at > REST_MS) return 0
  let [times, positions] = [0, 0]
  for (const { at, position } of recent) {
    times += at - now
    positions += position
  }
  const [meanTime, meanPosition] = [times / recent.length, positions / recent.length]
  let [above, below] = [0, 0]
  for (const { at, position } of recent) {
    const time = at - now - meanTime
    above += time * (position - meanPosition)
    below += time * time
  }
  if (below === 0) return 0
  return Math.min(SPEED_MOST, Math.max(-SPEED_MOST, above / below))
}

/** How far something that left with `speed` has come after `ms`. */
export const travelled = (speed: number, ms: number): number =>
  speed * DECAY_MS * (1 - Math.exp(-Math.max(0, ms) / DECAY_MS))

/** True once the rest of the way is not to be seen. */
export const atRest = (speed: number, ms: number): boolean => Math.abs(speed) * Math.exp(-ms / DECAY_MS) < SPEED_LEAST
