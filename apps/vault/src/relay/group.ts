import { LIMITS } from '@hausrecht/contract/limits'
import type { Part } from './live.ts'

/** A part as it goes to watchers. */
export type Framed = Part & { readonly frame: Uint8Array }

/**
 * The live parts of a stream since its newest key frame, in memory, while somebody watches: who begins to watch in the middle of a
 * long group of pictures sees something at once. A group that is too long is forgotten, and the next key frame waited for.
 */
export class Group {
  #parts: Framed[] = []
  #bytes = 0

  add(part: Framed): void {
    if (part.startsWithKey) this.clear()
    else if (this.#parts.length === 0) return
    this.#parts.push(part)
    this.#bytes += part.frame.length
    if (this.#bytes > LIMITS.relayGroupBytes) this.clear()
  }

  get parts(): readonly Framed[] {
    return this.#parts
  }

  get bytes(): number {
    return this.#bytes
  }

  clear(): void {
    this.#parts = []
    this.#bytes = 0
  }
}
