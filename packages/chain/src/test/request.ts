import { toBase64, utf8 } from '@hausrecht/crypto/bytes'
import { sha256 } from '@hausrecht/crypto/hash'
import { deviceIdOf, type HouseholdId, type StreamId } from '@hausrecht/crypto/ids'
import type { SigningKey } from '@hausrecht/crypto/signature'
import { encodeSignedRequest } from '../access-request.ts'

export type Asked = { household: HouseholdId; stream: StreamId; lo: number; hi: number; purpose: string }

/** What a reader sends to `POST …/access`, signed, as the vault puts it into the log. */
export async function signedRequest(asked: Asked, key: SigningKey): Promise<Uint8Array> {
  const { household, ...fields } = asked
  const body = utf8(JSON.stringify(fields))
  const parameters = `created=1795000000;nonce="${'0e'.repeat(16)}";keyid="${deviceIdOf(key.publicKey)}";alg="ed25519"`
  const base = [
    '"@method": POST',
    `"@path": /v1/households/${household}/access`,
    '"@query": ?',
    `"content-digest": sha-256=:${toBase64(sha256(body))}:`,
    `"@signature-params": ("@method" "@path" "@query" "content-digest");${parameters}`,
  ].join('\n')
  return encodeSignedRequest({ base, signature: await key.sign(utf8(base)), body })
}
