import { concat, equal } from '@hausrecht/crypto/bytes'
import { sha256 } from '@hausrecht/crypto/hash'
import { parseStreamId, type StreamId } from '@hausrecht/crypto/ids'
import type { Secret } from '@hausrecht/crypto/secret'
import { type Cover, decodeCover, encodeCover } from '@hausrecht/keytree/cover'
import { KeyTree } from '@hausrecht/keytree/tree'
import { ClientError } from './errors.ts'
import type { Store } from './store.ts'

/** Leaves lo…hi, both inclusive. */
export type LeafRange = { readonly lo: number; readonly hi: number }
/** What the verified chain says is deleted of a stream: all orders, whatever their age. */
export type Deleted = (stream: StreamId) => readonly LeafRange[]
/** One key tree. */
export type TreeName = { readonly stream: StreamId; readonly generation: number }

/** A tree in memory, and the checksum of the file it came from. */
type Held = { readonly name: TreeName; readonly tree: KeyTree; readonly checksum: Uint8Array }

const PREFIX = 'keys/'
const CHECKSUM_BYTES = 32
const fileOf = ({ stream, generation }: TreeName): string => `${PREFIX}${stream}.${generation}`

/**
 * The key trees this device holds, in files and in memory. Invariants:
 * - what is deleted in the chain is neither written nor handed out, whoever gives it (crypto I3: import is cut by *all* orders);
 * - a puncture is durable before `puncture` resolves: new file synced, old file overwritten, memory zeroed;
 * - the file is the truth: several processes may share the store, so each change starts from the file, under a lock.
 * A file system does not promise that overwritten bytes are gone (docs/decisions/0060).
 */
export class KeyStore {
  readonly #store: Store
  readonly #deleted: Deleted
  readonly #trees = new Map<string, Held>()

  private constructor(store: Store, deleted: Deleted) {
    this.#store = store
    this.#deleted = deleted
  }

  static async open(store: Store, deleted: Deleted): Promise<KeyStore> {
    const keys = new KeyStore(store, deleted)
    await keys.refresh()
    return keys
  }

  /** Takes over what another process changed in the files. Cheap when nothing did. */
  async refresh(): Promise<void> {
    const seen = new Set<string>()
    for (const file of await this.#store.list(PREFIX)) {
      const name = nameOf(file)
      if (name === null) continue
      seen.add(file)
      await this.#store.exclusive('keys', async () => {
        const bytes = await this.#store.read(file)
        const held = this.#trees.get(file)
        if (bytes === null || (held !== undefined && equal(held.checksum, bytes.subarray(0, CHECKSUM_BYTES)))) return
        const checksum = bytes.slice(0, CHECKSUM_BYTES)
        const tree = treeOf(name, bytes)
        this.#cutTree(name.stream, tree)
        this.#keep(name, tree, checksum)
      })
    }
    for (const [file, { tree }] of this.#trees) {
      if (seen.has(file)) continue
      tree.zero()
      this.#trees.delete(file)
    }
  }

  /** The trees held, in no order. */
  held(): readonly TreeName[] {
    return [...this.#trees.values()].map(({ name }) => name)
  }

  holds(name: TreeName): boolean {
    return this.#trees.has(fileOf(name))
  }

  /** The key of a leaf; the caller zeroes it. @throws ClientError key_deleted | key_missing */
  leafKey(name: TreeName, leaf: number): Secret {
    if (this.#deleted(name.stream).some(({ lo, hi }) => lo <= leaf && leaf <= hi)) throw new ClientError('key_deleted')
    const key = this.#trees.get(fileOf(name))?.tree.leafKey(leaf) ?? null
    if (key === null) throw new ClientError('key_missing', `leaf ${leaf} of generation ${name.generation}`)
    return key
  }

  /** Copies of what is held of a range, without what is deleted; empty when nothing is. The caller zeroes the seeds. */
  export(name: TreeName, { lo, hi }: LeafRange): Cover {
    const tree = this.#trees.get(fileOf(name))?.tree
    if (tree === undefined) return []
    const cover = tree.export(lo, hi)
    const cut = this.#cut(name.stream, cover)
    zeroCover(cover)
    const out = cut.cover()
    cut.zero()
    return out
  }

  /** Depth and prefix of each node held: public, and enough to show what is not covered. */
  positions(name: TreeName): readonly { readonly depth: number; readonly prefix: number }[] {
    return this.#trees.get(fileOf(name))?.tree.positions() ?? []
  }

  /** Adds nodes, cut by all delete orders first. Copies; the caller zeroes what it gave. */
  async import(name: TreeName, cover: Cover): Promise<void> {
    await this.#change(name, held => {
      const cut = this.#cut(name.stream, cover)
      const nodes = cut.cover()
      held.import(nodes)
      zeroCover(nodes)
      cut.zero()
    })
  }

  /** Forgets a range of a stream in every generation, durably. Repeating it changes nothing. */
  async puncture(stream: StreamId, { lo, hi }: LeafRange): Promise<void> {
    const names = new Map<string, TreeName>()
    for (const file of await this.#store.list(`${PREFIX}${stream}.`)) {
      const name = nameOf(file)
      if (name !== null) names.set(file, name)
    }
    for (const name of names.values()) await this.#change(name, held => held.puncture(lo, hi))
  }

  /** Forgets a whole tree. */
  async forget(name: TreeName): Promise<void> {
    const file = fileOf(name)
    await this.#store.exclusive('keys', async () => {
      await this.#store.erase(file)
      this.#trees.get(file)?.tree.zero()
      this.#trees.delete(file)
    })
  }

  /** Zeroes all keys in memory; the store keeps them. */
  close(): void {
    for (const { tree } of this.#trees.values()) tree.zero()
    this.#trees.clear()
  }

  #cut(stream: StreamId, cover: Cover): KeyTree {
    const tree = KeyTree.fromCover(cover)
    this.#cutTree(stream, tree)
    return tree
  }

  #cutTree(stream: StreamId, tree: KeyTree): void {
    for (const { lo, hi } of this.#deleted(stream)) tree.puncture(lo, hi)
  }

  async #change(name: TreeName, change: (held: KeyTree) => void): Promise<void> {
    await this.#store.exclusive('keys', async () => {
      const file = fileOf(name)
      const old = await this.#store.read(file)
      let checksum: Uint8Array | null = old?.slice(0, CHECKSUM_BYTES) ?? null
      const tree = old === null ? KeyTree.empty() : treeOf(name, old)
      const before = JSON.stringify(tree.positions())
      this.#cutTree(name.stream, tree)
      change(tree)
      if (checksum === null || JSON.stringify(tree.positions()) !== before) {
        const cover = tree.cover()
        const bytes = encodeCover(cover)
        checksum = sha256(bytes)
        await this.#store.writeSecret(file, concat(checksum, bytes))
        bytes.fill(0)
        zeroCover(cover)
      }
      this.#keep(name, tree, checksum)
    })
  }

  #keep(name: TreeName, tree: KeyTree, checksum: Uint8Array): void {
    const file = fileOf(name)
    this.#trees.get(file)?.tree.zero()
    this.#trees.set(file, { name, tree, checksum })
  }
}

/** The tree as it is in the file. Overwrites `bytes`. */
function treeOf(name: TreeName, bytes: Uint8Array): KeyTree {
  const body = bytes.subarray(CHECKSUM_BYTES)
  if (!equal(bytes.subarray(0, CHECKSUM_BYTES), sha256(body))) throw new ClientError('home_damaged', fileOf(name))
  const cover = decodeCover(body)
  bytes.fill(0)
  const tree = KeyTree.fromCover(cover)
  zeroCover(cover)
  return tree
}

export function zeroCover(cover: Cover): void {
  for (const node of cover) node.seed.fill(0)
}

function nameOf(file: string): TreeName | null {
  const match = /^keys\/([a-z2-7]{26})\.(\d{1,10})$/.exec(file)
  if (match === null) return null
  return { stream: parseStreamId(match[1] ?? ''), generation: Number(match[2]) }
}
