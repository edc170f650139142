import type { LogLeaf } from '@hausrecht/chain/log-leaf'

/** What an audit checks, in the order in which it is told. docs/log.md §What is checked */
export const CHECKS = ['checkpoint', 'cosignatures', 'leaves', 'tiles', 'entries', 'accesses', 'times', 'seen'] as const
export type CheckId = (typeof CHECKS)[number]

/** What each fault has to say. A leaf is named by its place in the log, a file by its C2SP path. */
export type FaultParams = {
  not_a_checkpoint: { reason: string }
  not_signed: { log: string }
  other_household: { found: string; expected: string }
  other_log: { log: string }
  false_cosignature: { reason: string }
  too_few_witnesses: { found: readonly string[] }
  missing_bundle: { path: string }
  damaged_bundle: { path: string }
  /** The first leaf that is not the one its hash tile names; null when the tiles say the same as the leaves. */
  other_root: { leaf: number | null }
  missing_tile: { path: string }
  other_tile: { path: string; leaf: number | null }
  bad_genesis: { reason: string }
  bad_entry: { leaf: number; reason: string }
  rejected_entry: { leaf: number; reason: string }
  bad_access: { leaf: number; reason: string }
  bad_removal: { leaf: number; reason: string }
  unknown_reader: { leaf: number; reader: string }
  time_backwards: { leaf: number; ms: number; mostMs: number }
  shorter: { size: number; seen: number }
  other_history: { seen: number }
}
export type FaultCode = keyof FaultParams
export type Fault = { [C in FaultCode]: { readonly code: C } & Readonly<FaultParams[C]> }[FaultCode]

/** The check that each fault fails: a closed registry, compared with docs/log.md. */
export const FAULTS: Readonly<Record<FaultCode, CheckId>> = {
  not_a_checkpoint: 'checkpoint',
  not_signed: 'checkpoint',
  other_household: 'checkpoint',
  other_log: 'checkpoint',
  false_cosignature: 'cosignatures',
  too_few_witnesses: 'cosignatures',
  missing_bundle: 'leaves',
  damaged_bundle: 'leaves',
  other_root: 'leaves',
  missing_tile: 'tiles',
  other_tile: 'tiles',
  bad_genesis: 'entries',
  bad_entry: 'entries',
  rejected_entry: 'entries',
  bad_access: 'accesses',
  bad_removal: 'accesses',
  unknown_reader: 'accesses',
  time_backwards: 'times',
  shorter: 'seen',
  other_history: 'seen',
}

/** What is said of a leaf of each kind that is malformed or not signed by who has to. */
export const BAD_LEAF = { entry: 'bad_entry', access: 'bad_access', removal: 'bad_removal' } as const satisfies Record<
  LogLeaf['kind'],
  FaultCode
>

/**
 * `undecided`: what it needs failed before (the rules say nothing about a chain that broke). `not_asked`: there is nothing to hold it
 * against (no witness is asked for, or no device of this household is here).
 */
export type CheckResult =
  | { readonly check: CheckId; readonly state: 'passed' | 'undecided' | 'not_asked' }
  | { readonly check: CheckId; readonly state: 'failed'; readonly fault: Fault }

/** Keeps the first fault of each check: what comes behind it is mostly its consequence. */
export class Outcome {
  readonly #faults = new Map<CheckId, Fault>()
  readonly #other = new Map<CheckId, 'undecided' | 'not_asked'>()

  fail(fault: Fault): void {
    const check = FAULTS[fault.code]
    if (!this.#faults.has(check)) this.#faults.set(check, fault)
  }

  leave(state: 'undecided' | 'not_asked', ...checks: readonly CheckId[]): void {
    for (const check of checks) this.#other.set(check, state)
  }

  failed(check: CheckId): boolean {
    return this.#faults.has(check)
  }

  get results(): readonly CheckResult[] {
    return CHECKS.map(check => {
      const fault = this.#faults.get(check)
      if (fault) return { check, state: 'failed', fault }
      return { check, state: this.#other.get(check) ?? 'passed' }
    })
  }
}
