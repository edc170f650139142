/** Every way this package refuses something. Codes are closed: a new one is added here, with its meaning. */
export const CRYPTO_ERRORS = {
  bad_id: 'not an identifier of 26 lowercase base32 characters',
  bad_encoding: 'text is not in the encoding it should be in',
  bad_length: 'a value has the wrong length',
  bad_key: 'a public key is malformed, of small order or not canonical',
  bad_cbor: 'bytes are not deterministic CBOR',
  cbor_limit: 'CBOR is larger or deeper than the limit',
  secret_gone: 'the secret was erased',
  secret_leak: 'a secret must not be printed, serialised or cloned',
  bad_commitment: 'the key does not belong to this ciphertext, or its start was changed',
  bad_chunk: 'a chunk of the ciphertext was changed',
  truncated: 'the ciphertext is shorter than it should be',
  bad_packet: 'the packet is malformed, not for us, or was changed',
} as const

export type CryptoErrorCode = keyof typeof CRYPTO_ERRORS

/** The one error of this package; `code` is stable, `detail` says which part, never a secret. */
export class CryptoError extends Error {
  readonly code: CryptoErrorCode
  constructor(code: CryptoErrorCode, detail?: string) {
    super(detail ? `${CRYPTO_ERRORS[code]}: ${detail}` : CRYPTO_ERRORS[code])
    this.name = 'CryptoError'
    this.code = code
  }
}
