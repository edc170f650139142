import { concat, u64be, utf8 } from '@hausrecht/crypto/bytes'
import { SIGNATURE_BYTES, type SigningKey, verify } from '@hausrecht/crypto/signature'
import { TlogError } from './errors.ts'
import { type NoteKey, type NoteSignature, noteKey, signatureLine, TYPE_COSIGNATURE } from './note.ts'

/** Ed25519 cosignatures, c2sp.org/tlog-cosignature: "as of this second, this is the largest consistent tree I saw". */
const message = (seconds: number, text: string): Uint8Array => utf8(`cosignature/v1\ntime ${seconds}\n${text}`)

/** A cosignature line for a checkpoint's text; `timeMs` is rounded down to seconds. */
export async function cosign(name: string, key: SigningKey, text: string, timeMs: number): Promise<string> {
  const seconds = Math.floor(timeMs / 1000)
  const signature = await key.sign(message(seconds, text))
  return signatureLine(noteKey(name, TYPE_COSIGNATURE, key.publicKey), concat(u64be(seconds), signature))
}

/** The time (ms) at which the witness cosigned. @throws TlogError bad_signature */
export async function verifyCosignature(witness: NoteKey, text: string, signature: NoteSignature): Promise<number> {
  const { bytes } = signature
  if (witness.type !== TYPE_COSIGNATURE || bytes.length !== 8 + SIGNATURE_BYTES) throw new TlogError('bad_signature')
  const seconds = Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0))
  if (!Number.isSafeInteger(seconds) || seconds === 0) throw new TlogError('bad_signature', 'time')
  if (!(await verify(witness.publicKey, message(seconds, text), bytes.subarray(8))))
    throw new TlogError('bad_signature', witness.name)
  return seconds * 1000
}
