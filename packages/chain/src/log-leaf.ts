import { decode } from '@hausrecht/crypto/cbor'
import { type Access, decodeAccess } from './access.ts'
import { decodeEntry, type Entry } from './entry.ts'
import { ChainError } from './errors.ts'
import { decodeRemoval, type Removal } from './removal.ts'
import { LIMITS } from './types.ts'

export type LogLeaf =
  | { readonly kind: 'entry'; readonly entry: Entry }
  | { readonly kind: 'access'; readonly access: Access }
  | { readonly kind: 'removal'; readonly removal: Removal }

/** A leaf of the log is the bytes of a control entry, or of what the vault says: an access or a removal; field 2 tells which. @throws ChainError */
export function decodeLogLeaf(bytes: Uint8Array): LogLeaf {
  if (bytes.length > LIMITS.entryBytes) throw new ChainError('entry_too_large')
  let type: unknown
  try {
    const value = decode(bytes, LIMITS.entryBytes)
    type = value instanceof Map ? value.get(2) : undefined
  } catch {
    throw new ChainError('bad_entry')
  }
  if (type === 'access') return { kind: 'access', access: decodeAccess(bytes) }
  if (type === 'removal') return { kind: 'removal', removal: decodeRemoval(bytes) }
  return { kind: 'entry', entry: decodeEntry(bytes) }
}
