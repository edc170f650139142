import type { DeviceId } from '@hausrecht/crypto/ids'

export type Span = { readonly count: number; readonly first: number; readonly last: number }

/** Counts what a log holds, by the names that its leaves have: a new type appears by itself. */
export class Tally {
  readonly #types = new Map<string, number>()
  readonly #readers = new Map<DeviceId, Span>()
  #all: Span | null = null

  leaf(type: string, time: number): void {
    this.#types.set(type, (this.#types.get(type) ?? 0) + 1)
    this.#all = widened(this.#all, time)
  }

  access(reader: DeviceId, time: number): void {
    this.#readers.set(reader, widened(this.#readers.get(reader) ?? null, time))
  }

  /** Leaves by type, the most frequent first. */
  get types(): readonly (readonly [type: string, count: number])[] {
    return [...this.#types].sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1))
  }

  /** Accesses by reader, the most frequent first. */
  get readers(): readonly (readonly [reader: DeviceId, accesses: Span])[] {
    return [...this.#readers].sort(([a, x], [b, y]) => y.count - x.count || (a < b ? -1 : 1))
  }

  get all(): Span | null {
    return this.#all
  }
}

const widened = (span: Span | null, time: number): Span =>
  span === null
    ? { count: 1, first: time, last: time }
    : { count: span.count + 1, first: Math.min(span.first, time), last: Math.max(span.last, time) }
