import { concat, toBase64, utf8 } from '@hausrecht/crypto/bytes'
import { CryptoError } from '@hausrecht/crypto/errors'
import { gcmOpen, gcmSeal } from '@hausrecht/crypto/gcm'
import { hkdfExpand256, hkdfExtract256, hmacSha256 } from '@hausrecht/crypto/hash'
import { type HouseholdId, idBytes } from '@hausrecht/crypto/ids'
import { randomBytes } from '@hausrecht/crypto/random'
import { Secret } from '@hausrecht/crypto/secret'
import { ClientError } from './errors.ts'
import { checkName, NAME_MAX } from './home.ts'
import { type Transcript, transcriptHash } from './sas.ts'

/**
 * What a browser and the hub prove to each other by the code in a claim link. The code has 128 bits and never leaves the two, so the
 * vault can neither make one of these proofs nor find the code from them. docs/formats/join.md §Claim links
 */

/** By the joiner, with its request: HMAC-SHA256(code, "hh/claim/1" ‖ household ‖ pkJ ‖ commitment). */
export const claimProof = (
  code: Uint8Array,
  household: HouseholdId,
  publicKey: Uint8Array,
  commitment: Uint8Array,
): Uint8Array => hmacSha256(code, utf8('hh/claim/1'), idBytes(household), publicKey, commitment)

/**
 * By the hub, with its challenge: HMAC-SHA256(code, "hh/claim-hub/1" ‖ what the challenge signs). That names the hub's key and nonce and
 * the commitment, which fixes the joiner's: whoever swaps one of them is noticed before a digit is shown.
 */
export const hubProof = (code: Uint8Array, challenge: Uint8Array): Uint8Array =>
  hmacSha256(code, utf8('hh/claim-hub/1'), challenge)

/** By the joiner, once its person has compared the digits: HMAC-SHA256(code, "hh/claim-yes/1" ‖ transcript hash). */
export const confirmProof = (code: Uint8Array, transcript: Transcript): Uint8Array =>
  hmacSha256(code, utf8('hh/claim-yes/1'), transcriptHash(transcript))

const NONCE_BYTES = 12
/** A name in UTF-8 with zeros behind it, so that its length says nothing: three bytes for each UTF-16 unit are enough. */
const PADDED_BYTES = NAME_MAX * 3
const NO_DATA = new Uint8Array(0)

const nameKey = (code: Uint8Array, transcript: Transcript): Secret =>
  Secret.from(hkdfExpand256(hkdfExtract256(transcriptHash(transcript), code), 'hh/claim-name/1', 32))

/** The device's name for the hub: nonce ‖ AES-256-GCM under HKDF(code, transcript hash, "hh/claim-name/1"), in base64. */
export async function sealName(code: Uint8Array, transcript: Transcript, name: string): Promise<string> {
  using key = nameKey(code, transcript)
  const padded = new Uint8Array(PADDED_BYTES)
  padded.set(utf8(checkName(name)))
  const nonce = randomBytes(NONCE_BYTES)
  return toBase64(concat(nonce, await gcmSeal(key, nonce, padded, NO_DATA)))
}

/** @throws ClientError join_broken when it was not sealed so, or is no name */
export async function openName(code: Uint8Array, transcript: Transcript, sealed: Uint8Array): Promise<string> {
  using key = nameKey(code, transcript)
  try {
    const padded = await gcmOpen(key, sealed.subarray(0, NONCE_BYTES), sealed.subarray(NONCE_BYTES), NO_DATA)
    const end = padded.indexOf(0)
    return checkName(new TextDecoder('utf-8', { fatal: true }).decode(padded.subarray(0, end < 0 ? undefined : end)))
  } catch (error) {
    if (error instanceof CryptoError || error instanceof ClientError || error instanceof TypeError)
      throw new ClientError('join_broken', 'name', { cause: error })
    throw error
  }
}
