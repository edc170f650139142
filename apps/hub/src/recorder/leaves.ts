import { leafOf, leafStart, nextLeaf, SLOT_MS } from '@hausrecht/keytree/leaf'
import type { StreamState } from '../spool/state.ts'

/** Where an object of a stream goes: each place is given out once. */
export type Place = { readonly leaf: number; readonly gen: number; readonly sequence: number }

/**
 * Hands out the leaves of one stream, each once and rising, over all its generations: the slot of the time asked for, or the next
 * one if that is used or past. A clock that is set back can neither reuse a leaf nor need an erased one. A leaf that is handed
 * out and then not written is skipped. Each generation counts its sequence numbers from 0.
 */
export class LeafAllocator {
  readonly #generationOf: (leaf: number) => number | null
  readonly #sequences = new Map<number, number>()
  #last: number | null = null

  /** `states`: how far each generation of the stream has come. */
  constructor(states: readonly StreamState[], generationOf: (leaf: number) => number | null) {
    this.#generationOf = generationOf
    for (const { gen, lastLeaf, nextSequence } of states) {
      this.#last = Math.max(this.#last ?? 0, lastLeaf)
      this.#sequences.set(gen, nextSequence)
    }
  }

  /** The place of the next object; `atMs` is where it begins. Null when the stream has no generation for that leaf. */
  next(atMs: number): Place | null {
    const leaf = this.#peek(atMs)
    const gen = this.#generationOf(leaf)
    if (gen === null) return null
    this.#last = leaf
    const sequence = this.#sequences.get(gen) ?? 0
    this.#sequences.set(gen, sequence + 1)
    return { leaf, gen, sequence }
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
