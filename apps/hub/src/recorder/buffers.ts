/** Buffers are cut to multiples of this, so that segments of about one size fit each other's. */
const STEP = 256 * 1024
/** Smaller ones are not worth keeping: the runtime is good at them. */
const SMALLEST = 64 * 1024
/** Bytes that are kept for later. */
export const BUFFERS_KEPT = 8 * 1024 * 1024

/**
 * Memory that is used again. Every segment needs a megabyte three times over; new memory each time has the collector run several
 * times a second, which is most of what a hub would do (docs/decisions/0073).
 */
export class Buffers {
  readonly #most: number
  #free: ArrayBufferLike[] = []
  #kept = 0

  constructor(most: number = BUFFERS_KEPT) {
    this.#most = most
  }

  /** Memory of exactly `length` bytes; what it holds is anything. */
  take(length: number): Uint8Array {
    if (length < SMALLEST) return new Uint8Array(length)
    let best = -1
    for (const [i, { byteLength }] of this.#free.entries()) {
      if (byteLength >= length && (best < 0 || byteLength < (this.#free[best]?.byteLength ?? 0))) best = i
    }
    const [found] = best < 0 ? [] : this.#free.splice(best, 1)
    if (found === undefined) return new Uint8Array(new ArrayBuffer(Math.ceil(length / STEP) * STEP), 0, length)
    this.#kept -= found.byteLength
    return new Uint8Array(found, 0, length)
  }

  /** Nobody uses it any more. Must be called once at most for what `take` gave. */
  give({ buffer }: Uint8Array): void {
    if (buffer.byteLength < SMALLEST || this.#kept + buffer.byteLength > this.#most) return
    this.#free.push(buffer)
    this.#kept += buffer.byteLength
  }
}

/** Frames are put into chunks of this. */
export const CHUNK_BYTES = 256 * 1024
/** Bytes of empty chunks that are kept for later, of all cameras together. */
export const CHUNKS_KEPT = 32 * 1024 * 1024

type Chunk = { readonly memory: Uint8Array; used: number; frames: number }

/**
 * Memory for frames of all cameras: a frame lies in a chunk with its neighbours, and a chunk is used again when all its frames were
 * released. A frame that is forgotten instead costs its chunk, which then goes the way of all garbage.
 */
export class FrameMemory {
  readonly #buffers = new Buffers(CHUNKS_KEPT)
  readonly #chunks = new WeakMap<ArrayBufferLike, Chunk>()

  /** An allocator for one camera: what it gives stays its caller's until `release`. */
  allocator(): (length: number) => Uint8Array {
    let current: Chunk | null = null
    return length => {
      if (current === null || current.used + length > current.memory.length) {
        const full = current
        const memory = this.#buffers.take(Math.max(CHUNK_BYTES, length))
        current = { memory, used: 0, frames: 1 }
        this.#chunks.set(memory.buffer, current)
        if (full !== null) this.release(full.memory)
      }
      const from = current.used
      current.used += length
      current.frames += 1
      return current.memory.subarray(from, from + length)
    }
  }

  /** One more who needs a frame that was not released yet: `release` once more. */
  hold(frame: Uint8Array): void {
    const chunk = this.#chunks.get(frame.buffer)
    if (chunk !== undefined) chunk.frames += 1
  }

  /** Once for each frame, and for each `hold` of it; frames of other memory are left alone. */
  release(frame: Uint8Array): void {
    const chunk = this.#chunks.get(frame.buffer)
    if (chunk === undefined) return
    chunk.frames -= 1
    if (chunk.frames > 0) return
    this.#chunks.delete(frame.buffer)
    this.#buffers.give(chunk.memory)
  }
}
