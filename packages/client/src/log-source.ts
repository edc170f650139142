import type { CallOptions } from './http-call.ts'

/** What following a log needs of the vault. Everything it answers is checked: see `chain.ts`. */
export type LogSource = {
  /** The newest checkpoint: a signed note with cosignatures. */
  checkpoint(options?: CallOptions): Promise<string>
  /** An entry bundle (C2SP tlog-tiles): leaves 256·index … 256·index + width − 1. */
  entryBundle(index: number, width: number): Promise<Uint8Array>
  /** RFC 6962 §2.1.2. */
  consistencyProof(oldSize: number, newSize: number): Promise<readonly Uint8Array[]>
  /** RFC 6962 §2.1.1. */
  inclusionProof(index: number, size: number): Promise<readonly Uint8Array[]>
}
