import { fromBase64, toBase64 } from '@hausrecht/crypto/bytes'
import { type CheckpointPolicy, type OpenedCheckpoint, openCheckpoint } from './checkpoint.ts'
import { TlogError } from './errors.ts'
import { MAX_PROOF_HASHES, verifyInclusion } from './proofs.ts'

/** A proof that stands alone, c2sp.org/tlog-proof@v1: index, audit path and a cosigned checkpoint in one text file. */
const HEADER = 'c2sp.org/tlog-proof@v1'

export type ProofFile = { readonly index: number; readonly proof: readonly Uint8Array[]; readonly checkpoint: string }

export const formatProofFile = ({ index, proof, checkpoint }: ProofFile): string =>
  `${HEADER}\nindex ${index}\n${proof.map(hash => `${toBase64(hash)}\n`).join('')}\n${checkpoint}`

/** @throws TlogError bad_proof */
export function parseProofFile(text: string): ProofFile {
  const end = text.indexOf('\n\n')
  const lines = text.slice(0, Math.max(end, 0)).split('\n')
  // An `extra` line is allowed and not authenticated: we read past it.
  if (lines[1]?.startsWith('extra ')) lines.splice(1, 1)
  const [header, index, ...hashes] = lines
  const number = /^index (0|[1-9][0-9]{0,15})$/.exec(index ?? '')?.[1]
  if (header !== HEADER || number === undefined || hashes.length > MAX_PROOF_HASHES) throw new TlogError('bad_proof')
  try {
    return { index: Number(number), proof: hashes.map(fromBase64), checkpoint: text.slice(end + 2) }
  } catch {
    throw new TlogError('bad_proof')
  }
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
