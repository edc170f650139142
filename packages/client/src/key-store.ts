import { covers, type LeafRanges } from '@hausrecht/chain/state'
import type { StreamId } from '@hausrecht/crypto/ids'
import type { Secret } from '@hausrecht/crypto/secret'
import type { Cover } from '@hausrecht/keytree/cover'
import { KeyTree } from '@hausrecht/keytree/tree'
import { ClientError } from './errors.ts'
import type { Draft, LeafRange, Position } from './paged-tree.ts'
import type { Store } from './store.ts'
import { KEYS_PREFIX, type Marks, spineFile, TreeFiles, type TreeName, treeOfFile, zeroCover } from './tree-files.ts'

export type { LeafRange } from './paged-tree.ts'
export { type TreeName, zeroCover } from './tree-files.ts'

/** What the verified chain says is deleted of a stream: all orders, whatever their age, as sorted, disjoint ranges. */
export type Deleted = (stream: StreamId) => LeafRanges

/**
 * The key trees this device holds, in files and in memory. Invariants:
 * - what is deleted in the chain is neither written nor handed out, whoever gives it (crypto I3: import is cut by *all* orders);
 * - a puncture is durable before `puncture` resolves: new file synced, old file overwritten, memory zeroed;
 * - the files are the truth: several processes may share the store, so each change starts from the files, under a lock;
 * - a change writes the days it touches and no others, however much is deleted (docs/decisions/0069).
 * A file system does not promise that overwritten bytes are gone (docs/decisions/0060).
 */
export class KeyStore {
  readonly #store: Store
  readonly #deleted: Deleted
  readonly #trees = new Map<string, TreeFiles>()

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
    await this.#locked(async () => {
      const listings = await this.#listings(KEYS_PREFIX)
      for (const [key, { name, marks }] of listings) {
        const files = this.#files(name)
        await files.load(this.#deleted(name.stream), marks)
        this.#trees.set(key, files)
      }
      for (const key of [...this.#trees.keys()].filter(key => !listings.has(key))) this.#drop(key)
    })
  }

  /** The trees held, in no order. */
  held(): readonly TreeName[] {
    return [...this.#trees.values()].map(({ name }) => name)
  }

  holds(name: TreeName): boolean {
    return this.#trees.has(spineFile(name))
  }

  /** The key of a leaf; the caller zeroes it. @throws ClientError key_deleted | key_missing */
  leafKey(name: TreeName, leaf: number): Secret {
    if (covers(this.#deleted(name.stream), leaf)) throw new ClientError('key_deleted')
    const key = this.#trees.get(spineFile(name))?.tree.leafKey(leaf) ?? null
    if (key === null) throw new ClientError('key_missing', `leaf ${leaf} of generation ${name.generation}`)
    return key
  }

  /** Copies of what is held of a range, without what is deleted; empty when nothing is. The caller zeroes the seeds. */
  export(name: TreeName, { lo, hi }: LeafRange): Cover {
    const cover = this.#trees.get(spineFile(name))?.tree.export(lo, hi) ?? []
    const cut = this.#cut(name.stream, cover)
    zeroCover(cover)
    return cut
  }

  /** Depth and prefix of each node held: public, and enough to show what is not covered. */
  positions(name: TreeName): readonly Position[] {
    return this.#trees.get(spineFile(name))?.tree.positions() ?? []
  }

  /** Adds nodes, cut by all delete orders first. Copies; the caller zeroes what it gave. */
  async import(name: TreeName, cover: Cover): Promise<void> {
    await this.#locked(async () => {
      const cut = this.#cut(name.stream, cover)
      await this.#change(name, draft => draft.import(cut)).finally(() => zeroCover(cut))
    })
  }

  /** Forgets ranges of a stream in every generation, durably. Repeating it changes nothing. Many at once are written once. */
  async puncture(stream: StreamId, ranges: LeafRange | readonly LeafRange[]): Promise<void> {
    const all = 'lo' in ranges ? [ranges] : ranges
    await this.#locked(async () => {
      const punctured = (draft: Draft): void => {
        for (const range of all) draft.puncture(range)
      }
      for (const { name, marks } of (await this.#listings(`${KEYS_PREFIX}${stream}.`)).values())
        await this.#change(name, punctured, marks)
    })
  }

  /** Forgets a whole tree. */
  async forget(name: TreeName): Promise<void> {
    await this.#locked(async () => {
      await this.#files(name).erase()
      this.#drop(spineFile(name))
    })
  }

  /** Zeroes all keys in memory; the store keeps them. */
  close(): void {
    for (const key of [...this.#trees.keys()]) this.#drop(key)
  }

  #locked<T>(work: () => Promise<T>): Promise<T> {
    const store = this.#store
    return store.exclusive('keys', () => (store.atomic ? store.atomic(work) : work()))
  }

  /** The files of each tree, with their marks. */
  async #listings(prefix: string): Promise<ReadonlyMap<string, { name: TreeName; marks: Map<string, string> }>> {
    const listings = new Map<string, { name: TreeName; marks: Map<string, string> }>()
    for (const [file, mark] of await this.#store.marks(prefix)) {
      const name = treeOfFile(file)
      if (name === null) continue
      const key = spineFile(name)
      const listing = listings.get(key) ?? { name, marks: new Map() }
      listing.marks.set(file, mark)
      listings.set(key, listing)
    }
    return listings
  }

  #files(name: TreeName): TreeFiles {
    return this.#trees.get(spineFile(name)) ?? new TreeFiles(this.#store, name)
  }

  async #change(name: TreeName, change: (draft: Draft) => void, marks?: Marks): Promise<void> {
    const files = this.#files(name)
    await files.change(this.#deleted(name.stream), change, marks)
    this.#trees.set(spineFile(name), files)
  }

  #drop(key: string): void {
    this.#trees.get(key)?.tree.zero()
    this.#trees.delete(key)
  }

  /** Copies of the nodes without what orders deleted. */
  #cut(stream: StreamId, cover: Cover): Cover {
    const tree = KeyTree.fromCover(cover)
    for (const { lo, hi } of this.#deleted(stream)) tree.puncture(lo, hi)
    const cut = tree.cover()
    tree.zero()
    return cut
  }
}
