import type { RangeItem, Segment } from '../read.ts'
import type { Finding } from '../sequence.ts'

export type Track = 'video' | 'audio'
export type Piece =
  | Readonly<{ track: Track; type: 'segment'; segment: Segment }>
  | Readonly<{ track: Track; type: 'finding'; finding: Finding }>

type Reader = {
  readonly track: Track
  readonly items: AsyncGenerator<RangeItem, void>
  waiting: Segment | undefined
  ended: boolean
}

/** Picture and sound of a range in the order in which they were recorded, so that they lie beside each other in the file. */
export async function* together(
  video: AsyncGenerator<RangeItem, void>,
  audio: AsyncGenerator<RangeItem, void> | undefined,
): AsyncGenerator<Piece, void> {
  const readers: Reader[] = [{ track: 'video', items: video, waiting: undefined, ended: false }]
  if (audio !== undefined) readers.push({ track: 'audio', items: audio, waiting: undefined, ended: false })
  try {
    for (;;) {
      for (const reader of readers) {
        while (reader.waiting === undefined && !reader.ended) {
          const { value, done } = await reader.items.next()
          if (done === true || value === undefined) reader.ended = true
          else if (value.type === 'segment') reader.waiting = value.segment
          else yield { track: reader.track, type: 'finding', finding: value.finding }
        }
      }
      const next = readers
        .filter(({ waiting }) => waiting !== undefined)
        .sort((a, b) => (a.waiting?.startTime ?? 0) - (b.waiting?.startTime ?? 0))[0]
      if (next?.waiting === undefined) return
      const segment = next.waiting
      next.waiting = undefined
      yield { track: next.track, type: 'segment', segment }
    }
  } finally {
    for (const { items } of readers) await items.return()
  }
}
