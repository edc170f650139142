import { fromBase64, toBase64, toHex, utf8 } from '@hausrecht/crypto/bytes'
import { type SigningKey, verify } from '@hausrecht/crypto/signature'
import { verifyCosignature } from './cosignature.ts'
import { TlogError } from './errors.ts'
import { type Note, type NoteKey, noteKey, parseNote, signatureLine, signedBy, TYPE_ED25519 } from './note.ts'
import { HASH_BYTES } from './tree.ts'

/** A checkpoint, c2sp.org/tlog-checkpoint@v1.0.0: which log, how many leaves, which root. */
export type Checkpoint = { readonly origin: string; readonly size: number; readonly root: Uint8Array }

/** A checkpoint that was checked: signed by the log, with the time (ms) each witness cosigned it. */
export type OpenedCheckpoint = Checkpoint & {
  readonly note: string
  readonly cosigned: ReadonlyMap<string, number>
}

/** What a reader demands of a checkpoint. */
export type CheckpointPolicy = {
  readonly log: NoteKey
  readonly witnesses: readonly NoteKey[]
  /** How many of the witnesses must have cosigned. */
  readonly quorum: number
}

/** The three lines that are signed. */
export const checkpointText = ({ origin, size, root }: Checkpoint): string => `${origin}\n${size}\n${toBase64(root)}\n`

/** @throws TlogError bad_checkpoint */
export function parseCheckpoint(text: string): Checkpoint {
  const [origin, size, root, ...rest] = text.split('\n')
  if (!origin || size === undefined || root === undefined || rest.at(-1) !== '') throw new TlogError('bad_checkpoint')
  // Extension lines, if any, must not be empty (tlog-checkpoint); we write none and ignore theirs.
  if (rest.slice(0, -1).some(line => line === '')) throw new TlogError('bad_checkpoint')
  if (!/^(0|[1-9][0-9]{0,15})$/.test(size) || !Number.isSafeInteger(Number(size)))
    throw new TlogError('bad_checkpoint', 'size')
  let hash: Uint8Array
  try {
    hash = fromBase64(root)
  } catch {
    throw new TlogError('bad_checkpoint', 'root')
  }
  if (hash.length !== HASH_BYTES) throw new TlogError('bad_checkpoint', 'root')
  return { origin, size: Number(size), root: hash }
}

/** The log signs: the note has the log's line only, witnesses' lines are added behind it. The key name is the origin. */
export async function signCheckpoint(checkpoint: Checkpoint, key: SigningKey): Promise<string> {
  const text = checkpointText(checkpoint)
  const signature = await key.sign(utf8(text))
  return `${text}\n${signatureLine(noteKey(checkpoint.origin, TYPE_ED25519, key.publicKey), signature)}`
}

/** Checks one key's signatures on a note. @throws TlogError bad_signature | unsigned */
export async function verifyNote(note: Note, key: NoteKey): Promise<void> {
  const own = note.signatures.filter(signature => signedBy(key, signature))
  if (own.length === 0) throw new TlogError('unsigned')
  for (const signature of own)
    if (!(await verify(key.publicKey, utf8(note.text), signature.bytes))) throw new TlogError('bad_signature', key.name)
}

/** One witness's verified cosignature; `time` is ms, by the witness's clock. */
export type Cosigned = { readonly witness: NoteKey; readonly time: number }

/** Checks the cosignatures of the witnesses that are known; a false one spoils the note. @throws TlogError bad_signature */
export async function verifyCosigners(note: Note, witnesses: readonly NoteKey[]): Promise<readonly Cosigned[]> {
  const found: Cosigned[] = []
  for (const witness of witnesses) {
    const times: number[] = []
    for (const signature of note.signatures)
      if (signedBy(witness, signature)) times.push(await verifyCosignature(witness, note.text, signature))
    if (times.length > 0) found.push({ witness, time: Math.max(...times) })
  }
  return found
}

/**
 * Parses a signed checkpoint and holds it against a policy: signed by the log, of the log's origin, cosigned by enough witnesses.
 * @throws TlogError
 */
export async function openCheckpoint(note: string, policy: CheckpointPolicy): Promise<OpenedCheckpoint> {
  const parsed = parseNote(note)
  const checkpoint = parseCheckpoint(parsed.text)
  if (checkpoint.origin !== policy.log.name) throw new TlogError('wrong_origin')
  await verifyNote(parsed, policy.log)
  const cosigned = await verifyCosigners(parsed, policy.witnesses)
  // An Ed25519 cosignature does not name its cosigner, so one key under two names is still one witness.
  const keys = new Set(cosigned.map(({ witness }) => toHex(witness.publicKey)))
  if (keys.size < policy.quorum) throw new TlogError('too_few_witnesses', `${keys.size} of ${policy.quorum}`)
  return { ...checkpoint, note, cosigned: new Map(cosigned.map(({ witness, time }) => [witness.name, time])) }
}
