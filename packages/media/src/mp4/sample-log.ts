/** One run of samples that lie one behind the other in the file and need the same sample description: a chunk of the movie. */
export type Chunk = {
  /** Byte offset in the file. */
  readonly offset: number
  readonly samples: number
  /** Index of the sample description, from 0. */
  readonly description: number
}

const START = 1024

/**
 * All samples of one track, 13 bytes each: two weeks at 25 frames a second take 400 MB, a day takes 28. Times are in ticks.
 */
export class SampleLog {
  count = 0
  sizes = new Uint32Array(START)
  durations = new Uint32Array(START)
  compositionOffsets = new Int32Array(START)
  sync = new Uint8Array(START)
  readonly chunks: Chunk[] = []

  push(size: number, duration: number, compositionOffset: number, sync: boolean): void {
    if (this.count === this.sizes.length) this.#grow()
    this.sizes[this.count] = size
    this.durations[this.count] = duration
    this.compositionOffsets[this.count] = compositionOffset
    this.sync[this.count] = sync ? 1 : 0
    this.count++
  }

  /** The last sample's duration in ticks; 0 when there is no sample. */
  get lastDuration(): number {
    return this.count === 0 ? 0 : (this.durations[this.count - 1] ?? 0)
  }

  set lastDuration(duration: number) {
    if (this.count > 0) this.durations[this.count - 1] = duration
  }

  #grow(): void {
    const length = this.sizes.length * 2
    const grow = <T extends Uint32Array | Int32Array | Uint8Array>(from: T, to: T): T => {
      to.set(from)
      return to
    }
    this.sizes = grow(this.sizes, new Uint32Array(length))
    this.durations = grow(this.durations, new Uint32Array(length))
    this.compositionOffsets = grow(this.compositionOffsets, new Int32Array(length))
    this.sync = grow(this.sync, new Uint8Array(length))
  }
}
