import type { Access } from '@hausrecht/chain/access'
import { isCommutative } from '@hausrecht/chain/entry'
import { coverRoot } from '@hausrecht/chain/receipt'
import { formatReceiptFile, type KeptCover, type ProvenLeaf } from '@hausrecht/chain/receipt-file'
import { findOrder } from '@hausrecht/chain/settlement'
import type { Order } from '@hausrecht/chain/state'
import { equal } from '@hausrecht/crypto/bytes'
import type { DeviceId, OrderId } from '@hausrecht/crypto/ids'
import { TlogError } from '@hausrecht/tlog/errors'
import { noteKey, TYPE_ED25519 } from '@hausrecht/tlog/note'
import { formatPolicy } from '@hausrecht/tlog/policy-file'
import { inclusionProof, verifyInclusion } from '@hausrecht/tlog/proofs'
import { decodeEntries, parseTilePath, TILE_WIDTH, tileReader } from '@hausrecht/tlog/tiles'
import { leafHash } from '@hausrecht/tlog/tree'
import { self } from './device.ts'
import { ClientError } from './errors.ts'
import { type HomeFacts, trustOf } from './home.ts'
import { viewRoot } from './log-view.ts'
import type { OpenDevice } from './open-device.ts'
import { keptCover } from './said-cover.ts'

/** So many accesses to what was deleted a file lists, the newest: a hint at who may have exported some of it. */
export const LISTED_ACCESSES = 256
/** So many accesses are looked through for them. */
const SEARCHED_ACCESSES = 20_000
/** So many leaves before the order are shown to prove that no device was left out, where no later entry proves it. */
export const SHOWN_BEFORE = 1024

type Leaf = Omit<ProvenLeaf, 'proof'>

/**
 * The file that shows how a deletion went (docs/formats/receipt.md): verifies anywhere, by itself. Made of what this device has checked, so
 * `sync` before.
 * @param labels readable names to put in, by id of device or stream; they are not signed
 * @throws ClientError bad_argument for an order that was not given; log_mismatch if the vault's tiles are not the log that was checked
 */
export async function makeReceiptFile(
  device: OpenDevice,
  facts: HomeFacts,
  id: OrderId,
  labels: ReadonlyMap<string, string> = new Map(),
): Promise<string> {
  const { chain } = device
  const found = findOrder(chain.state, id)
  if (found === null) throw new ClientError('bad_argument', 'no such order')
  const removal = chain.removals.get(id)
  const wanted = new Map<number, Uint8Array>(chain.entries.map(({ entry, index }) => [index, entry.bytes]))
  if (removal !== undefined) wanted.set(removal.index, removal.removal.encoded)
  for (const { index, leaf } of await accessesTo(device, found.order)) wanted.set(index, leaf)
  for (const { index, leaf } of await leavesBefore(device, id)) wanted.set(index, leaf)
  const leaves = [...wanted].map(([index, leaf]): Leaf => ({ index, leaf })).toSorted((a, b) => a.index - b.index)
  const { origin, household, vaultKey } = chain.state
  return formatReceiptFile({
    order: id,
    checkpoint: chain.view.note,
    leaves: await proven(device, leaves),
    covers: await ownCover(device, found.place),
    policy: formatPolicy(noteKey(`${origin}/hh/${household}`, TYPE_ED25519, vaultKey), trustOf(facts)),
    labels,
  })
}

/** Each with its proof under the checkpoint that this device has checked. */
async function proven({ chain, vault }: OpenDevice, leaves: readonly Leaf[]): Promise<readonly ProvenLeaf[]> {
  const { size } = chain.view
  const root = viewRoot(chain.view)
  const reader = tileReader(size, path => {
    const tile = parseTilePath(path)
    return tile.kind === 'tile' ? vault.hashTile(tile.level, tile.index, tile.width) : Promise.reject(new Error(path))
  })
  const found: ProvenLeaf[] = []
  for (const { index, leaf } of leaves) {
    try {
      const proof = await inclusionProof(index, size, reader)
      verifyInclusion({ leafHash: leafHash(leaf), index, size, proof, root })
      found.push({ index, leaf, proof })
    } catch (error) {
      if (!(error instanceof TlogError)) throw error
      throw new ClientError('log_mismatch', `leaf ${index}`, { cause: error })
    }
  }
  return found
}

/** What this device held when it signed its newest receipt, if that speaks of the order. Nobody knows it of others. */
async function ownCover(device: OpenDevice, place: number): Promise<readonly KeptCover[]> {
  const { receipt } = self(device)
  if (receipt === null || receipt.applied <= place) return []
  const positions = await keptCover(device.store)
  if (positions === null || !equal(coverRoot(positions), receipt.cover)) return []
  return [{ device: device.id, positions }]
}

const touches = ({ ranges }: Order, { stream, lo, hi }: Access): boolean =>
  ranges.some(range => (range.stream ?? stream) === stream && range.lo <= hi && lo <= range.hi)

/** Accesses to some of what was deleted, newest first, as far as this device keeps accesses. */
export async function accessesTo(
  { chain }: OpenDevice,
  order: Order,
): Promise<readonly (Leaf & { readonly reader: DeviceId })[]> {
  const { view } = chain
  return (await chain.accesses(null, SEARCHED_ACCESSES))
    .filter(({ access, index }) => index < view.size && touches(order, access))
    .slice(0, LISTED_ACCESSES)
    .map(({ access, index }) => ({ index, leaf: access.bytes, reader: access.reader }))
}

/** The leaves between the newest chained entry and the order; none when a later entry of the chain closes the list, or they are too many. */
async function leavesBefore({ chain, vault }: OpenDevice, id: OrderId): Promise<readonly Leaf[]> {
  const last = chain.entries.findLast(({ entry }) => !isCommutative(entry.statement))?.index ?? 0
  const at = chain.entries.find(
    ({ entry: { statement } }) => statement.type === 'delete_order' && statement.order === id,
  )?.index
  if (at === undefined || last > at || at - last > SHOWN_BEFORE) return []
  const leaves: Leaf[] = []
  for (let bundle = Math.floor(last / TILE_WIDTH); bundle * TILE_WIDTH < at; bundle++) {
    const start = bundle * TILE_WIDTH
    const width = Math.min(TILE_WIDTH, chain.view.size - start)
    const entries = decodeEntries(await vault.entryBundle(bundle, width))
    for (const [offset, leaf] of entries.entries())
      if (start + offset > last && start + offset < at) leaves.push({ index: start + offset, leaf })
  }
  return leaves
}
