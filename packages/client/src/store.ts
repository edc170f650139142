import type { CellClass } from '@hausrecht/chain/types'
import type { SigningKey } from '@hausrecht/crypto/signature'

/** Where the device's signing key is when the store cannot read its bytes: in a browser, which keeps it and signs with it. */
export type KeyHolder = {
  /** A new key, durable. */
  create(): Promise<SigningKey>
  /** Null when there is none. */
  open(): Promise<SigningKey | null>
  erase(): Promise<void>
}

/**
 * Where a device keeps what must survive a restart. Node: a folder (`node/folder-store.ts`); tests: `memory-store.ts`; a browser
 * can bring its own. Names are short paths of lowercase letters, digits, `.`, `-`, `_` and `/`.
 */
export type Store = {
  read(name: string): Promise<Uint8Array | null>
  /** Replaces the whole value, durably: after the promise a power cut leaves the new value, before it the old or the new one. */
  write(name: string, bytes: Uint8Array): Promise<void>
  /**
   * As `write`, for values that hold secrets: once the new value is durable, the old one is overwritten where it lies and
   * removed. A crash in between leaves both; the next opening of the store finishes the erasure. Flash and journals may keep
   * older copies nevertheless: a file is not an erasable cell (docs/decisions/0060).
   */
  writeSecret(name: string, bytes: Uint8Array): Promise<void>
  /** Overwrites and removes. Nothing there is no error. */
  erase(name: string): Promise<void>
  /** All names that start with `prefix`, sorted. */
  list(prefix: string): Promise<readonly string[]>
  /** Names as of `list`, each with a text that is another one after every change of the value. Values are not read for it. */
  marks(prefix: string): Promise<ReadonlyMap<string, string>>
  /** Runs `work` while nobody else, in this process or another, runs under the same name. @throws ClientError home_locked */
  exclusive<T>(name: string, work: () => Promise<T>): Promise<T>
  /** All changes of `work` count together, at its end, or none does. Left out by stores that change one value at a time. */
  atomic?<T>(work: () => Promise<T>): Promise<T>
  /** What secrets lie in: how sure it can be that an erased one is gone. Left out: files. */
  readonly cell?: CellClass
  /** Left out by stores that keep the key's seed as a file of theirs. */
  readonly deviceKey?: KeyHolder
}

const NAME = /^[a-z0-9][a-z0-9._-]*(\/[a-z0-9][a-z0-9._-]*)*$/

/** True for a name that a store accepts: nothing that could leave the folder. */
export const isStoreName = (name: string): boolean => name.length <= 200 && NAME.test(name)
