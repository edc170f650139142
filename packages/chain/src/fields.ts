import type { CborValue } from '@hausrecht/crypto/cbor'
import { ChainError } from './errors.ts'

/** Reads the fields of a map once each; what is left over, missing or of another type makes the entry no entry. */
export class Fields {
  readonly #map: Map<number | string, CborValue>

  constructor(value: CborValue | undefined) {
    if (!(value instanceof Map)) throw new ChainError('bad_entry', 'not a map')
    this.#map = new Map(value)
  }

  static of(value: CborValue | undefined): Fields {
    return new Fields(value)
  }

  #take(key: number | string): CborValue | undefined {
    const value = this.#map.get(key)
    this.#map.delete(key)
    return value
  }

  has(key: number | string): boolean {
    return this.#map.has(key)
  }

  raw(key: number | string): CborValue {
    const value = this.#take(key)
    if (value === undefined) throw new ChainError('bad_entry', `field ${key}`)
    return value
  }

  bytes(key: number | string, length?: number): Uint8Array {
    const value = this.#take(key)
    if (!(value instanceof Uint8Array) || (length !== undefined && value.length !== length))
      throw new ChainError('bad_entry', `field ${key}`)
    return value
  }

  /** A whole number from 0 to `max`. */
  number(key: number | string, max: number = Number.MAX_SAFE_INTEGER): number {
    const value = this.#take(key)
    if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 0 || value > max)
      throw new ChainError('bad_entry', `field ${key}`)
    return value
  }

  text(key: number | string, maxLength: number): string {
    const value = this.#take(key)
    if (typeof value !== 'string' || value.length === 0 || value.length > maxLength)
      throw new ChainError('bad_entry', `field ${key}`)
    return value
  }

  oneOf<T extends string>(key: number | string, allowed: readonly T[]): T {
    const value = this.#take(key)
    const found = allowed.find(item => item === value)
    if (found === undefined) throw new ChainError('bad_entry', `field ${key}`)
    return found
  }

  list<T>(key: number | string, max: number, read: (item: CborValue) => T): readonly T[] {
    const value = this.#take(key)
    if (!Array.isArray(value) || value.length > max) throw new ChainError('bad_entry', `field ${key}`)
    return value.map(read)
  }

  optional<T>(key: number | string, read: (fields: Fields) => T): T | null {
    return this.#map.has(key) ? read(this) : null
  }

  /** Nothing may be left: an unknown field could mean something to somebody else. */
  end(): void {
    if (this.#map.size > 0) throw new ChainError('bad_entry', 'unknown field')
  }
}
