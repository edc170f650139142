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
  #free: ArrayBufferLike[] = []
  #kept = 0

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
    if (buffer.byteLength < SMALLEST || this.#kept + buffer.byteLength > BUFFERS_KEPT) return
    this.#free.push(buffer)
    this.#kept += buffer.byteLength
  }
}
