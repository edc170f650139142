import { leafOf, leafStart, nextLeaf, SLOT_MS } from '@hausrecht/keytree/leaf'
import type { StreamState } from '../spool/state.ts'

/**
 * Hands out the leaves of one stream and generation, each once and rising: the slot of the time asked for, or the next one if
 * that is used or past. A clock that is set back can neither reuse a leaf nor need an erased one. A leaf that is handed out and
 * then not written is skipped.
 */
export class LeafAllocator {
  #last: number | null
  #sequence: number

  constructor(state: StreamState | undefined) {
    this.#last = state?.lastLeaf ?? null
    this.#sequence = state?.nextSequence ?? 0
  }

  /** The leaf and the sequence number of the next object; `atMs` is where it begins. */
  next(atMs: number): { readonly leaf: number; readonly sequence: number } {
    const leaf = this.#peek(atMs)
    this.#last = leaf
    const sequence = this.#sequence
    this.#sequence += 1
    return { leaf, sequence }
  }

  /** How many slots ahead of its time an object at `atMs` would lie, if one that begins at `beforeMs` comes before it. */
  aheadAfter(beforeMs: number, atMs: number): number {
    const before = this.#peek(beforeMs)
    return Math.max(0, (leafStart(nextLeaf(before)) - leafStart(leafOf(atMs))) / SLOT_MS)
  }

  #peek(atMs: number): number {
    return this.#last === null ? leafOf(atMs) : Math.max(nextLeaf(this.#last), leafOf(atMs))
  }
}
