import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { toHex, utf8 } from '@hausrecht/crypto/bytes'
import { sha256 } from '@hausrecht/crypto/hash'
import { type Checkpoint, checkpointText, parseCheckpoint } from '@hausrecht/tlog/checkpoint'
import { makeFolder, removeLeftovers, writeDurably } from './durable.ts'
import { WitnessError } from './errors.ts'

/** The file of a log: the hash of its origin, so that no origin can name a path. */
const fileOf = (origin: string): string => toHex(sha256(utf8(origin)))
const FILE = /^[0-9a-f]{64}$/

/**
 * The latest checkpoint that was cosigned of each log, one small file each. The files are the truth; nothing is kept in memory
 * but their number, so that any number of quiet logs costs only disk.
 */
export class WitnessState {
  readonly #folder: string
  #logs: number

  private constructor(folder: string, logs: number) {
    this.#folder = folder
    this.#logs = logs
  }

  static async open(folder: string): Promise<WitnessState> {
    await makeFolder(folder)
    await removeLeftovers(folder)
    const names = await readdir(folder)
    return new WitnessState(folder, names.filter(name => FILE.test(name)).length)
  }

  /** How many logs were cosigned. */
  get logs(): number {
    return this.#logs
  }

  /** Null when none of this origin was ever cosigned. @throws WitnessError damaged_state */
  async latest(origin: string): Promise<Checkpoint | null> {
    const path = join(this.#folder, fileOf(origin))
    let text: string
    try {
      text = await readFile(path, 'utf8')
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null
      throw error
    }
    try {
      const checkpoint = parseCheckpoint(text)
      if (checkpoint.origin === origin) return checkpoint
    } catch {
      // falls through: refuse, rather than start over from nothing and cosign a rollback
    }
    throw new WitnessError('damaged_state', path)
  }

  /** Durable when it returns. */
  async keep(checkpoint: Checkpoint, known: boolean): Promise<void> {
    await writeDurably(join(this.#folder, fileOf(checkpoint.origin)), checkpointText(checkpoint))
    if (!known) this.#logs++
  }
}
