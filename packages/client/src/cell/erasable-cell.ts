import type { CellClass } from '@hausrecht/chain/types'
import type { Secret } from '@hausrecht/crypto/secret'

export const CELL_BYTES = 32

/**
 * A place for one key of 32 bytes in which the old value is gone once a new one is there. What is sealed under a value that was replaced
 * opens nowhere any more, on no copy of the disk it lies on. How sure that is, its class says (docs/deletion.md).
 */
export type ErasableCell = {
  readonly kind: CellClass
  /** Null when nothing was ever written. @throws ClientError cell_unavailable */
  read(): Promise<Secret | null>
  /** Durable in the place of what was there. After a crash one of the two is there, never both and never neither. @throws ClientError cell_unavailable */
  replace(next: Secret): Promise<void>
}
