import { decodeLogLeaf } from '@hausrecht/chain/log-leaf'
import { concat } from '@hausrecht/crypto/bytes'
import { TlogError } from '@hausrecht/tlog/errors'
import { inclusionProof, verifyInclusion } from '@hausrecht/tlog/proofs'
import { decodeEntries, formatTilePath, parseTilePath, TILE_WIDTH, tileReader } from '@hausrecht/tlog/tiles'
import { leafHash } from '@hausrecht/tlog/tree'
import type { LoggedAccess } from '../chain-state.ts'
import { ClientError } from '../errors.ts'
import { viewRoot } from '../log-view.ts'
import type { OpenDevice } from '../open-device.ts'

/** A stretch of the log's accesses, newest first. */
export type AccessPage = {
  readonly found: readonly LoggedAccess[]
  /** Where the next stretch ends; null at the beginning of the log. */
  readonly next: number | null
}
/** Gives the stretch that ends before a place in the log (null: at its end). */
export type AccessSource = (before: number | null) => Promise<AccessPage>

/**
 * Of a device that keeps none: from the vault's entry bundles, each held against the checkpoint that this device has followed the log to.
 * Leaves under that root were checked when it did so; the vault can neither change nor leave out one of them.
 * @throws ClientError log_mismatch for a bundle that is not in that log
 */
export function loggedAccesses({ chain, vault }: Pick<OpenDevice, 'chain' | 'vault'>): AccessSource {
  const { size } = chain.view
  const root = viewRoot(chain.view)
  return async before => {
    const end = Math.min(before ?? size, size)
    const bundle = Math.floor((end - 1) / TILE_WIDTH)
    if (end <= 0) return { found: [], next: null }
    const first = bundle * TILE_WIDTH
    const leaves = await provenBundle(vault, { bundle, size, root })
    const found = leaves.slice(0, end - first).flatMap((bytes, offset): LoggedAccess[] => {
      const leaf = decodeLogLeaf(bytes)
      return leaf.kind === 'access' ? [{ access: leaf.access, index: first + offset }] : []
    })
    return { found: found.toReversed(), next: first === 0 ? null : first }
  }
}

/** All leaves of a bundle. The audit path of its first leaf is made with the hashes of all others: the root fits only if each does. */
async function provenBundle(
  vault: Pick<OpenDevice['vault'], 'entryBundle' | 'hashTile'>,
  { bundle, size, root }: { readonly bundle: number; readonly size: number; readonly root: Uint8Array },
): Promise<readonly Uint8Array[]> {
  const index = bundle * TILE_WIDTH
  const width = Math.min(TILE_WIDTH, size - index)
  try {
    const leaves = decodeEntries(await vault.entryBundle(bundle, width))
    if (leaves.length !== width) throw new TlogError('bad_tile')
    const hashes = leaves.map(leafHash)
    const own = formatTilePath({ kind: 'tile', level: 0, index: bundle, width })
    const reader = tileReader(size, path => {
      if (path === own) return Promise.resolve(concat(...hashes))
      const tile = parseTilePath(path)
      if (tile.kind !== 'tile') throw new TlogError('bad_tile')
      return vault.hashTile(tile.level, tile.index, tile.width)
    })
    const [first = new Uint8Array(0)] = hashes
    verifyInclusion({ leafHash: first, index, size, proof: await inclusionProof(index, size, reader), root })
    return leaves
  } catch (error) {
    if (!(error instanceof TlogError)) throw error
    throw new ClientError('log_mismatch', `bundle ${bundle}`, { cause: error })
  }
}
