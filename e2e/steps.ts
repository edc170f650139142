import type { Locator } from 'playwright-core'
import type { Person } from './app-browser.ts'

/**
 * How long a person needs who does not err, by the keystroke-level model: S. K. Card, T. P. Moran, A. Newell, The keystroke-level model for user
 * performance time with interactive systems, Communications of the ACM 23 (7), 1980. Seconds for: a key, by somebody who types as most do (K);
 * pointing at something (P); pressing or letting go of a button of the mouse (B); a hand that goes to the other device (H); thinking of what
 * comes next, or comparing (M). What the system takes is measured.
 */
const SECONDS = { K: 0.28, P: 1.1, B: 0.1, H: 0.4, M: 1.35 } as const
type Operator = keyof typeof SECONDS

type Step = { readonly what: string; readonly did: Operator[]; waited: number }

const secondsOf = (did: readonly Operator[]): number => did.reduce((sum, operator) => sum + SECONDS[operator], 0)

/** "M P 2B H 9K" */
const shortly = (did: readonly Operator[]): string =>
  did
    .join('')
    .replace(/(.)\1*/g, run => (run.length === 1 ? `${run} ` : `${run.length}${run[0]} `))
    .trim()

/** Counts what a person does, step by step, and measures what they wait for. */
export class Steps {
  readonly #steps: Step[] = []
  #hand: 'keyboard' | 'mouse' = 'keyboard'

  /** One step of a person: what is done in it is counted; until it resolves, they wait. */
  async take(what: string, act: () => Promise<unknown>): Promise<void> {
    const step: Step = { what, did: ['M'], waited: 0 }
    this.#steps.push(step)
    const began = performance.now()
    await act()
    step.waited = (performance.now() - began) / 1000
  }

  /** Compares, or thinks of what to say. */
  think(): void {
    this.#do('M')
  }

  async click(thing: Locator, position?: { readonly x: number; readonly y: number }): Promise<void> {
    this.point()
    await thing.click({ ...(position && { position }) })
  }

  /** Points and clicks where no page is: in a terminal. @param clicks two select a word */
  point(clicks = 1): void {
    this.#reach('mouse')
    this.#do('P', ...Array.from({ length: 2 * clicks }, () => 'B' as const))
  }

  /** Keys, pressed where no page is. */
  keys(count: number): void {
    this.#reach('keyboard')
    this.#do(...Array.from({ length: count }, () => 'K' as const))
  }

  /** Types into what has the focus; a capital takes the shift key as well. */
  async type(person: Person, text: string): Promise<void> {
    this.keys(text.length + text.replace(/\P{Lu}/gu, '').length)
    await person.page.keyboard.type(text)
  }

  get seconds(): number {
    return this.#steps.reduce((sum, { did, waited }) => sum + secondsOf(did) + waited, 0)
  }

  table(): string {
    const rows = this.#steps.map(({ what, did, waited }) => [what, shortly(did), secondsOf(did), waited] as const)
    const width = Math.max(...rows.map(([what]) => what.length))
    const wide = Math.max(...rows.map(([, did]) => did.length))
    const line = (what: string, did: string, does: string, waits: string): string =>
      `${what.padEnd(width)}  ${did.padEnd(wide)}  ${does.padStart(6)}  ${waits.padStart(6)}`
    const sum = (at: 2 | 3): string => rows.reduce((all, row) => all + row[at], 0).toFixed(1)
    return [
      line('step', 'operators', 'does s', 'waits s'),
      ...rows.map(([what, did, does, waits]) => line(what, did, does.toFixed(1), waits.toFixed(1))),
      line(`together ${this.seconds.toFixed(1)} s`, '', sum(2), sum(3)),
    ].join('\n')
  }

  #do(...did: Operator[]): void {
    this.#steps.at(-1)?.did.push(...did)
  }

  #reach(hand: 'keyboard' | 'mouse'): void {
    if (this.#hand !== hand) this.#do('H')
    this.#hand = hand
  }
}
