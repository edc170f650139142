import { CHUNK_BYTES, chunkNonce, type MessageKeys, SEALED_CHUNK_BYTES, TAG_BYTES } from '../chunk-format.ts'
import { CryptoError } from '../errors.ts'

/** So many chunks are given to WebCrypto at a time: one by one it waits for its threads more than it works. */
const IN_FLIGHT = 32

/** WebCrypto takes nothing that lies in shared memory; it copies what it is given by itself. */
const plainView = ({ buffer, byteOffset, length }: Uint8Array): Uint8Array<ArrayBuffer> =>
  buffer instanceof ArrayBuffer
    ? new Uint8Array(buffer, byteOffset, length)
    : new Uint8Array(new Uint8Array(buffer, byteOffset, length))
const importKey = (key: Uint8Array, usage: 'encrypt' | 'decrypt'): Promise<CryptoKey> =>
  crypto.subtle.importKey('raw', plainView(key), 'AES-GCM', false, [usage])

async function inFlight(count: number, work: (index: number) => Promise<void>): Promise<void> {
  for (let from = 0; from < count; from += IN_FLIGHT) {
    const batch = Array.from({ length: Math.min(IN_FLIGHT, count - from) }, (_, i) => work(from + i))
    await Promise.all(batch)
  }
}

export async function sealChunks(keys: MessageKeys, plain: Uint8Array, out: Uint8Array): Promise<void> {
  const key = await importKey(keys.key, 'encrypt')
  await inFlight(Math.floor(plain.length / CHUNK_BYTES) + 1, async index => {
    const iv = plainView(chunkNonce(keys.nonce, index))
    const from = index * CHUNK_BYTES
    const data = plainView(plain.subarray(from, from + CHUNK_BYTES))
    out.set(new Uint8Array(await crypto.subtle.encrypt({ name: 'AES-GCM', iv }, key, data)), index * SEALED_CHUNK_BYTES)
  })
}

export async function openChunks(keys: MessageKeys, sealed: Uint8Array, first: number, out: Uint8Array): Promise<void> {
  const key = await importKey(keys.key, 'decrypt')
  await inFlight(Math.ceil(sealed.length / SEALED_CHUNK_BYTES), async i => {
    const iv = plainView(chunkNonce(keys.nonce, first + i))
    const data = plainView(sealed.subarray(i * SEALED_CHUNK_BYTES, (i + 1) * SEALED_CHUNK_BYTES))
    try {
      if (data.length < TAG_BYTES) throw new CryptoError('truncated')
      out.set(new Uint8Array(await crypto.subtle.decrypt({ name: 'AES-GCM', iv }, key, data)), i * CHUNK_BYTES)
    } catch {
      throw new CryptoError('bad_chunk', `chunk ${first + i}`)
    }
  })
}
