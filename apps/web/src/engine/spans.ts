import { firstKept, isGone } from '@hausrecht/chain/retention'
import type { Accesses } from '@hausrecht/client/accesses'
import { self } from '@hausrecht/client/device'
import { householdNow } from '@hausrecht/client/household-clock'
import { withheldIn } from '@hausrecht/client/manifests'
import { openSegment } from '@hausrecht/client/open'
import type { OpenDevice } from '@hausrecht/client/open-device'
import { deletedIn, subtract } from '@hausrecht/client/sequence'
import { LIMITS } from '@hausrecht/contract/limits'
import { parseObjectId, type StreamId } from '@hausrecht/crypto/ids'
import { leafRange, leafStart, nextLeaf, SLOT_MS } from '@hausrecht/keytree/leaf'
import { KINDS } from '@hausrecht/media/segment/kinds'
import type { Gap } from '@hausrecht/media/segment/payload'
import type { Span } from './api.ts'

/** Silences shorter than this are not drawn, ms: segments begin in one slot and end in another. */
const JOIN_MS = 12_000
/** Gap objects opened for one answer; older ones are drawn without a reason. */
const GAPS_MAX = 200

/** How far back the beginning of a silence is looked for, ms. */
const LOOK_BACK_MS = [86_400_000, 30 * 86_400_000]
/** Silences are held against what the recorder signed in answers of no more than so many hours: a day is, a month is not. */
export const PROVEN_HOURS = 26
/** The reason that stands at a silence which the vault has made. No recorder gives it. */
export const WITHHELD = 'withheld'

type GapRow = { readonly objectId: string; readonly leaf: number; readonly generation: number }
type Stretch = { readonly from: number; readonly to: number }

/** Opened gap objects, by object: they never change. */
export type GapCache = Map<string, Gap | null>

/**
 * What is on the timeline: stretches that the vault says it holds, gaps with the recorder's own reasons, and what orders deleted. The
 * stretches are the vault's word until they are played; the rest is verified. A silence in which the recorder has signed for objects is
 * told as a gap for the reason `WITHHELD`.
 */
export async function readSpans(
  device: OpenDevice,
  accesses: Accesses,
  gaps: GapCache,
  stream: StreamId,
  { from, to, step }: { readonly from: number; readonly to: number; readonly step: number },
): Promise<readonly Span[]> {
  const join = Math.max(JOIN_MS, step)
  const { recorded, gaps: begun } = await listed(device, stream, { from, to }, join)
  const told = await openGaps(device, accesses, gaps, stream, begun.slice(-GAPS_MAX))
  const silent = (recorded[0]?.from ?? to) > from + join && !told.some(gap => gap.from <= from + join)
  if (silent) told.push(...(await gapBefore(device, accesses, gaps, stream, from)))
  const { state } = device.chain
  const deleted = deletedIn(state, stream, { from, to }).map(
    ({ from: start, to: end, at, by }): Span => ({ type: 'deleted', from: start, to: end, at, by }),
  )
  const kept = leafStart(firstKept(state, stream, householdNow(device)))
  const expired: readonly Span[] = kept > from ? [{ type: 'deleted', from, to: kept, at: kept, by: null }] : []
  const reasons = told.map(({ from: start, to: end, reason }): Span => ({ type: 'gap', from: start, to: end, reason }))
  const layers = [
    deleted,
    expired,
    reasons,
    joined(recorded, join).map(span => ({ type: 'recorded' as const, ...span })),
  ]
  const spans = layered(layers, from, to)
  if (to - from > PROVEN_HOURS * 3_600_000) return spans
  const silences = subtract({ from, to }, spans).filter(silence => silence.to - silence.from >= join)
  const listedGaps = new Set(begun.map(({ objectId }) => objectId))
  const withheld: Span[] = []
  for (const silence of silences)
    for (const { from: start, to: end } of await withheldIn(
      device,
      stream,
      leafRange(silence.from, silence.to),
      listedGaps,
    ))
      withheld.push({ type: 'gap', from: start, to: end, reason: WITHHELD })
  return withheld.length === 0 ? spans : layered([spans, withheld], from, to)
}

/** Where the vault says that something is recorded, and which gaps began there. `join` is the silence that is not told, ms. */
async function listed(
  device: OpenDevice,
  stream: StreamId,
  { from, to }: Stretch,
  join: number,
): Promise<{ readonly recorded: readonly Stretch[]; readonly gaps: readonly GapRow[] }> {
  const { lo: asked, hi } = leafRange(from, to)
  const gap = Math.min(Math.ceil(join / SLOT_MS), LIMITS.runGapMax)
  const recorded: Stretch[] = []
  const gaps: GapRow[] = []
  // The vault does not answer at all where a device may see nothing yet.
  for (let lo: number | null = Math.max(asked, self(device).entitlement.from); lo !== null && lo <= hi; ) {
    const page = await device.vault.listRuns({ stream, lo, hi, gap })
    for (const run of page.runs) recorded.push({ from: leafStart(run.lo), to: leafStart(nextLeaf(run.hi)) })
    gaps.push(...page.gaps)
    lo = page.next
  }
  return { recorded, gaps }
}

/** A gap is listed where it began. One that reaches into the range from before it is looked for a day back, then a month. */
async function gapBefore(
  device: OpenDevice,
  accesses: Accesses,
  cache: GapCache,
  stream: StreamId,
  at: number,
): Promise<readonly Gap[]> {
  for (const back of LOOK_BACK_MS) {
    const before = await listed(device, stream, { from: Math.max(0, at - back), to: at }, LIMITS.runGapMax * SLOT_MS)
    if (before.gaps.length > 0) return openGaps(device, accesses, cache, stream, before.gaps.slice(-1))
    if (before.recorded.length > 0) return []
  }
  return []
}

async function openGaps(
  device: OpenDevice,
  accesses: Accesses,
  cache: GapCache,
  stream: StreamId,
  rows: readonly GapRow[],
): Promise<Gap[]> {
  const unknown = rows.filter(
    row => !cache.has(row.objectId) && !isGone(device.chain.state, stream, row.leaf, householdNow(device)),
  )
  const [first, last] = [unknown[0], unknown.at(-1)]
  if (first !== undefined && last !== undefined) {
    const { token } = await accesses.for(stream, { lo: first.leaf, hi: Math.max(first.leaf, last.leaf) })
    for (const row of unknown) {
      const object = parseObjectId(row.objectId)
      const asked = {
        household: device.household,
        stream,
        generation: row.generation,
        leaf: row.leaf,
        object,
        kind: KINDS.gap,
      }
      try {
        const { payload } = await openSegment(asked, device.keys, await device.vault.getObject(object, token))
        cache.set(row.objectId, payload.type === 'gap' ? payload.gap : null)
      } catch {
        // Drawn without a reason; playing it tells what is wrong with it.
        cache.set(row.objectId, null)
      }
    }
  }
  return rows.flatMap(row => cache.get(row.objectId) ?? [])
}

/** Stretches that nearly touch, as one. */
export function joined(stretches: readonly Stretch[], join: number): Stretch[] {
  const out: { from: number; to: number }[] = []
  for (const { from, to } of stretches.toSorted((a, b) => a.from - b.from)) {
    const last = out.at(-1)
    if (last !== undefined && from - last.to <= join) last.to = Math.max(last.to, to)
    else out.push({ from, to })
  }
  return out
}

/** Layers on top of each other, the first one uppermost, cut to the range: sorted and disjoint. */
export function layered(layers: readonly (readonly Span[])[], from: number, to: number): readonly Span[] {
  let out: Span[] = []
  for (const layer of layers) {
    const taken = out.toSorted((a, b) => a.from - b.from)
    const fresh: Span[] = []
    for (const span of layer) {
      let start = Math.max(from, span.from)
      const end = Math.min(to, span.to)
      for (const above of [...taken, ...fresh].toSorted((a, b) => a.from - b.from)) {
        if (above.to <= start || above.from >= end) continue
        if (above.from > start) fresh.push({ ...span, from: start, to: above.from })
        start = Math.max(start, above.to)
      }
      if (start < end) fresh.push({ ...span, from: start, to: end })
    }
    out = [...out, ...fresh]
  }
  return out.toSorted((a, b) => a.from - b.from)
}
