import { Secret } from '@hausrecht/crypto/secret'

/**
 * The memory of several devices in one process, as somebody reads it who takes them while they run: every secret that was made and not
 * overwritten since, and whose it was.
 */
export class Memory {
  readonly #made: { readonly who: number; readonly secret: Secret }[] = []
  readonly #from = Secret.from
  #acting = 0

  constructor() {
    Secret.from = bytes => {
      const secret = this.#from.call(Secret, bytes)
      this.#made.push({ who: this.#acting, secret })
      return secret
    }
  }

  /** Whatever is made while `work` runs belongs to a device. One work at a time. */
  async of<T>(who: number, work: () => Promise<T>): Promise<T> {
    this.#acting = who
    return work()
  }

  /** What a power cut takes away. */
  lose(who: number): void {
    const kept = this.#made.filter(made => made.who !== who)
    this.#made.splice(0, this.#made.length, ...kept)
  }

  /** Copies of all secrets of a length that are still there. */
  read(length: number): readonly Uint8Array[] {
    const alive = this.#made.filter(({ secret }) => secret.length === length)
    return alive.map(({ secret }) => secret.use(bytes => bytes.slice()))
  }

  forget(): void {
    this.#made.length = 0
  }

  restore(): void {
    Secret.from = this.#from
  }
}
