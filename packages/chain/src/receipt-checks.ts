import type { DeviceId } from '@hausrecht/crypto/ids'

/** What is checked of a receipt file, in the order in which it is told. docs/formats/receipt.md §Checks */
export const RECEIPT_CHECKS = [
  'file',
  'checkpoint',
  'cosignatures',
  'leaves',
  'entries',
  'accesses',
  'order',
  'devices',
  'holders',
  'complete',
  'covers',
  'removal',
] as const
export type ReceiptCheck = (typeof RECEIPT_CHECKS)[number]

/** What each fault has to say. A leaf is named by its place in the log. */
export type ReceiptFaultParams = {
  not_a_receipt: { reason: string }
  not_a_checkpoint: { reason: string }
  not_signed: { log: string }
  /** The checkpoint is of another log than the entries, or than those that the policy names. */
  other_log: { log: string }
  false_cosignature: { reason: string }
  too_few_witnesses: { found: readonly string[] }
  leaf_order: { leaf: number }
  not_included: { leaf: number; reason: string }
  bad_entry: { leaf: number; reason: string }
  /** The rules refuse it: forged, or one before it was left out. */
  rejected_entry: { leaf: number; reason: string }
  bad_access: { leaf: number; reason: string }
  no_order: { order: string }
  owed: { devices: readonly DeviceId[] }
  not_complete: object
  other_cover: { device: DeviceId }
  cover_keeps: { device: DeviceId; stream: string; lo: number; hi: number }
  bad_removal: { leaf: number; reason: string }
}
export type ReceiptFaultCode = keyof ReceiptFaultParams
export type ReceiptFault = {
  [C in ReceiptFaultCode]: { readonly code: C } & Readonly<ReceiptFaultParams[C]>
}[ReceiptFaultCode]

/** The check that each fault fails: a closed registry, compared with docs/formats/receipt.md. */
export const RECEIPT_FAULTS: Readonly<Record<ReceiptFaultCode, ReceiptCheck>> = {
  not_a_receipt: 'file',
  not_a_checkpoint: 'checkpoint',
  not_signed: 'checkpoint',
  other_log: 'checkpoint',
  false_cosignature: 'cosignatures',
  too_few_witnesses: 'cosignatures',
  leaf_order: 'leaves',
  not_included: 'leaves',
  bad_entry: 'entries',
  rejected_entry: 'entries',
  bad_access: 'accesses',
  no_order: 'order',
  owed: 'holders',
  not_complete: 'complete',
  other_cover: 'covers',
  cover_keeps: 'covers',
  bad_removal: 'removal',
}

/**
 * `undecided`: what it needs failed before; or, for `devices`, the file does not show that its list is whole. `not_asked`: the file brings
 * nothing to check (no cover, no word of the vault), or nobody named witnesses.
 */
export type ReceiptCheckResult =
  | { readonly check: ReceiptCheck; readonly state: 'passed' | 'undecided' | 'not_asked' }
  | { readonly check: ReceiptCheck; readonly state: 'failed'; readonly fault: ReceiptFault }

/** Keeps the first fault of each check: what comes behind it is mostly its consequence. */
export class ReceiptOutcome {
  readonly #found = new Map<ReceiptCheck, ReceiptCheckResult>()

  fail(fault: ReceiptFault): void {
    const check = RECEIPT_FAULTS[fault.code]
    if (!this.failed(check)) this.#found.set(check, { check, state: 'failed', fault })
  }

  say(state: 'passed' | 'not_asked', check: ReceiptCheck): void {
    if (!this.#found.has(check)) this.#found.set(check, { check, state })
  }

  failed(check: ReceiptCheck): boolean {
    return this.#found.get(check)?.state === 'failed'
  }

  /** Whatever nobody spoke of was not reached: nothing passes by being forgotten. */
  get results(): readonly ReceiptCheckResult[] {
    return RECEIPT_CHECKS.map(check => this.#found.get(check) ?? { check, state: 'undecided' })
  }
}
