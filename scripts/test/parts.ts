/** The parts of `npm test`, in the order in which they run: cheap first. */
export const PARTS = ['types', 'lint', 'dead', 'unit', 'lts', 'integration', 'e2e'] as const
export type Part = (typeof PARTS)[number]

/** Names for several parts at once. */
const GROUPS: Readonly<Record<string, readonly Part[]>> = { all: PARTS, fast: ['types', 'lint', 'dead', 'unit'] }

/** Parts that meet real peers from Debian. */
export const WITH_PEERS: readonly Part[] = ['integration', 'e2e']

/** What each part may take, in minutes, before it counts as hanging. The sum stays under what CI allows. */
export const MINUTES: Readonly<Record<Part, number>> = {
  types: 1,
  lint: 0.5,
  dead: 0.5,
  unit: 4,
  lts: 4,
  integration: 13,
  e2e: 19,
}

const isPart = (word: string): word is Part => PARTS.some(part => part === word)

export type Chosen = Readonly<{ parts: readonly Part[]; filters: readonly string[] }>

/** `npm test -- unit packages/tlog`: names of parts or groups first, what is left is handed to vitest as a filter. */
export function choose(args: readonly string[]): Chosen | undefined {
  const parts = args.flatMap(word => GROUPS[word] ?? (isPart(word) ? [word] : []))
  const filters = args.filter(word => GROUPS[word] === undefined && !isPart(word))
  if (filters.some(word => word.startsWith('-'))) return undefined
  return { parts: parts.length === 0 ? PARTS : PARTS.filter(part => parts.includes(part)), filters }
}
