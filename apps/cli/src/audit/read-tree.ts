import { equal } from '@hausrecht/crypto/bytes'
import { type BuiltTile, TileBuilder } from '@hausrecht/tlog/tile-builder'
import { formatTilePath, TILE_WIDTH } from '@hausrecht/tlog/tiles'
import { HASH_BYTES } from '@hausrecht/tlog/tree'
import type { Fault, Outcome } from './checks.ts'
import type { Judged, Keys } from './judge.ts'
import type { Judges } from './judge-pool.ts'
import type { LogFiles } from './source.ts'

export type TreeToRead = {
  readonly files: LogFiles
  readonly judges: Judges
  readonly size: number
  readonly root: Uint8Array
  /** A root that was seen before: of the first `size` leaves. */
  readonly seen: { readonly size: number; readonly root: Uint8Array } | null
  readonly outcome: Outcome
  readonly signal: AbortSignal
  /** Keys as far as the log was followed. */
  keys(): Keys
  /** Called bundle after bundle, in order. */
  onBundle(first: number, bundle: Uint8Array, judged: NonNullable<Judged>): Promise<void>
}

/**
 * Reads every leaf once, bundle after bundle, and holds the tree they make against the checkpoint and against the hash tiles. Memory is
 * that of the bundles under way. True when all leaves were read.
 */
export async function readTree(tree: TreeToRead): Promise<boolean> {
  const { size, root, seen, outcome, signal, judges, files } = tree
  const tiles = new TileCheck(files)
  const builder = new TileBuilder(tile => tiles.expect(tile))
  const bundles = Math.ceil(size / TILE_WIDTH)
  const widthOf = (index: number): number => Math.min(TILE_WIDTH, size - index * TILE_WIDTH)
  const begun: ReturnType<typeof readBundle>[] = []
  const aheadOf = Math.max(files.ahead, judges.ahead)
  if (seen?.size === 0) tree = { ...tree, seen: null }
  for (let index = 0; index < bundles; index++) {
    signal.throwIfAborted()
    while (begun.length < aheadOf && index + begun.length < bundles) {
      const next = index + begun.length
      const reading = readBundle(tree, next, widthOf(next))
      reading.catch(() => undefined)
      begun.push(reading)
    }
    const read = await begun.shift()
    if (read === undefined || 'code' in read) {
      if (read) outcome.fail(read)
      return false
    }
    const { bundle, judged } = read
    const first = index * TILE_WIDTH
    if (seen !== null && seen.size > first && seen.size <= first + widthOf(index)) {
      if (!equal(builder.rootWith(judged.hashes, seen.size - first), seen.root))
        outcome.fail({ code: 'other_history', seen: seen.size })
    }
    if (judged.root) builder.addTile(judged.hashes, judged.root)
    else for (let i = 0; i < widthOf(index); i++) builder.add(hashAt(judged.hashes, i))
    await tree.onBundle(first, bundle, judged)
    await tiles.catchUp()
  }
  builder.finish()
  await tiles.end()
  // Where leaves and tiles differ, the checkpoint says who is right.
  if (equal(builder.root, root)) for (const fault of tiles.faults) outcome.fail(fault)
  else {
    outcome.fail({ code: 'other_root', leaf: tiles.firstLeaf })
    for (const fault of tiles.faults) if (fault.code === 'missing_tile') outcome.fail(fault)
    outcome.leave('undecided', 'tiles')
  }
  return true
}

const hashAt = (hashes: Uint8Array, index: number): Uint8Array =>
  hashes.slice(index * HASH_BYTES, (index + 1) * HASH_BYTES)

async function readBundle(
  { files, judges, keys }: TreeToRead,
  index: number,
  width: number,
): Promise<Fault | { readonly bundle: Uint8Array; readonly judged: NonNullable<Judged> }> {
  const path = formatTilePath({ kind: 'entries', index, width })
  const bundle = await files.read(path)
  if (bundle === null) return { code: 'missing_bundle', path }
  const judged = await judges.judge({ bundle, width, keys: keys() })
  return judged === null ? { code: 'damaged_bundle', path } : { bundle, judged }
}

/** Holds hash tiles against those that the leaves give, a few at once, and keeps what differs in the order of the log. */
class TileCheck {
  readonly faults: Fault[] = []
  readonly #files: LogFiles
  readonly #begun: Promise<Fault | null>[] = []

  constructor(files: LogFiles) {
    this.#files = files
  }

  /** The first leaf whose hash is another in its tile. */
  get firstLeaf(): number | null {
    for (const fault of this.faults) if (fault.code === 'other_tile' && fault.leaf !== null) return fault.leaf
    return null
  }

  expect(tile: BuiltTile): void {
    const checking = this.#check(tile)
    checking.catch(() => undefined)
    this.#begun.push(checking)
  }

  async catchUp(): Promise<void> {
    while (this.#begun.length > this.#files.ahead) await this.#settle()
  }

  async end(): Promise<void> {
    while (this.#begun.length > 0) await this.#settle()
  }

  async #settle(): Promise<void> {
    const fault = await this.#begun.shift()
    // One of each kind is enough to know what is wrong, and a log of lies must not fill the memory.
    if (fault && !this.faults.some(({ code }) => code === fault.code)) this.faults.push(fault)
  }

  async #check({ level, index, width, hashes }: BuiltTile): Promise<Fault | null> {
    const path = formatTilePath({ kind: 'tile', level, index, width })
    const found = await this.#files.read(path)
    if (found === null) return { code: 'missing_tile', path }
    if (found.length === hashes.length && equal(found, hashes)) return null
    const at = hashes.findIndex((byte, i) => byte !== found[i])
    const leaf = level === 0 && at >= 0 ? index * TILE_WIDTH + Math.floor(at / HASH_BYTES) : null
    return { code: 'other_tile', path, leaf }
  }
}
