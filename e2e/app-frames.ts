import type { Page } from 'playwright-core'

/** A picture that was shown: when it stands on the player's clock (s), and the number that is burnt into it; null when unreadable. */
export type Shown = {
  /** Players come and go; each has a clock of its own. */
  readonly player: number
  readonly media: number
  readonly number: number | null
}

/** Begins to write down every picture that a page's first `<video>` shows. */
export async function watchFrames(page: Page): Promise<void> {
  await page.evaluate(() => {
    const shown: { player: number; media: number; number: number | null }[] = []
    const players: HTMLVideoElement[] = []
    Object.assign(window, { shown })
    const [columns, bits] = [40, 34]
    const canvas = new OffscreenCanvas(columns * 16, 16)
    const context = canvas.getContext('2d', { willReadFrequently: true })
    if (context === null) throw new Error('no canvas')
    // The strip of squares at the foot of the sample camera's picture: apps/camera/src/clock/strip.ts.
    const read = (frame: VideoFrame): number | null => {
      const top = frame.displayHeight - 64
      context.drawImage(frame, 0, top, columns * 16, 16, 0, 0, columns * 16, 16)
      const { data } = context.getImageData(0, 8, columns * 16, 1)
      const bit = (index: number): number => ((data[((2 + index) * 16 + 8) * 4] ?? 0) > 125 ? 1 : 0)
      if (bit(0) !== 1 || bit(1) !== 0) return null
      let number = 0
      for (let i = 2; i < 26; i++) number = number * 2 + bit(i)
      let check = 0
      for (let i = 26; i < bits; i++) check = check * 2 + bit(i)
      return check === ((((number >> 16) ^ (number >> 8) ^ number) * 181 + 77) & 255) ? number : null
    }
    const follow = (video: HTMLVideoElement): void => {
      const player = players.push(video)
      const next = (): void => {
        // The frame itself knows its time: on a busy machine the screen may be one further than the callback.
        const frame = new VideoFrame(video)
        const media = frame.timestamp / 1e6
        const last = shown.at(-1)
        if (last?.player !== player || last.media !== media) shown.push({ player, media, number: read(frame) })
        frame.close()
        video.requestVideoFrameCallback(next)
      }
      video.requestVideoFrameCallback(next)
    }
    const look = (): void => {
      const video = document.querySelector('video')
      if (video !== null && !players.includes(video)) follow(video)
    }
    look()
    new MutationObserver(look).observe(document.body, { childList: true, subtree: true })
  })
}

/** What was shown so far. */
export const shownFrames = (page: Page): Promise<readonly Shown[]> =>
  page.evaluate(() => {
    const shown: unknown = Reflect.get(window, 'shown')
    return Array.isArray(shown) ? shown : []
  })

export type Misplaced = { readonly at: number; readonly off: number | null }

/**
 * Pictures that are not where they belong: on a camera of 25 a second each number stands 40 ms behind the one before, however many a busy
 * screen left out between them. One that was lost, repeated or moved on its way would stand elsewhere.
 */
export function misplaced(shown: readonly Shown[]): readonly Misplaced[] {
  return shown.slice(1).flatMap((frame, i): Misplaced[] => {
    const before = shown[i]
    if (before === undefined || before.player !== frame.player) return []
    if (frame.number === null || before.number === null) return [{ at: i + 1, off: null }]
    const off = frame.number - before.number - Math.round((frame.media - before.media) * 25)
    return off === 0 && frame.number > before.number ? [] : [{ at: i + 1, off }]
  })
}
