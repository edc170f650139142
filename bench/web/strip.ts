import { checkOf } from '../../apps/camera/src/clock/strip.ts'

/** Milliseconds from one picture of the sample camera to the next; picture n is captured n of them after 1970. */
export const PICTURE_MS = 40
const SQUARE = 16
/** The strip: four rows of squares at the foot, of which two to mark it, then 24 bits of number and 8 of check. */
const ROWS = 4
const FIRST = 2
const [BITS, CHECK_BITS] = [24, 8]
const WRAP = 2 ** BITS

const canvas = new OffscreenCanvas((FIRST + 2 + BITS + CHECK_BITS) * SQUARE, 1)
const context = canvas.getContext('2d', { willReadFrequently: true })

/**
 * When the picture that a `<video>` shows was captured, ms since 1970, from the number that is burnt into it; null when it is not readable.
 * @param near a moment less than three days away
 */
export function capturedAt(video: HTMLVideoElement, near: number): number | null {
  if (context === null) return null
  const top = video.videoHeight - ROWS * SQUARE + SQUARE / 2
  context.drawImage(video, 0, top, canvas.width, 1, 0, 0, canvas.width, 1)
  const { data } = context.getImageData(0, 0, canvas.width, 1)
  let at = 0
  const bits = (count: number): number => {
    let value = 0
    for (const end = at + count; at < end; at++)
      value = value * 2 + ((data[((FIRST + at) * SQUARE + SQUARE / 2) * 4] ?? 0) > 125 ? 1 : 0)
    return value
  }
  const [mark, number] = [bits(2), bits(BITS)]
  if (mark !== 2 || bits(CHECK_BITS) !== checkOf(number)) return null
  const expected = Math.round(near / PICTURE_MS)
  return (number + Math.round((expected - number) / WRAP) * WRAP) * PICTURE_MS
}
