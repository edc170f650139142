import type { StreamId } from '@hausrecht/crypto/ids'
import type { ObjectMeta } from './record.ts'

/** Why the spool let go of sealed objects that the vault does not have. */
export type DropReason = 'spool_full' | 'spool_expired' | 'spool_damaged' | 'disk_full'

/** What is missing from one stream: the time it covered and how many sealed objects it was. */
export type DroppedRange = {
  readonly stream: StreamId
  readonly gen: number
  readonly fromMs: number
  readonly toMs: number
  readonly lost: number
  readonly reason: DropReason
}

/** One range for each stream and generation. Earlier gaps among the dropped ones are widened, never forgotten. */
export function droppedRanges(metas: readonly ObjectMeta[], reason: DropReason): readonly DroppedRange[] {
  const ranges = new Map<string, DroppedRange>()
  for (const meta of metas) {
    const key = `${meta.stream}/${meta.gen}`
    const old = ranges.get(key)
    const lost = meta.lost > 0 ? meta.lost : 1
    ranges.set(key, {
      stream: meta.stream,
      gen: meta.gen,
      fromMs: Math.min(old?.fromMs ?? meta.startMs, meta.startMs),
      toMs: Math.max(old?.toMs ?? 0, meta.startMs + meta.durationMs),
      lost: (old?.lost ?? 0) + lost,
      reason,
    })
  }
  return [...ranges.values()]
}
