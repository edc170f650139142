/** The chunks of Cobblestone (c2sp.org/chunked-encryption): 16 KiB and a tag each, the last one shorter. */
export const CHUNK_BYTES = 16_384
export const TAG_BYTES = 16
export const SEALED_CHUNK_BYTES = CHUNK_BYTES + TAG_BYTES
export const NONCE_BYTES = 12

/** Keys of one message; `nonce` is the base nonce. Zeroed by whoever derived them. */
export type MessageKeys = { readonly key: Uint8Array; readonly nonce: Uint8Array; readonly commitment: Uint8Array }

/** The nonce of chunk `index`: the base nonce with the number, big-endian, XORed into its end. */
export function chunkNonce(
  base: Uint8Array,
  index: number,
  into: Uint8Array = new Uint8Array(NONCE_BYTES),
): Uint8Array {
  into.set(base)
  let rest = index
  for (let at = NONCE_BYTES - 1; rest > 0; at--) {
    into[at] = (into[at] ?? 0) ^ (rest & 255)
    rest = Math.floor(rest / 256)
  }
  return into
}
