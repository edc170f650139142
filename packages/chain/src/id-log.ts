/**
 * Ids in the order in which they were added, with a fast `has`. Never changes: `with` gives another one. Those that follow each
 * other share one map, of which each looks at its own beginning only; a second follower of the same one copies.
 * [Note: replaying 10,000 orders with a search through all earlier ones takes seconds; with this it takes milliseconds.]
 */
export class IdLog<T extends string> {
  readonly #places: Map<T, number>
  readonly #length: number

  constructor(places: Map<T, number> = new Map(), length = 0) {
    this.#places = places
    this.#length = length
  }

  has(id: T): boolean {
    return this.place(id) !== null
  }

  /** Its place, from 0; null when it is not in it. */
  place(id: T): number | null {
    const place = this.#places.get(id) ?? this.#length
    return place < this.#length ? place : null
  }

  /** `id` must not be in it. */
  with(id: T): IdLog<T> {
    const alone = this.#places.size === this.#length
    const places = alone ? this.#places : new Map([...this.#places].filter(([, place]) => place < this.#length))
    places.set(id, this.#length)
    return new IdLog(places, this.#length + 1)
  }
}
