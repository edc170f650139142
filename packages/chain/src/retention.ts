import type { StreamId } from '@hausrecht/crypto/ids'
import type { HouseholdState } from './state.ts'
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
 * clock: the newest time that its witnesses have signed, so that nobody who stores can hasten or delay it.
 */
export function keptFrom(state: HouseholdState, id: StreamId, now: number): number | null {
  const rule = ruleFor(state, id)
  return rule === null ? null : Math.max(0, now - rule.days * DAY_MS)
}
