/** Random bytes from the platform's generator (any length). */
export function randomBytes(length: number): Uint8Array {
  const out = new Uint8Array(length)
  for (let at = 0; at < length; at += 65_536)
    globalThis.crypto.getRandomValues(out.subarray(at, Math.min(length, at + 65_536)))
  return out
}

/** A random unsigned 32-bit number. */
export const randomU32 = (): number => new DataView(randomBytes(4).buffer).getUint32(0)
