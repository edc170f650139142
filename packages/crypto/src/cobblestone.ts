import { openChunks, sealChunks } from '#chunks'
import { concat, equal, utf8 } from './bytes.ts'
import { CHUNK_BYTES, type MessageKeys, NONCE_BYTES, SEALED_CHUNK_BYTES, TAG_BYTES } from './chunk-format.ts'
import { CryptoError } from './errors.ts'
import { hmacSha512 } from './hash.ts'
import { randomBytes } from './random.ts'
import type { Secret } from './secret.ts'

/**
 * Cobblestone-256: C2SP chunked encryption (c2sp.org/chunked-encryption) with SHA-512 and AES-256-GCM.
 * salt (24) ‖ commitment (32) ‖ chunks of 16 KiB + 16-byte tag; the last chunk is shorter than 16 KiB and may be empty.
 * The context is bound into key and commitment, so a ciphertext opens only with the header it was sealed under.
 */
export const SALT_BYTES = 24
export const COMMITMENT_BYTES = 32
export const HEAD_BYTES = SALT_BYTES + COMMITMENT_BYTES
const KEY_BYTES = 32
const INFO = utf8('c2sp.org/chunked-encryption@v1+AEAD_AES_256_GCM\0')

/** HKDF-Expand with SHA-512 of 76 bytes: two HMACs, written out because not every library expands a 32-byte key. */
function derive(inputKey: Secret, salt: Uint8Array, context: Uint8Array): MessageKeys {
  return inputKey.use(key => {
    if (key.length !== KEY_BYTES) throw new CryptoError('bad_length', 'key')
    const info = concat(INFO, salt, context)
    const first = hmacSha512(key, info, Uint8Array.of(1))
    const second = hmacSha512(key, first, info, Uint8Array.of(2))
    const keys = {
      key: first.slice(0, KEY_BYTES),
      nonce: first.slice(KEY_BYTES, KEY_BYTES + NONCE_BYTES),
      commitment: concat(first.subarray(KEY_BYTES + NONCE_BYTES), second.subarray(0, 12)),
    }
    first.fill(0)
    second.fill(0)
    return keys
  })
}

function forget(keys: MessageKeys): void {
  keys.key.fill(0)
  keys.nonce.fill(0)
}

/** Length of the sealed form of `plain` bytes. */
export const sealedLength = (plain: number): number =>
  HEAD_BYTES + plain + (Math.floor(plain / CHUNK_BYTES) + 1) * TAG_BYTES

/** Length of what is inside `sealed` bytes. @throws CryptoError truncated when no message has this length */
export function plaintextLength(sealed: number): number {
  const body = sealed - HEAD_BYTES
  const full = Math.floor(body / SEALED_CHUNK_BYTES)
  const last = body - full * SEALED_CHUNK_BYTES
  if (body < TAG_BYTES || last < TAG_BYTES) throw new CryptoError('truncated')
  return full * CHUNK_BYTES + last - TAG_BYTES
}

/**
 * Seals a message. `head` bytes are left free in front of the result for a header of the caller's.
 * The salt is random unless a test gives one; a salt must never repeat under one key.
 */
export async function seal(
  key: Secret,
  context: Uint8Array,
  plaintext: Uint8Array,
  options: {
    readonly salt?: Uint8Array
    readonly head?: number
    /** Gives memory for the result, whatever it holds; new memory without it. */
    readonly allocate?: (length: number) => Uint8Array
  } = {},
): Promise<Uint8Array> {
  const salt = options.salt ?? randomBytes(SALT_BYTES)
  const head = options.head ?? 0
  if (salt.length !== SALT_BYTES) throw new CryptoError('bad_length', 'salt')
  const keys = derive(key, salt, context)
  const length = head + sealedLength(plaintext.length)
  const out = options.allocate?.(length) ?? new Uint8Array(length)
  out.set(salt, head)
  out.set(keys.commitment, head + SALT_BYTES)
  try {
    await sealChunks(keys, plaintext, out.subarray(head + HEAD_BYTES))
  } finally {
    forget(keys)
  }
  return out
}

/** Checks the commitment, before anything else is looked at. */
function unlock(key: Secret, context: Uint8Array, head: Uint8Array): MessageKeys {
  if (head.length < HEAD_BYTES) throw new CryptoError('truncated')
  const keys = derive(key, head.subarray(0, SALT_BYTES), context)
  if (!equal(keys.commitment, head.subarray(SALT_BYTES, HEAD_BYTES))) {
    forget(keys)
    throw new CryptoError('bad_commitment')
  }
  return keys
}

/** Opens a whole message. @throws CryptoError truncated | bad_commitment | bad_chunk */
export async function open(key: Secret, context: Uint8Array, sealed: Uint8Array): Promise<Uint8Array> {
  const length = plaintextLength(sealed.length)
  const keys = unlock(key, context, sealed)
  try {
    const out = new Uint8Array(length)
    await openChunks(keys, sealed.subarray(HEAD_BYTES), 0, out)
    return out
  } finally {
    forget(keys)
  }
}

/** Reads `length` bytes at `offset` of a sealed message that lies elsewhere. */
export type SealedReader = { readonly length: number; read(offset: number, length: number): Promise<Uint8Array> }

/**
 * Opens plaintext bytes [offset, offset + length) only: reads the head and the chunks that hold them.
 * Bytes beyond the end are left out, and only a read that reaches the last chunk proves where the end is.
 * @throws CryptoError truncated | bad_commitment | bad_chunk
 */
export async function openRange(
  key: Secret,
  context: Uint8Array,
  reader: SealedReader,
  offset: number,
  length: number,
): Promise<Uint8Array> {
  const total = plaintextLength(reader.length)
  const end = Math.min(total, offset + length)
  const keys = unlock(key, context, await reader.read(0, HEAD_BYTES))
  try {
    if (offset < 0 || end <= offset) return new Uint8Array(0)
    const first = Math.floor(offset / CHUNK_BYTES)
    const last = Math.floor((end - 1) / CHUNK_BYTES)
    const from = HEAD_BYTES + first * SEALED_CHUNK_BYTES
    const until = Math.min(reader.length, HEAD_BYTES + (last + 1) * SEALED_CHUNK_BYTES)
    const sealed = await reader.read(from, until - from)
    if (sealed.length !== until - from) throw new CryptoError('truncated')
    const plain = new Uint8Array(sealed.length - (last - first + 1) * TAG_BYTES)
    await openChunks(keys, sealed, first, plain)
    return plain.subarray(offset - first * CHUNK_BYTES, end - first * CHUNK_BYTES)
  } finally {
    forget(keys)
  }
}
