import type { ReceiptCheck, ReceiptFaultCode, ReceiptFaultParams } from '@hausrecht/chain/receipt-checks'

export type ReceiptTrustFrom = 'file' | 'device' | 'receipt' | 'nobody'
export type ReceiptWords = Readonly<{
  none: string
  every: string
  title: (what: string, range: string) => string
  order: (id: string) => string
  ordered: (who: string, when: string) => string
  complete: string
  open: (done: number, all: number) => string
  cells: Readonly<Record<'file' | 'ram' | 'tpm', string>>
  receipt: (who: string, when: string, cell: string) => string
  cut: (who: string, when: string) => string
  removed: (who: string, when: string) => string
  owed: (who: string) => string
  removal: (when: string, objects: string) => string
  noRemoval: string
  unreachable: string
  readers: (names: string) => string
  wasRemoved: (names: string) => string
  inFiles: (names: string) => string
  exports: string
  written: (file: string) => string
  notYet: string
  next: (command: string) => string
  noNames: string
  against: Readonly<Record<ReceiptTrustFrom, (name: string) => string>>
  names: { readonly [C in ReceiptCheck]: string }
  passed: { readonly [C in ReceiptCheck]: string }
  sawIt: (witness: string, when: string) => string
  notAsked: string
  nobodyAsked: string
  undecided: string
  openList: string
  faults: { readonly [C in ReceiptFaultCode]: (params: Readonly<ReceiptFaultParams[C]>) => string }
  labels: string
  holds: string
  fails: (count: number) => string
  proves: readonly string[]
  provesNot: readonly string[]
}>
