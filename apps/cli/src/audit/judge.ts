import { verifyAccess } from '@hausrecht/chain/access'
import { verifyAccessRequest } from '@hausrecht/chain/access-request'
import { verifyEntryBy } from '@hausrecht/chain/entry'
import { ChainError } from '@hausrecht/chain/errors'
import { decodeLogLeaf, type LogLeaf } from '@hausrecht/chain/log-leaf'
import { verifyRemoval } from '@hausrecht/chain/removal'
import type { DeviceId, HouseholdId } from '@hausrecht/crypto/ids'
import { TlogError } from '@hausrecht/tlog/errors'
import { hashBundle, tileRoot } from '@hausrecht/tlog/tile-builder'
import { TILE_WIDTH } from '@hausrecht/tlog/tiles'

/** Keys by which leaves are signed. Null as long as the log's genesis is not known. */
export type Keys = {
  readonly household: HouseholdId
  readonly vaultKey: Uint8Array
  readonly devices: ReadonlyMap<DeviceId, Uint8Array>
} | null

export type Job = { readonly bundle: Uint8Array; readonly width: number; readonly keys: Keys }

/**
 * What can be said of a leaf by itself. `unknown`: its author or reader is not among the keys that were known when this was asked; whoever
 * has applied all entries before it has to look again.
 */
export type LeafJudged =
  | { readonly kind: 'entry'; readonly signed: 'yes' | 'unknown' }
  | { readonly kind: 'access'; readonly time: number; readonly reader: DeviceId; readonly asked: 'yes' | 'unknown' }
  | { readonly kind: 'removal'; readonly time: number }
  | { readonly kind: 'bad'; readonly of: LogLeaf['kind']; readonly reason: string }

/** Null for a bundle that is none. `root`: over its leaf hashes, when they are a full tile. */
export type Judged = {
  readonly leaves: readonly LeafJudged[]
  readonly hashes: Uint8Array
  readonly root: Uint8Array | null
} | null

/** Hashes a bundle's leaves and checks every signature that can be checked without knowing what stands before it. */
export async function judge({ bundle, width, keys }: Job): Promise<Judged> {
  try {
    const { leaves, hashes } = hashBundle(bundle, width)
    const root = width === TILE_WIDTH ? tileRoot(hashes) : null
    const judged: LeafJudged[] = []
    if (keys !== null) for (const leaf of leaves) judged.push(await judgeLeaf(leaf, keys))
    return { leaves: judged, hashes, root }
  } catch (error) {
    if (error instanceof TlogError) return null
    throw error
  }
}

async function judgeLeaf(bytes: Uint8Array, keys: NonNullable<Keys>): Promise<LeafJudged> {
  let leaf: LogLeaf
  try {
    leaf = decodeLogLeaf(bytes)
  } catch (error) {
    if (!(error instanceof ChainError)) throw error
    const of = error.code === 'bad_access' ? 'access' : error.code === 'bad_removal' ? 'removal' : 'entry'
    return { kind: 'bad', of, reason: error.code }
  }
  try {
    // A new kind of leaf makes this fail to compile: say here how it is judged, and in `follow.ts` what follows from it.
    switch (leaf.kind) {
      case 'entry': {
        const key = keys.devices.get(leaf.entry.actor)
        if (key === undefined) return { kind: 'entry', signed: 'unknown' }
        await verifyEntryBy(leaf.entry, key)
        return { kind: 'entry', signed: 'yes' }
      }
      case 'access': {
        const { access } = leaf
        await verifyAccess(access, keys.vaultKey)
        const { time, reader } = access
        const key = keys.devices.get(reader)
        if (key === undefined) return { kind: 'access', time, reader, asked: 'unknown' }
        await verifyAccessRequest(access, keys.household, key)
        return { kind: 'access', time, reader, asked: 'yes' }
      }
      case 'removal':
        await verifyRemoval(leaf.removal, keys.vaultKey)
        return { kind: 'removal', time: leaf.removal.time }
      default:
        return leaf satisfies never
    }
  } catch (error) {
    if (!(error instanceof ChainError)) throw error
    return { kind: 'bad', of: leaf.kind, reason: error.code }
  }
}
