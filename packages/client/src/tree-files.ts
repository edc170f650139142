import type { LeafRanges } from '@hausrecht/chain/state'
import { concat, equal } from '@hausrecht/crypto/bytes'
import { sha256 } from '@hausrecht/crypto/hash'
import { parseStreamId, type StreamId } from '@hausrecht/crypto/ids'
import { type Cover, decodeCover, encodeCover } from '@hausrecht/keytree/cover'
import { KeyTree } from '@hausrecht/keytree/tree'
import { ClientError } from './errors.ts'
import { DAY_DEPTH, Draft, dayOfNode, dayRange, PagedTree } from './paged-tree.ts'
import type { Store } from './store.ts'

/** One key tree. */
export type TreeName = { readonly stream: StreamId; readonly generation: number }

/** The files of a tree, each with the store's mark. */
export type Marks = ReadonlyMap<string, string>
type Changes = { readonly spine: KeyTree | null; readonly pages: readonly (readonly [day: number, page: KeyTree])[] }

export const KEYS_PREFIX = 'keys/'
const CHECKSUM_BYTES = 32
const FILE = /^keys\/([a-z2-7]{26})\.(\d{1,10})(?:\.pages\/(\d{1,5}))?$/

export const spineFile = ({ stream, generation }: TreeName): string => `${KEYS_PREFIX}${stream}.${generation}`

/** Which tree a file belongs to; null when it is none of a tree's. */
export function treeOfFile(file: string): TreeName | null {
  const match = FILE.exec(file)
  return match === null ? null : { stream: parseStreamId(match[1] ?? ''), generation: Number(match[2]) }
}

/**
 * One key tree in memory and in its files: `keys/STREAM.GENERATION` is the spine, `keys/STREAM.GENERATION.pages/DAY` what is left of a
 * day with holes. Where both cover a day the page counts, always: files change in the order pages, spine, pages that go, so a
 * crash in between leaves a day twice, and the spine would bring back what its page has lost. `load` puts that right.
 * `load`, `change` and `erase` are called under the store's lock for keys.
 */
export class TreeFiles {
  readonly name: TreeName
  readonly tree = new PagedTree()
  readonly #store: Store
  readonly #spine: string
  /** Of the files that `tree` comes from. */
  #marks: Marks = new Map()

  constructor(store: Store, name: TreeName) {
    this.#store = store
    this.name = name
    this.#spine = spineFile(name)
  }

  /**
   * Takes over what the files say by now, cut by all orders, and writes what a crash or an older release left otherwise.
   * @returns false when there is no such tree; @throws ClientError home_damaged
   */
  async load(deleted: LeafRanges, listing?: Marks): Promise<boolean> {
    const marks = listing ?? (await this.#listing())
    const stale = [...marks].filter(([file, mark]) => this.#marks.get(file) !== mark).map(([file]) => file)
    const gone = [...this.#marks.keys()].filter(file => !marks.has(file))
    if (stale.length === 0 && gone.length === 0) return marks.size > 0
    // Read first and take over at once: others ask for keys in between.
    const covers = new Map<string, Cover>()
    for (const file of stale) covers.set(file, await this.#read(file))
    // If something throws from here on, the next load reads all files anew.
    this.#marks = new Map()
    for (const file of gone) this.#put(file, null)
    const draft = this.#takeOver(covers)
    if (marks.size > 0 && !marks.has(this.#spine)) draft.editSpine()
    draft.cut(deleted, { spine: covers.has(this.#spine), days: stale.map(dayOfFile).filter(day => day !== null) })
    // Nothing is in it that the files do not have: memory may be ahead of them.
    const writes = changesOf(draft)
    draft.commit()
    await this.#write(writes, marks)
    this.#marks = writes.spine === null && writes.pages.length === 0 ? marks : await this.#listing()
    return marks.size > 0
  }

  /** Changes the tree, durably and cut by all orders. Memory follows once the files have it. */
  async change(deleted: LeafRanges, change: (draft: Draft) => void, listing?: Marks): Promise<void> {
    const exists = await this.load(deleted, listing)
    const draft = new Draft(this.tree)
    try {
      change(draft)
      if (!exists) draft.editSpine()
      draft.cut(deleted)
      const writes = changesOf(draft)
      if (writes.spine === null && writes.pages.length === 0) return
      const marks = this.#marks
      // If something throws from here on, the next load reads all files anew.
      this.#marks = new Map()
      await this.#write(writes, marks)
      draft.commit()
    } finally {
      draft.cancel()
    }
    this.#marks = await this.#listing()
  }

  /** Erases the files, the spine last, so that a crash in between leaves a tree that can be erased again. */
  async erase(): Promise<void> {
    const marks = await this.#listing()
    for (const file of marks.keys()) if (file !== this.#spine) await this.#store.erase(file)
    await this.#store.erase(this.#spine)
    this.tree.zero()
    this.#marks = new Map()
  }

  /** Pages before the spine that no longer has their days; pages that go after the spine that has their days, or nobody has. */
  async #write({ spine, pages }: Changes, marks: Marks): Promise<void> {
    for (const [day, page] of pages) if (!page.isEmpty) await this.#save(this.#pageFile(day), page)
    if (spine !== null) await this.#save(this.#spine, spine)
    for (const [day, page] of pages)
      if (page.isEmpty && marks.has(this.#pageFile(day))) await this.#store.erase(this.#pageFile(day))
  }

  async #save(file: string, tree: KeyTree): Promise<void> {
    const cover = tree.cover()
    const body = encodeCover(cover)
    zeroCover(cover)
    const bytes = concat(sha256(body), body)
    body.fill(0)
    await this.#store.writeSecret(file, bytes)
    bytes.fill(0)
  }

  /** @returns what has to be written, because the files hold a day twice or an older release wrote them */
  #takeOver(covers: ReadonlyMap<string, Cover>): Draft {
    let deep: Cover = []
    for (const [file, cover] of covers) {
      // An older release kept everything in the spine.
      if (file === this.#spine) deep = cover.filter(node => node.depth > DAY_DEPTH)
      this.#put(file, KeyTree.fromCover(file === this.#spine ? cover.filter(node => node.depth <= DAY_DEPTH) : cover))
    }
    const draft = new Draft(this.tree)
    const twice = [...this.tree.pages.keys()].map(dayRange).filter(({ lo, hi }) => this.tree.spine.touches(lo, hi))
    for (const { lo, hi } of twice) this.tree.spine.puncture(lo, hi)
    if (deep.length > 0 || twice.length > 0) draft.editSpine()
    draft.import(deep.filter(node => !this.tree.pages.has(dayOfNode(node))))
    for (const cover of covers.values()) zeroCover(cover)
    return draft
  }

  /** A file's tree in memory; null when the file is gone. */
  #put(file: string, tree: KeyTree | null): void {
    const day = dayOfFile(file)
    if (day === null) {
      this.tree.spine.zero()
      this.tree.spine = tree ?? KeyTree.empty()
      return
    }
    this.tree.pages.get(day)?.zero()
    if (tree === null) this.tree.pages.delete(day)
    else this.tree.pages.set(day, tree)
  }

  async #read(file: string): Promise<Cover> {
    const bytes = await this.#store.read(file)
    if (bytes === null) throw new ClientError('home_damaged', file)
    const body = bytes.subarray(CHECKSUM_BYTES)
    if (!equal(bytes.subarray(0, CHECKSUM_BYTES), sha256(body))) throw new ClientError('home_damaged', file)
    const cover = decodeCover(body)
    bytes.fill(0)
    const day = dayOfFile(file)
    if (day !== null && !cover.every(node => node.depth > DAY_DEPTH && dayOfNode(node) === day))
      throw new ClientError('home_damaged', file)
    return cover
  }

  /** The files of this tree, and not of the generation 10 when it is 1. */
  async #listing(): Promise<Marks> {
    const marks = await this.#store.marks(this.#spine)
    const pages = `${this.#spine}.pages/`
    return new Map([...marks].filter(([file]) => file === this.#spine || file.startsWith(pages)))
  }

  #pageFile(day: number): string {
    return `${this.#spine}.pages/${day}`
  }
}

/** Empty pages are files that go. */
const changesOf = ({ spine, pages }: Draft): Changes => ({ spine, pages: [...pages] })

/** The day of a page; null for a spine. */
const dayOfFile = (file: string): number | null => {
  const day = FILE.exec(file)?.[3]
  return day === undefined ? null : Number(day)
}

export function zeroCover(cover: Cover): void {
  for (const node of cover) node.seed.fill(0)
}
