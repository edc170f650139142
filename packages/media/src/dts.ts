/**
 * [Note: decode times]
 *
 * RTP gives each frame the time at which it is shown, and the frames come in the order in which they are decoded. MP4 wants decode times
 * that never go back, and the difference to the time of showing. Within an object that is cut before a frame whose presentation time is
 * larger than all before it, the set of presentation times is exactly the set of slots in which something is shown, so the sorted
 * presentation times serve as decode times: frame i is decoded in slot i and shown in its own slot. The differences are signed (trun
 * version 1, ISO/IEC 14496-12 §8.8.8); they sum to zero; without B-frames they all are zero. No delay has to be guessed, and neighbouring
 * objects fit without overlap, because all times of the later one are larger.
 */

/** When a frame is decoded, and when it is shown after that. Ticks. */
export type FrameTime = {
  readonly dts: number
  readonly compositionOffset: number
}

/**
 * Decode times of the frames of one object.
 * @param presentationTimes in ticks, in the order of decoding
 * @returns strictly increasing decode times that start at the smallest presentation time (see [Note: decode times]). Equal
 * presentation times, as broken cameras send them, are pulled apart by one tick.
 */
export function decodeTimes(presentationTimes: readonly number[]): FrameTime[] {
  const order = presentationTimes.map((_, i) => i)
  // A stable sort: of frames shown at the same time, the one decoded first comes first.
  order.sort((a, b) => (presentationTimes[a] ?? 0) - (presentationTimes[b] ?? 0))
  const slots = new Array<number>(order.length)
  const shown = new Array<number>(order.length)
  let last = Number.NEGATIVE_INFINITY
  for (const [slot, frame] of order.entries()) {
    const time = Math.max(presentationTimes[frame] ?? 0, last + 1)
    slots[slot] = time
    shown[frame] = time
    last = time
  }
  return slots.map((dts, i) => ({ dts, compositionOffset: (shown[i] ?? dts) - dts }))
}

/**
 * Durations from decode times.
 * @param dts strictly increasing, in ticks
 * @param end decode time of what follows, when it is known and later than all of `dts`; else the last frame lasts as long as the one
 * before it, or `fallback` when it is alone
 */
export function durationsOf(dts: readonly number[], end: number | null, fallback: number): number[] {
  return dts.map((time, i) => {
    const next = dts[i + 1] ?? end
    if (next !== null && next > time) return next - time
    const before = dts[i - 1]
    return before === undefined ? fallback : time - before
  })
}

/**
 * Whether an object may be cut before this frame: it is shown after all frames so far.
 * @param latest the largest presentation time so far, ticks
 */
export const isCutPoint = (presentationTime: number, latest: number): boolean => presentationTime > latest
