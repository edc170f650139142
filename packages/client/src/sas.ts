import type { Prekey } from '@hausrecht/chain/types'
import { concat, utf8 } from '@hausrecht/crypto/bytes'
import { encode } from '@hausrecht/crypto/cbor'
import { sha256 } from '@hausrecht/crypto/hash'
import { type HouseholdId, idBytes } from '@hausrecht/crypto/ids'

/**
 * Six digits that two people-held screens compare when a device joins. Commit, challenge, reveal: the joiner commits to its keys and a
 * nonce before the approver's nonce exists, and opens it after; so a vault in the middle that swaps keys has one guess in a
 * million per attempt, and cannot try offline. Pure: transport is in `join.ts` and `approve.ts`. docs/decisions/0062.
 */
export const SAS_DIGITS = 6
export const JOIN_NONCE_BYTES = 32

/** SHA-256("hh/join/1" ‖ public key ‖ SHA-256(CBOR of the prekeys) ‖ nonce): the prekeys cannot be swapped either. */
export const joinCommitment = (publicKey: Uint8Array, prekeys: readonly Prekey[], nonce: Uint8Array): Uint8Array =>
  sha256(utf8('hh/join/1'), publicKey, sha256(encode(prekeys.map(key => [key.id, key.publicKey]))), nonce)

export type Transcript = {
  readonly household: HouseholdId
  readonly joiner: { readonly publicKey: Uint8Array; readonly nonce: Uint8Array; readonly commitment: Uint8Array }
  readonly approver: { readonly publicKey: Uint8Array; readonly nonce: Uint8Array }
  /** Head of the chain the approver follows: the joiner finds it in the chain it gets. */
  readonly chainHead: Uint8Array
}

/** What the approver signs: its half, bound to the commitment it answers. */
export const challengeText = ({
  household,
  joiner,
  approver,
  chainHead,
}: Omit<Transcript, 'joiner'> & { joiner: { commitment: Uint8Array } }): Uint8Array =>
  concat(utf8('hh/challenge/1\0'), idBytes(household), joiner.commitment, approver.publicKey, approver.nonce, chainHead)

/** SHA-256("hh/sas/1" ‖ household ‖ pkJ ‖ pkA ‖ commitment ‖ nonceJ ‖ nonceA ‖ chain head): all that the digits stand for. */
export const transcriptHash = ({ household, joiner, approver, chainHead }: Transcript): Uint8Array =>
  sha256(
    utf8('hh/sas/1'),
    idBytes(household),
    joiner.publicKey,
    approver.publicKey,
    joiner.commitment,
    joiner.nonce,
    approver.nonce,
    chainHead,
  )

/** The first four bytes of the transcript's hash as a number, mod 10⁶: six digits. */
export function sasDigits(transcript: Transcript): string {
  const hash = transcriptHash(transcript)
  const number = new DataView(hash.buffer, hash.byteOffset).getUint32(0) % 10 ** SAS_DIGITS
  return String(number).padStart(SAS_DIGITS, '0')
}
