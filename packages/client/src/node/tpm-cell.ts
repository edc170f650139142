import { execFile } from 'node:child_process'
import { Secret } from '@hausrecht/crypto/secret'
import { CELL_BYTES, type ErasableCell } from '../cell/erasable-cell.ts'
import { ClientError } from '../errors.ts'

/** The range of NV indices that the TCG leaves to owners (Registry of Reserved TPM 2.0 Handles, 2.2.2). */
const FIRST_INDEX = 0x0180_0000
const LAST_INDEX = 0x01bf_ffff
/** Where the cell lies unless told otherwise. */
export const TPM_INDEX = 0x0180_4852
/** A TPM answers within a second; one that does not in ten is away. */
const TIMEOUT_MS = 10_000
/** A TPM's words for "there is no such index" (TPM 2.0 part 2, TPM_RC_HANDLE of the first handle). */
const NO_INDEX = /0x18B\b|0x0000018b/i

export type TpmPlace = {
  /** NV index of the owner's range. */
  readonly index: number
  /** How the TPM is reached (TCTI), as in `TPM2TOOLS_TCTI`; null is the tools' own choice: the machine's TPM. */
  readonly tcti: string | null
}

export const isTpmIndex = (index: number): boolean =>
  Number.isSafeInteger(index) && index >= FIRST_INDEX && index <= LAST_INDEX

/**
 * A cell in the non-volatile memory of a TPM 2.0, by the programs of tpm2-tools (4 or 5). Writing an NV index replaces what was in it inside the
 * chip. Whoever may use this TPM reads what is there now; what was there before nobody reads. Values go through pipes, never through
 * arguments or files.
 */
export class TpmCell implements ErasableCell {
  readonly kind = 'tpm'
  readonly #place: TpmPlace

  /** @throws ClientError bad_argument */
  constructor(place: TpmPlace) {
    if (!isTpmIndex(place.index)) throw new ClientError('bad_argument', 'NV index')
    this.#place = place
  }

  async read(): Promise<Secret | null> {
    const answer = await this.#run('tpm2_nvread', ['-C', 'o', '-s', String(CELL_BYTES), this.#index])
    if (answer.failed !== null) {
      if (NO_INDEX.test(answer.failed)) return null
      throw new ClientError('cell_unavailable', lastLine(answer.failed))
    }
    const bytes = new Uint8Array(answer.output)
    answer.output.fill(0)
    if (bytes.length !== CELL_BYTES) throw new ClientError('cell_unavailable', `${bytes.length} bytes`)
    return Secret.from(bytes)
  }

  async replace(next: Secret): Promise<void> {
    const write = (): Promise<Answer> =>
      next.use(bytes => this.#run('tpm2_nvwrite', ['-C', 'o', this.#index, '-i', '-'], bytes.slice()))
    let answer = await write()
    if (answer.failed !== null && NO_INDEX.test(answer.failed)) {
      const attributes = 'ownerread|ownerwrite|no_da'
      const defined = await this.#run('tpm2_nvdefine', [
        '-C',
        'o',
        '-s',
        String(CELL_BYTES),
        '-a',
        attributes,
        this.#index,
      ])
      if (defined.failed !== null) throw new ClientError('cell_unavailable', lastLine(defined.failed))
      answer = await write()
    }
    if (answer.failed !== null) throw new ClientError('cell_unavailable', lastLine(answer.failed))
  }

  /** Gives the index back: what was in it is gone. No index is no error. */
  async remove(): Promise<void> {
    const { failed } = await this.#run('tpm2_nvundefine', ['-C', 'o', this.#index])
    if (failed !== null && !NO_INDEX.test(failed)) throw new ClientError('cell_unavailable', lastLine(failed))
  }

  get #index(): string {
    return `0x${this.#place.index.toString(16).padStart(8, '0')}`
  }

  #run(program: string, args: readonly string[], input?: Uint8Array): Promise<Answer> {
    const { tcti } = this.#place
    const env = { ...process.env, ...(tcti !== null && { TPM2TOOLS_TCTI: tcti }) }
    const { promise, resolve } = Promise.withResolvers<Answer>()
    const child = execFile(
      program,
      [...args],
      { env, encoding: 'buffer', timeout: TIMEOUT_MS },
      (error, output, said) => {
        if (error === null) return resolve({ output, failed: null })
        const missing = 'code' in error && error.code === 'ENOENT'
        resolve({
          output,
          failed: missing
            ? `${program} is not installed`
            : `${said.toString('latin1')}\n${error.killed ? 'timeout' : ''}`,
        })
      },
    )
    // A program that ends early closes its end; its own words say why.
    child.stdin?.on('error', () => undefined)
    child.stdin?.end(input, () => input?.fill(0))
    return promise
  }
}

type Answer = { readonly output: Buffer; readonly failed: string | null }

const lastLine = (text: string): string => text.trim().split('\n').at(-1)?.slice(0, 200) ?? ''
