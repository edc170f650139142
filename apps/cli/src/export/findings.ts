import type { Finding } from '@hausrecht/client/sequence'
import { leafStart } from '@hausrecht/keytree/leaf'

/** Something to be told about an exported range, and of which track. */
export type Told = Readonly<{ track: 'picture' | 'sound'; finding: Finding }>

type Spanned = Extract<Finding, { from: number }>
const isSpanned = (finding: Finding): finding is Spanned => 'from' in finding

/** Findings this near to each other are of the same event, ms: two windows, or sound and picture, see it a little differently. */
const NEAR_MS = 15_000

const sameKind = (a: Spanned, b: Spanned): boolean => {
  if (a.type === 'deleted' && b.type === 'deleted') return a.order === b.order
  if (a.type === 'gap' && b.type === 'gap') return a.reason === b.reason
  if (a.type === 'nothing' && b.type === 'nothing') return a.proven === b.proven
  return a.type === b.type
}

function joined(a: Spanned, b: Spanned): Spanned {
  const span = { from: Math.min(a.from, b.from), to: Math.max(a.to, b.to) }
  if (a.type === 'missing' && b.type === 'missing') return { ...a, ...span, count: a.count + b.count }
  return { ...a, ...span }
}

/** When a finding is, ms. */
export const timeOf = (finding: Finding): number => (isSpanned(finding) ? finding.from : leafStart(finding.leaf))

/** Joins what touches, in order of time: a long gap that several windows saw is one. */
export function merge(findings: readonly Finding[]): readonly Finding[] {
  const merged: Finding[] = []
  for (const finding of [...findings].sort((a, b) => timeOf(a) - timeOf(b))) {
    const at = merged.findLastIndex(
      other => isSpanned(other) && isSpanned(finding) && sameKind(other, finding) && finding.from <= other.to,
    )
    const other = merged[at]
    if (other !== undefined && isSpanned(other) && isSpanned(finding)) merged[at] = joined(other, finding)
    else merged.push(finding)
  }
  return merged
}

/** What to tell: everything about the picture, and about the sound only what the picture does not say already. */
export function toTell(picture: readonly Finding[], sound: readonly Finding[]): readonly Told[] {
  const pictures = merge(picture)
  const covers = (finding: Finding): boolean =>
    isSpanned(finding) &&
    pictures.some(
      other =>
        isSpanned(other) &&
        sameKind(other, finding) &&
        other.from - NEAR_MS <= finding.from &&
        finding.to <= other.to + NEAR_MS,
    )
  const told = [
    ...pictures.map((finding): Told => ({ track: 'picture', finding })),
    ...merge(sound)
      .filter(finding => !covers(finding))
      .map((finding): Told => ({ track: 'sound', finding })),
  ]
  return told.sort((a, b) => timeOf(a.finding) - timeOf(b.finding))
}
