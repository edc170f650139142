import { fromBase64, toBase64 } from '@hausrecht/crypto/bytes'
import { type CheckpointPolicy, type OpenedCheckpoint, openCheckpoint } from './checkpoint.ts'
import { TlogError } from './errors.ts'
import { NOTE_MAX_LENGTH } from './note.ts'
import { MAX_PROOF_HASHES, verifyInclusion } from './proofs.ts'
import { HASH_BYTES } from './tree.ts'

/** A proof that stands alone, c2sp.org/tlog-proof@v1: index, audit path and a cosigned checkpoint in one text file. */
const HEADER = 'c2sp.org/tlog-proof@v1'
const EXTRA = 'extra '
export const PROOF_FILE_MAX_LENGTH = NOTE_MAX_LENGTH + 64 * 1024

export type ProofFile = {
  readonly index: number
  /** From the leaf's sibling up to the root's child (RFC 6962 §2.1.1). */
  readonly proof: readonly Uint8Array[]
  /** The signed note, byte for byte. */
  readonly checkpoint: string
  /** Bytes that nobody vouches for, or null. */
  readonly extra: Uint8Array | null
}

/** The file's text. Customary extension: `.tlog-proof`. */
export function formatProofFile(file: Omit<ProofFile, 'extra'> & { readonly extra?: Uint8Array | null }): string {
  const { index, proof, checkpoint, extra } = file
  const head = extra ? [HEADER, EXTRA + toBase64(extra), `index ${index}`] : [HEADER, `index ${index}`]
  return `${[...head, ...proof.map(toBase64)].join('\n')}\n\n${checkpoint}`
}

/** @throws TlogError bad_proof */
export function parseProofFile(text: string): ProofFile {
  if (text.length > PROOF_FILE_MAX_LENGTH) throw new TlogError('bad_proof', 'too long')
  const end = text.indexOf('\n\n')
  const [header, ...lines] = text.slice(0, Math.max(end, 0)).split('\n')
  const extra = lines[0]?.startsWith(EXTRA) ? lines.shift() : undefined
  const [index, ...hashes] = lines
  const number = Number(/^index (0|[1-9][0-9]{0,15})$/.exec(index ?? '')?.[1] ?? Number.NaN)
  if (header !== HEADER || !Number.isSafeInteger(number) || hashes.length > MAX_PROOF_HASHES)
    throw new TlogError('bad_proof')
  return {
    index: number,
    proof: hashes.map(hash => readBase64(hash, HASH_BYTES)),
    checkpoint: text.slice(end + 2),
    extra: extra === undefined ? null : readBase64(extra.slice(EXTRA.length)),
  }
}

function readBase64(text: string, length?: number): Uint8Array {
  let bytes: Uint8Array | null = null
  try {
    bytes = fromBase64(text)
  } catch {
    // falls through: one error for everything that is not base64 of the right length
  }
  if (bytes === null || (length !== undefined && bytes.length !== length)) throw new TlogError('bad_proof', 'base64')
  return bytes
}

/** Checks that the leaf is in the log as the file says, under the policy. @throws TlogError */
export async function verifyProofFile(
  text: string,
  leafHash: Uint8Array,
  policy: CheckpointPolicy,
): Promise<OpenedCheckpoint> {
  const { index, proof, checkpoint } = parseProofFile(text)
  const opened = await openCheckpoint(checkpoint, policy)
  verifyInclusion({ leafHash, index, proof, size: opened.size, root: opened.root })
  return opened
}
