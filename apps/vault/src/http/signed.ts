import { LIMITS } from '@hausrecht/contract/limits'
import {
  contentDigestHeader,
  parseContentDigest,
  parseSignature,
  parseSignatureInput,
  type SignatureParams,
  signatureBase,
  splitTarget,
} from '@hausrecht/contract/signing'
import { equal, fromBase64, utf8 } from '@hausrecht/crypto/bytes'
import { encode } from '@hausrecht/crypto/cbor'
import { sha256 } from '@hausrecht/crypto/hash'
import { type DeviceId, deviceIdOf, parseDeviceId } from '@hausrecht/crypto/ids'
import { verify } from '@hausrecht/crypto/signature'
import { VaultRefusal } from '../errors.ts'
import type { Nonces } from './nonces.ts'

export type RawRequest = {
  readonly method: string
  readonly target: string
  readonly header: (name: string) => string | undefined
}

/** A request whose signature has the right form and age. Whether the key signed it is still open. */
export type Claimed = {
  readonly device: DeviceId
  readonly params: SignatureParams
  readonly signature: Uint8Array
  readonly base: string
  readonly digest: Uint8Array | null
}

/** Reads the signature headers, before the body is read. @throws VaultRefusal signature_* */
export function readClaim(request: RawRequest, nowMs: number): Claimed {
  const input = request.header('signature-input')
  const given = request.header('signature')
  if (input === undefined || given === undefined) throw new VaultRefusal('signature_missing')
  const params = parseSignatureInput(input)
  const signature = parseSignature(given)
  if (!params || !signature) throw new VaultRefusal('signature_invalid')
  if (Math.abs(nowMs / 1000 - params.created) > LIMITS.clockSkewSeconds)
    throw new VaultRefusal('signature_expired', { info: { now: Math.floor(nowMs) } })
  const digest = params.hasBody ? parseContentDigest(request.header('content-digest') ?? '') : null
  if (params.hasBody && digest === null) throw new VaultRefusal('signature_invalid')
  const { path, query } = splitTarget(request.target)
  const contentDigest = digest === null ? null : contentDigestHeader(digest)
  try {
    return {
      device: parseDeviceId(params.keyId),
      params,
      signature: fromBase64(signature),
      base: signatureBase({ method: request.method, path, query, contentDigest }, params),
      digest: digest === null ? null : fromBase64(digest),
    }
  } catch {
    throw new VaultRefusal('signature_invalid')
  }
}

/** Checks the signature against the key; a nonce is used up only by a good signature. @throws VaultRefusal signature_* | busy */
export async function verifyClaim(
  claim: Claimed,
  publicKey: Uint8Array,
  nonces: Pick<Nonces, 'use'>,
  nowMs: number,
): Promise<void> {
  if (deviceIdOf(publicKey) !== claim.device) throw new VaultRefusal('signature_invalid')
  if (!(await verify(publicKey, utf8(claim.base), claim.signature))) throw new VaultRefusal('signature_invalid')
  nonces.use(claim.params.created, claim.params.nonce, Math.floor(nowMs / 1000))
}

/** Checks the body against the digest that was signed. @throws VaultRefusal signature_invalid | digest_mismatch */
export function verifyBody(claim: Claimed, body: Uint8Array): void {
  if (body.length > 0 && !claim.digest) throw new VaultRefusal('signature_invalid')
  if (claim.digest && !equal(sha256(body), claim.digest)) throw new VaultRefusal('digest_mismatch')
}

/** The signed request as evidence for the log: CBOR [signature base, signature, body]. */
export const evidence = (claim: Claimed, body: Uint8Array): Uint8Array => encode([claim.base, claim.signature, body])
