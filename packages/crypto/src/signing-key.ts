/** An Ed25519 key (RFC 8032) that can sign. The private half stays inside. */
export type SigningKey = {
  readonly publicKey: Uint8Array
  sign(message: Uint8Array): Promise<Uint8Array>
}
