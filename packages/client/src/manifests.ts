import { ChainError } from '@hausrecht/chain/errors'
import {
  decodeList,
  decodeSummaries,
  hourLeaves,
  hourOfLeaf,
  type ManifestRecord,
  manifestOf,
  summaryOf,
} from '@hausrecht/chain/manifest'
import { goneRanges, isGone, RETENTION_STEP_MS } from '@hausrecht/chain/retention'
import { canRead } from '@hausrecht/chain/rights'
import { covers } from '@hausrecht/chain/state'
import type { Manifest } from '@hausrecht/chain/types'
import { equal } from '@hausrecht/crypto/bytes'
import type { DeviceId, StreamId } from '@hausrecht/crypto/ids'
import { leafStart, nextLeaf } from '@hausrecht/keytree/leaf'
import type { Chain } from './chain.ts'
import { type OpenDevice, sync } from './device.ts'
import { householdNow } from './household-clock.ts'
import type { LeafRange } from './key-store.ts'
import { VaultError } from './vault-error.ts'

/** Lists kept in memory, of one hour and stream each: a day of nine cameras with sound. */
export const LISTS_KEPT = 432
/** A vault whose clock is ahead ends recordings earlier, ms: what ends so soon accuses nobody. */
export const ENDS_SOON_MS = 2 * RETENTION_STEP_MS
/** Withheld objects that lie closer together are told as one stretch, ms. */
const JOIN_MS = 12_000

export type Signed = Manifest & { readonly recorder: DeviceId }

/** A stretch in which objects were recorded that the vault has acknowledged and does not list any more, ms since 1970. */
export type Withheld = { readonly from: number; readonly to: number; readonly count: number }

type Known = { read: number; readonly byHour: Map<number, Signed[]> }
const known = new WeakMap<Chain, Known>()
const lists = new WeakMap<Chain, Map<string, readonly ManifestRecord[]>>()

/** What recorders signed of an hour. */
export function manifestsOf(chain: Chain, hour: number): readonly Signed[] {
  const index = known.get(chain) ?? { read: 0, byHour: new Map<number, Signed[]>() }
  known.set(chain, index)
  for (const { entry } of chain.entries.slice(index.read)) {
    const { statement, actor } = entry
    if (statement.type !== 'manifest') continue
    index.byHour.set(statement.hour, [...(index.byHour.get(statement.hour) ?? []), { ...statement, recorder: actor }])
  }
  index.read = chain.entries.length
  return index.byHour.get(hour) ?? []
}

/**
 * What the vault acknowledged of leaves lo…hi of a stream and does not list any more, though no order and no rule says that it may go.
 * `listed`: the ids that it does list there. Hours that no recorder has signed yet say nothing.
 * docs/formats/chain.md §Manifests
 * @throws VaultError when it cannot be asked
 */
export async function withheldIn(
  device: OpenDevice,
  stream: StreamId,
  range: LeafRange,
  listed: ReadonlySet<string>,
  signal?: AbortSignal,
): Promise<readonly Withheld[]> {
  const find = async (): Promise<readonly Stretch[]> => {
    const found: Stretch[] = []
    for (let hour = hourOfLeaf(range.lo); hour <= hourOfLeaf(range.hi); hour++) {
      // What a device may not see yet, the vault does not list to it either.
      if (!canRead(device.chain.state, device.id, stream, hourLeaves(hour).lo)) continue
      for (const signed of manifestsOf(device.chain, hour))
        found.push(...(await missing(device, stream, signed, range, listed, signal)))
    }
    return found
  }
  if ((await find()).length === 0) return []
  // An order may have come since this device looked at the log: the vault has carried it out already.
  await sync(device)
  return joined(await find())
}

type Stretch = { readonly lo: number; readonly hi: number; readonly count: number }

async function missing(
  device: OpenDevice,
  stream: StreamId,
  signed: Signed,
  range: LeafRange,
  listed: ReadonlySet<string>,
  signal?: AbortSignal,
): Promise<readonly Stretch[]> {
  const { chain } = device
  const whole = hourLeaves(signed.hour)
  const part = { lo: Math.max(range.lo, whole.lo), hi: Math.min(range.hi, whole.hi) }
  const soon = householdNow(device) + ENDS_SOON_MS
  // Of an hour of which all is gone there is no list any more, and none is needed.
  if (isAllGone(device, stream, part, soon)) return []
  const records = await listOf(device, stream, signed, signal)
  // It can't say what it held of an hour that it signed for: all of it counts as kept back.
  if (records === null) return [{ ...part, count: signed.objects }]
  return records
    .filter(({ leaf, object }) => leaf >= part.lo && leaf <= part.hi && !listed.has(object))
    .filter(({ leaf }) => !isGone(chain.state, stream, leaf, soon))
    .map(({ leaf }) => ({ lo: leaf, hi: leaf, count: 1 }))
}

function isAllGone({ chain }: OpenDevice, stream: StreamId, { lo, hi }: LeafRange, now: number): boolean {
  const ranges = goneRanges(chain.state, stream, now)
  return covers(ranges, lo) && ranges.some(range => range.lo <= lo && range.hi >= hi)
}

/** The verified list of a stream in a manifest; null when the vault has none that gives what was signed. */
async function listOf(
  device: OpenDevice,
  stream: StreamId,
  signed: Signed,
  signal?: AbortSignal,
): Promise<readonly ManifestRecord[] | null> {
  const kept = lists.get(device.chain) ?? new Map<string, readonly ManifestRecord[]>()
  lists.set(device.chain, kept)
  const name = `${signed.recorder} ${signed.hour} ${stream}`
  const before = kept.get(name)
  if (before !== undefined) return before
  const records = await fetchList(device, stream, signed, signal)
  if (records === null) return null
  if (kept.size >= LISTS_KEPT) kept.delete(kept.keys().next().value ?? name)
  kept.set(name, records)
  return records
}

async function fetchList(
  device: OpenDevice,
  stream: StreamId,
  signed: Signed,
  signal?: AbortSignal,
): Promise<readonly ManifestRecord[] | null> {
  try {
    const { hour, recorder } = signed
    const answer = await device.vault.getManifest({ hour, recorder, stream }, signal && { signal })
    const summaries = decodeSummaries(answer.summaries)
    const { objects, root } = manifestOf(summaries)
    if (objects !== signed.objects || !equal(root, signed.root)) return null
    const own = summaries.find(summary => summary.stream === stream)
    if (own === undefined) return []
    if (answer.list === null || !equal(summaryOf(stream, answer.list).root, own.root)) return null
    return decodeList(answer.list)
  } catch (error) {
    if (error instanceof ChainError) return null
    if (error instanceof VaultError && (error.code === 'not_found' || error.code === 'bad_answer')) return null
    throw error
  }
}

/** Neighbours as one stretch of time. */
function joined(stretches: readonly Stretch[]): readonly Withheld[] {
  const out: { from: number; to: number; count: number }[] = []
  for (const { lo, hi, count } of stretches.toSorted((a, b) => a.lo - b.lo)) {
    const [from, to] = [leafStart(lo), leafStart(nextLeaf(hi))]
    const last = out.at(-1)
    if (last !== undefined && from - last.to <= JOIN_MS) {
      last.to = Math.max(last.to, to)
      last.count += count
    } else out.push({ from, to, count })
  }
  return out
}
