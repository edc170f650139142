import { concat, equal, toHex } from '@hausrecht/crypto/bytes'
import { sha256 } from '@hausrecht/crypto/hash'
import { parseStreamId } from '@hausrecht/crypto/ids'
import { Secret } from '@hausrecht/crypto/secret'
import { type Cover, decodeCover, encodeCover, nodeRange } from '@hausrecht/keytree/cover'
import { KeyTree } from '@hausrecht/keytree/tree'
import { ClientError } from './errors.ts'
import type { KeyStore, LeafRange } from './key-store.ts'
import { MemoryStore } from './memory-store.ts'
import type { Store } from './store.ts'

/** What tests of the key store share. */

export const stream = parseStreamId('a'.repeat(26))
export const name = { stream, generation: 0 }
export const spine = `keys/${stream}.0`
export const page = (day: number): string => `${spine}.pages/${day}`

const DAY_LEAVES = 65_536
const FIRST_DAY = 20_000
export const at = (day: number, slot: number): number => (FIRST_DAY + day) * DAY_LEAVES + slot
export const days = (first: number, last: number): LeafRange => ({ lo: at(first, 0), hi: at(last, DAY_LEAVES - 1) })

/** Leaves that are looked at: at the ends and in the middle of some days. */
export const PROBES = [0, 1, 2, 3].flatMap(day => [0, 1, 999, 1000, 1999, 2000, 65_535].map(slot => at(day, slot)))

const root = (): Secret => Secret.from(new Uint8Array(32).fill(7))
export const whole = (): Cover => KeyTree.fromRoot(root()).cover()
export const part = ({ lo, hi }: LeafRange): Cover => KeyTree.fromRoot(root()).export(lo, hi)

const reference = KeyTree.fromRoot(root())
const wanted = new Map(PROBES.map(leaf => [leaf, reference.leafKey(leaf)?.use(toHex)]))

/** The probes that a store has the keys of. @throws when one of them is another tree's */
export function readable(keys: KeyStore): readonly number[] {
  return PROBES.filter(leaf => {
    try {
      const key = keys.leafKey(name, leaf).use(toHex)
      if (key !== wanted.get(leaf)) throw new Error(`a wrong key of leaf ${leaf}`)
      return true
    } catch (error) {
      if (error instanceof ClientError && (error.code === 'key_deleted' || error.code === 'key_missing')) return false
      throw error
    }
  })
}

export const inside = (ranges: readonly LeafRange[], leaf: number): boolean =>
  ranges.some(({ lo, hi }) => lo <= leaf && leaf <= hi)

/** A file as the release before pages wrote it. */
export function oldFile(cover: Cover): Uint8Array {
  const body = encodeCover(cover)
  return concat(sha256(body), body)
}

/** The nodes of each file of the tree, as a thief would read them: without any rule of which file counts. */
export async function rawNodes(store: Store): Promise<ReadonlyMap<string, Cover>> {
  const files = new Map<string, Cover>()
  for (const file of await store.list('keys/')) {
    const bytes = (await store.read(file)) ?? new Uint8Array(0)
    if (!equal(bytes.subarray(0, 32), sha256(bytes.subarray(32)))) throw new Error(`checksum of ${file}`)
    files.set(file, decodeCover(bytes.subarray(32)))
  }
  return files
}

/** Files with a node above something in the ranges: there must be none once they are punctured. */
export const reaching = async (store: Store, ranges: readonly LeafRange[]): Promise<readonly string[]> =>
  [...(await rawNodes(store))].flatMap(([file, cover]) =>
    cover.some(node => ranges.some(({ lo, hi }) => nodeRange(node).lo <= hi && lo <= nodeRange(node).hi)) ? [file] : [],
  )

/** When a store fails: at the n-th operation from now, before or after it took effect; and for good, as a power cut, or once. */
export type Fault = { readonly at: number; readonly after: boolean; readonly forGood: boolean }

/** A store that fails on command. */
export class FaultyStore extends MemoryStore {
  #fault: Fault | null = null
  #left = 0

  fail(fault: Fault | null): void {
    this.#fault = fault
    this.#left = fault?.at ?? 0
  }

  async #run<T>(work: () => Promise<T>): Promise<T> {
    const fault = this.#fault
    const due = fault !== null && (fault.forGood ? this.#left <= 0 : this.#left === 0)
    // What it does itself on the way is part of the operation.
    this.#fault = null
    try {
      if (due && (!fault.after || this.#left < 0)) throw new Error('power cut')
      const value = await work()
      if (due) throw new Error('power cut')
      return value
    } finally {
      this.#fault = fault
      this.#left--
    }
  }

  override read(file: string): Promise<Uint8Array | null> {
    return this.#run(() => super.read(file))
  }

  override marks(prefix: string): Promise<ReadonlyMap<string, string>> {
    return this.#run(() => super.marks(prefix))
  }

  override writeSecret(file: string, bytes: Uint8Array): Promise<void> {
    return this.#run(() => super.writeSecret(file, bytes))
  }

  override erase(file: string): Promise<void> {
    return this.#run(() => super.erase(file))
  }
}
