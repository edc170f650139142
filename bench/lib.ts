import { mkdirSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** One measured figure and what it is held against, in the same run. `ratio` is ours ÷ peer. */
export type Figure = {
  readonly ours: number
  readonly peer: number
  readonly ratio: number
  /** Null for a figure that is only told, with no goal to reach. */
  readonly goal: number | null
  readonly met: boolean | null
  readonly unit?: string
}
export type Figures = Record<string, Figure>

/** The middle value; the machines are noisy, single runs say little. @throws Error when there is nothing to choose from */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted[sorted.length >> 1]
  if (middle === undefined) throw new Error('no values')
  return middle
}

const rounded = (value: number): number => Number(value.toPrecision(4))

/** A figure of which more is better: the goal is the least ratio. */
export const atLeast = (ours: number, peer: number, goal: number, unit?: string): Figure => {
  const ratio = rounded(ours / peer)
  return { ours: rounded(ours), peer: rounded(peer), ratio, goal, met: ratio >= goal, ...(unit && { unit }) }
}

/** A figure with no goal: it is told to see what bounds the others. */
export const told = (ours: number, peer: number, unit?: string): Figure => ({
  ...{ ours: rounded(ours), peer: rounded(peer), ratio: rounded(ours / peer), goal: null, met: null },
  ...(unit && { unit }),
})

/** A figure of which less is better, with a goal of its own; the peer is told beside it. */
export const below = (ours: number, peer: number, goal: number, unit?: string): Figure => ({
  ...told(ours, peer, unit),
  goal,
  met: ours < goal,
})

/** A figure of which more is better, with a goal of its own; the peer is told beside it. */
export const above = (ours: number, peer: number, goal: number, unit?: string): Figure => ({
  ...told(ours, peer, unit),
  goal,
  met: ours >= goal,
})

/** A figure of which less is better: the goal is the greatest ratio. */
export const atMost = (ours: number, peer: number, goal: number, unit?: string): Figure => {
  const figure = told(ours, peer, unit)
  return { ...figure, goal, met: figure.ratio <= goal }
}

/** The value that 19 of 20 do not exceed. @throws Error when there is nothing to choose from */
export function p95(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  const value = sorted[Math.ceil(sorted.length * 0.95) - 1]
  if (value === undefined) throw new Error('no values')
  return value
}

/** Runs each contender in turn, round after round, and gives what each returned by name: drift of the machine meets all alike. */
export async function interleaved<Name extends string>(
  rounds: number,
  contenders: Readonly<Record<Name, () => Promise<number> | number>>,
): Promise<Record<Name, number[]>> {
  const names = Object.keys(contenders) as Name[]
  const results = Object.fromEntries(names.map(name => [name, [] as number[]])) as Record<Name, number[]>
  for (let round = 0; round < rounds; round++) {
    // Every other round backwards, so that nobody always comes after the same one.
    for (const name of round % 2 === 0 ? names : [...names].reverse()) results[name].push(await contenders[name]())
  }
  return results
}

/** Writes bench/results/NAME.json and ends with the line `BENCH {…}`. */
export function report(name: string, figures: Figures): void {
  const result = JSON.stringify({ name, figures })
  const folder = fileURLToPath(new URL('results/', import.meta.url))
  mkdirSync(folder, { recursive: true })
  writeFileSync(`${folder}${name}.json`, `${result}\n`)
  process.stdout.write(`BENCH ${result}\n`)
}
