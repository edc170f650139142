import type { StreamId } from '@hausrecht/crypto/ids'
import { leafAt } from './leaf.ts'
import { deletedRanges, isDeleted } from './rights.ts'
import { type HouseholdState, joinRanges, type LeafRanges } from './state.ts'
import type { RetentionRule } from './types.ts'

const DAY_MS = 86_400_000

/** The rule of a stream: its own, or that of its kind, or the one for all; null when it is kept without end, as the log stream always is. */
export function ruleFor(state: HouseholdState, id: StreamId): RetentionRule | null {
  const stream = state.streams.get(id)
  if (stream === undefined || id === state.logStream) return null
  return (
    state.retention.find(rule => rule.stream === id) ??
    state.retention.find(rule => rule.stream === null && rule.kind === stream.kind) ??
    state.retention.find(rule => rule.stream === null && rule.kind === null) ??
    null
  )
}

/**
 * What of a stream was recorded before this moment is not kept any more, ms; null when there is no end. `now` is the household's
 * clock: the newest time that its witnesses have signed, so that nobody who stores has a say in it.
 */
export function keptFrom(state: HouseholdState, id: StreamId, now: number): number | null {
  const rule = ruleFor(state, id)
  return rule === null ? null : Math.max(0, now - rule.days * DAY_MS)
}

/** Recordings end by the full hour: a holder writes its keys anew for that once an hour, not with every second. */
export const RETENTION_STEP_MS = 3_600_000

/** The first leaf of a stream that is kept; 0 when everything is. Less than an hour older than the rule says. */
export function firstKept(state: HouseholdState, id: StreamId, now: number): number {
  const from = keptFrom(state, id, now)
  if (from === null) return 0
  return leafAt(Math.floor(from / RETENTION_STEP_MS) * RETENTION_STEP_MS)
}

/** True when no key of this leaf is to be left: an order names it, or the time for which it is kept is over. */
export const isGone = (state: HouseholdState, stream: StreamId, leaf: number, now: number): boolean =>
  leaf < firstKept(state, stream, now) || isDeleted(state, stream, leaf)

/** The newest answer for each stream: it is asked for with every key, and changes with the chain and once an hour. */
const known = new WeakMap<HouseholdState, Map<StreamId, { readonly first: number; readonly ranges: LeafRanges }>>()

/** What orders deleted of a stream and what is not kept any more; sorted, disjoint. */
export function goneRanges(state: HouseholdState, stream: StreamId, now: number): LeafRanges {
  const first = firstKept(state, stream, now)
  const streams = known.get(state) ?? new Map()
  known.set(state, streams)
  const before = streams.get(stream)
  if (before?.first === first) return before.ranges
  const expired = first === 0 ? [] : [{ lo: 0, hi: first - 1 }]
  const ranges = joinRanges(deletedRanges(state, stream), expired)
  streams.set(stream, { first, ranges })
  return ranges
}
