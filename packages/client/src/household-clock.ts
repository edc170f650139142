import type { Chain } from './chain.ts'
import type { Clock } from './clock.ts'

/** Witnesses may be so far ahead of this device's own clock before they are not believed, ms: what ends too early is lost for good. */
export const AHEAD_MOST_MS = 86_400_000

/**
 * What time it is for what a household keeps, ms: the newest time that its witnesses have signed, and what has passed since by a clock
 * that nobody can set. So a vault cannot hasten an end by a clock of its own, nor put it off by answering nothing for as long as this
 * process runs; one that is started anew begins at the newest time it had seen signed. A household
 * without witnesses has only its devices' clocks. 0 while nothing is known: then nothing ends. docs/deletion.md §Retention
 */
export function householdNow(
  { chain, clock }: { readonly chain: Pick<Chain, 'anchor' | 'asksWitnesses'>; readonly clock: Clock },
  ran: number = performance.now(),
): number {
  const { anchor } = chain
  if (anchor === null) return chain.asksWitnesses ? 0 : clock.now()
  return Math.min(anchor.at + Math.max(0, ran - anchor.ran), clock.now() + AHEAD_MOST_MS)
}
