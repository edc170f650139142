import { readFile, rename, writeFile } from 'node:fs/promises'
import { Secret } from '@hausrecht/crypto/secret'
import type { ErasableCell } from '../../cell/erasable-cell.ts'
import { isMissing } from '../durable.ts'

/** Stands for a chip in tests: a file that no copy of the disk has, replaced as a whole. */
export class FileChip implements ErasableCell {
  readonly kind = 'tpm'
  readonly #path: string

  constructor(path: string) {
    this.#path = path
  }

  async read(): Promise<Secret | null> {
    try {
      return Secret.from(new Uint8Array(await readFile(this.#path)))
    } catch (error) {
      if (isMissing(error)) return null
      throw error
    }
  }

  async replace(next: Secret): Promise<void> {
    await next.use(bytes => writeFile(`${this.#path}.next`, bytes))
    await rename(`${this.#path}.next`, this.#path)
  }
}
