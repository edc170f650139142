import type { MovieWriter } from '@hausrecht/media/mp4/movie'
import type { Segment } from '../read.ts'
import type { Track } from './together.ts'

const markOf = ({ startTime, object }: Segment): string => `${startTime} ${object}`
const startOf = (mark: string | null): number => (mark === null ? Number.NEGATIVE_INFINITY : Number(mark.split(' ')[0]))

/** Appends segments to a movie in order, each once, and knows when pictures that depend on a missing one have to be left out. */
export class MovieAppender {
  readonly #writer: MovieWriter
  readonly #last: Record<Track, { generation: number; sequence: number } | undefined> = {
    video: undefined,
    audio: undefined,
  }
  #from: number | undefined
  #to = 0

  /** @param from where the movie begins, when an earlier run has begun it */
  constructor(writer: MovieWriter, from: number | undefined) {
    this.#writer = writer
    this.#from = from
  }

  get span(): { from: number; to: number } {
    return { from: this.#from ?? 0, to: this.#to }
  }

  async append(track: Track, segment: Segment): Promise<void> {
    const last = this.#last[track]
    const { generation, sequence, startTime, duration } = segment
    const follows = last === undefined || (last.generation === generation && last.sequence + 1 === sequence)
    this.#last[track] = { generation, sequence }
    this.#from = Math.min(this.#from ?? startTime, startTime)
    this.#to = Math.max(this.#to, startTime + duration)
    if (startTime <= startOf(this.#writer.progress[track].lastMark)) return
    const part = {
      init: segment.init,
      fragment: segment.fragment,
      startTimeMs: startTime,
      discontinuity: segment.discontinuity || !follows,
      mark: markOf(segment),
    }
    await (track === 'video' ? this.#writer.appendVideo(part) : this.#writer.appendAudio(part))
  }
}
