import { equal } from '@hausrecht/crypto/bytes'
import { type Entry, isCommutative, type VerifiedEntry } from './entry.ts'

/**
 * Where an author put an entry: in the chain, or in the row of its own commutative entries. An honest author signs one entry for
 * each place; one that got no answer sends the same bytes again.
 */
export const placeOf = (entry: Entry): string =>
  `${isCommutative(entry.statement) ? 'own' : 'chain'}/${entry.actor}/${entry.sequence}`

/** Two different entries of one author at one place: proof, by signatures alone, that somebody was shown another history. */
export const isForkProof = (a: VerifiedEntry, b: VerifiedEntry): boolean =>
  placeOf(a) === placeOf(b) && !equal(a.hash, b.hash)

/** The first two entries of these that prove a fork; whoever holds both stops administrating and shows them. */
export function findFork(entries: Iterable<VerifiedEntry>): readonly [VerifiedEntry, VerifiedEntry] | null {
  const seen = new Map<string, VerifiedEntry>()
  for (const entry of entries) {
    const place = placeOf(entry)
    const other = seen.get(place)
    if (other && isForkProof(other, entry)) return [other, entry]
    seen.set(place, entry)
  }
  return null
}
