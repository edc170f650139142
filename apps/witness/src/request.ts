import { fromBase64 } from '@hausrecht/crypto/bytes'
import { type Checkpoint, parseCheckpoint } from '@hausrecht/tlog/checkpoint'
import { NOTE_MAX_LENGTH, type Note, parseNote } from '@hausrecht/tlog/note'
import { MAX_PROOF_HASHES } from '@hausrecht/tlog/proofs'
import { HASH_BYTES } from '@hausrecht/tlog/tree'

/** Old size line, 63 hashes in base64 with newlines, the empty line and the longest note. */
export const BODY_MAX_BYTES = 32 + MAX_PROOF_HASHES * 45 + NOTE_MAX_LENGTH

export type AddCheckpoint = {
  readonly oldSize: number
  readonly proof: readonly Uint8Array[]
  readonly note: Note
  readonly checkpoint: Checkpoint
}

const OLD = /^old (0|[1-9][0-9]{0,15})$/

/** The body of add-checkpoint (c2sp.org/tlog-witness), or null for anything else. */
export function readAddCheckpoint(body: Uint8Array): AddCheckpoint | null {
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(body)
    const end = text.indexOf('\n\n')
    const [old, ...hashes] = text.slice(0, Math.max(end, 0)).split('\n')
    const oldSize = Number(OLD.exec(old ?? '')?.[1] ?? Number.NaN)
    if (!Number.isSafeInteger(oldSize) || hashes.length > MAX_PROOF_HASHES) return null
    const proof = hashes.map(fromBase64)
    if (proof.some(hash => hash.length !== HASH_BYTES)) return null
    const note = parseNote(text.slice(end + 2))
    return { oldSize, proof, note, checkpoint: parseCheckpoint(note.text) }
  } catch {
    return null
  }
}
