import { crc32 } from 'node:zlib'
import { idBytes, type ObjectId, objectIdFrom, type StreamId, streamIdFrom } from '@hausrecht/crypto/ids'
import { SpoolError } from './errors.ts'
import { SPOOL_BLOB_MAX } from './limits.ts'

/**
 * A record of a log file: a head of fixed length, then the sealed object.
 *
 * ```
 *  0 "HHSR"   4 version 1   5 type   6 state (not in the checksum)   7 kind of object
 *  8 position u64   16 blob length u32   20 generation u32   24 leaf u32   28 duration ms u32
 * 32 sequence u64   40 start ms f64   48 stream 16 B   64 object id 16 B
 * 80 CRC-32 of the blob   84 lost u32   88 zero   92 CRC-32 of bytes 0..91 with the state as zero
 * ```
 * The head has its own checksum so that a damaged blob never hides where the next record is. The state byte is
 * outside of it because wiping a record changes that byte in place. Integers are big-endian, as in docs/formats.md.
 */
export const HEAD_BYTES = 96

/** What a record is: a sealed object; the state of all streams (first in every file); the mark of an orderly stop. */
export const RECORD_TYPE = { object: 1, snapshot: 2, stop: 3 } as const
export type RecordType = keyof typeof RECORD_TYPE
const TYPE_NAMES = new Map<number, RecordType>([
  [1, 'object'],
  [2, 'snapshot'],
  [3, 'stop'],
])

/** Facts about a sealed object that the hub needs without opening it. Nothing here is more than the vault may know, but for the time in ms. */
export type ObjectMeta = {
  readonly stream: StreamId
  readonly gen: number
  readonly leaf: number
  readonly objectId: ObjectId
  readonly kind: number
  readonly sequence: number
  /** Wall clock at the start of what it holds, ms. */
  readonly startMs: number
  readonly durationMs: number
  /** Of a gap object: how many sealed objects it stands for. 0 otherwise. */
  readonly lost: number
}

export type RecordHead = {
  readonly type: RecordType
  /** It is not to be read any more: it is overwritten, or being so. */
  readonly wiped: boolean
  /** All of it has been overwritten. */
  readonly blank: boolean
  readonly position: number
  readonly blobLength: number
  readonly blobCrc: number
  readonly meta: ObjectMeta
}

const MAGIC = 0x48485352
const STATE_AT = 6
export const STATE_BLANK = 1
/** What a crash leaves so is overwritten at the next wipe. */
export const STATE_WIPING = 2
/** Offset of the state byte inside a record, for wiping in place. */
export const STATE_OFFSET = STATE_AT

/** Encodes a head; `parts` is the blob in pieces, which are not copied. */
export function encodeHead(
  type: RecordType,
  position: number,
  meta: ObjectMeta,
  parts: readonly Uint8Array[],
): Uint8Array {
  let length = 0
  let blobCrc = 0
  for (const part of parts) {
    length += part.length
    blobCrc = crc32(part, blobCrc)
  }
  if (length > SPOOL_BLOB_MAX) throw new SpoolError('record_too_large', `${length} bytes`)
  const head = new Uint8Array(HEAD_BYTES)
  const view = new DataView(head.buffer)
  view.setUint32(0, MAGIC)
  head[4] = 1
  head[5] = RECORD_TYPE[type]
  head[7] = meta.kind
  view.setBigUint64(8, BigInt(position))
  view.setUint32(16, length)
  view.setUint32(20, meta.gen)
  view.setUint32(24, meta.leaf)
  view.setUint32(28, Math.round(meta.durationMs))
  view.setBigUint64(32, BigInt(meta.sequence))
  view.setFloat64(40, meta.startMs)
  head.set(idBytes(meta.stream), 48)
  head.set(idBytes(meta.objectId), 64)
  view.setUint32(80, blobCrc)
  view.setUint32(84, meta.lost)
  view.setUint32(92, crc32(head.subarray(0, 92)))
  return head
}

/** Parses a head; null when the bytes are not one (wrong magic, version, checksum or an impossible length). */
export function decodeHead(bytes: Uint8Array): RecordHead | null {
  if (bytes.length < HEAD_BYTES) return null
  const view = new DataView(bytes.buffer, bytes.byteOffset, HEAD_BYTES)
  if (view.getUint32(0) !== MAGIC || bytes[4] !== 1) return null
  const state = bytes[STATE_AT] ?? 0
  let crc = crc32(bytes.subarray(0, STATE_AT))
  crc = crc32(ZERO, crc)
  crc = crc32(bytes.subarray(STATE_AT + 1, 92), crc)
  if (crc !== view.getUint32(92)) return null
  const type = TYPE_NAMES.get(bytes[5] ?? 0)
  const blobLength = view.getUint32(16)
  if (type === undefined || blobLength > SPOOL_BLOB_MAX) return null
  return {
    type,
    wiped: state === STATE_BLANK || state === STATE_WIPING,
    blank: state === STATE_BLANK,
    position: Number(view.getBigUint64(8)),
    blobLength,
    blobCrc: view.getUint32(80),
    meta: {
      stream: streamIdFrom(bytes.slice(48, 64)),
      gen: view.getUint32(20),
      leaf: view.getUint32(24),
      objectId: objectIdFrom(bytes.slice(64, 80)),
      kind: bytes[7] ?? 0,
      sequence: Number(view.getBigUint64(32)),
      startMs: view.getFloat64(40),
      durationMs: view.getUint32(28),
      lost: view.getUint32(84),
    },
  }
}

const ZERO = new Uint8Array(1)

/** Where a head may begin in `bytes`, from `from` on; -1 when nowhere. Used to find the way again after damage. */
export function findMagic(bytes: Uint8Array, from: number): number {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).indexOf(MAGIC_BYTES, from)
}

const MAGIC_BYTES = Buffer.from('HHSR', 'latin1')
