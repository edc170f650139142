import { CryptoError } from './errors.ts'

/**
 * Bytes that must be forgotten one day. The secret owns them: nobody else keeps a reference, `zero()` overwrites
 * them, and every way of printing, serialising or cloning it fails or shows `[secret]`.
 * JavaScript cannot promise that the collector left no older copy; SECURITY.md says so.
 */
export class Secret {
  #bytes: Uint8Array | null

  private constructor(bytes: Uint8Array) {
    this.#bytes = bytes
    Object.freeze(this)
  }

  /** Takes ownership: the caller must not keep or change `bytes`. */
  static from(bytes: Uint8Array): Secret {
    return new Secret(bytes)
  }

  /** Lends the bytes for the time of one call. @throws CryptoError secret_gone */
  use<T>(fn: (bytes: Uint8Array) => T): T {
    if (!this.#bytes) throw new CryptoError('secret_gone')
    return fn(this.#bytes)
  }

  /** A second secret with its own copy. */
  copy(): Secret {
    return this.use(bytes => new Secret(bytes.slice()))
  }

  get length(): number {
    return this.#bytes?.length ?? 0
  }

  get gone(): boolean {
    return this.#bytes === null
  }

  /** Overwrites the bytes; using the secret afterwards throws. Safe to call twice. */
  zero(): void {
    this.#bytes?.fill(0)
    this.#bytes = null
  }

  [Symbol.dispose](): void {
    this.zero()
  }

  toJSON(): never {
    throw new CryptoError('secret_leak')
  }

  toString(): never {
    throw new CryptoError('secret_leak')
  }

  [Symbol.toPrimitive](): never {
    throw new CryptoError('secret_leak')
  }

  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return '[secret]'
  }

  /** A function cannot be structured-cloned, so cloning a secret throws instead of yielding an empty object. */
  readonly uncloneable = (): never => {
    throw new CryptoError('secret_leak')
  }
}
