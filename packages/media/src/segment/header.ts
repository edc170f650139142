import { concat, equal } from '@hausrecht/crypto/bytes'
import { type CborValue, decode, encode } from '@hausrecht/crypto/cbor'
import {
  type DeviceId,
  deviceIdFrom,
  type HouseholdId,
  householdIdFrom,
  idBytes,
  type ObjectId,
  objectIdFrom,
  type StreamId,
  streamIdFrom,
} from '@hausrecht/crypto/ids'
import { SegmentError } from '../errors.ts'
import { isKind, type Kind } from './kinds.ts'
import { PAYLOAD_MAX, paddedLength } from './padding.ts'

/** `HHS1` in ASCII. */
export const MAGIC = Uint8Array.of(0x48, 0x48, 0x53, 0x31)
/** The only suite: Cobblestone-256. */
export const SUITE_COBBLESTONE_256 = 0x01
/** Magic, suite, kind and the length of the CBOR header, in bytes. */
export const PREFIX_LENGTH = 8
/** The longest CBOR header a reader accepts, in bytes. All fields at their largest need 111. */
export const HEADER_MAX = 256

/** Cobblestone-256: salt and commitment before the first chunk, and a tag after each. docs/formats.md §keys. */
const SALT_AND_COMMITMENT = 24 + 32
const CHUNK = 16 * 1024
const TAG = 16

const U32_MAX = 0xffff_ffff
const ID_LENGTH = 16

/** What the vault may know about a segment. docs/formats.md §segment. */
export type SegmentHeader = {
  readonly kind: Kind
  readonly household: HouseholdId
  readonly stream: StreamId
  /** u32: which key tree of the stream. */
  readonly generation: number
  /** u32: which slot of the key tree. */
  readonly leaf: number
  readonly object: ObjectId
  /** Length of the padded payload in bytes; always a value of `paddedLength`. */
  readonly payloadLength: number
  /** Reserved: an object that holds the init segment. Nothing writes it today (decision 0003). */
  readonly initObject?: ObjectId
  /** The device that recorded. */
  readonly recorder: DeviceId
}

/** The fields' CBOR keys. 6 is `flags`: 0, all other values are for a newer reader (dual lock). */
const FIELD = {
  household: 1,
  stream: 2,
  generation: 3,
  leaf: 4,
  object: 5,
  flags: 6,
  payloadLength: 7,
  initObject: 8,
  recorder: 9,
} as const
const REQUIRED = 8

/**
 * The bytes before the salt: prefix and CBOR header. They are Cobblestone's `context`, so each field is bound to key and
 * ciphertext.
 * @throws SegmentError `bad_field` when a number is out of range or the length isn't a padded one.
 */
export function encodeHeader(header: SegmentHeader): Uint8Array {
  checkPayloadLength(header.kind, header.payloadLength)
  const fields = new Map<number, CborValue>([
    [FIELD.household, idBytes(header.household)],
    [FIELD.stream, idBytes(header.stream)],
    [FIELD.generation, checkU32(header.generation, 'generation')],
    [FIELD.leaf, checkU32(header.leaf, 'leaf')],
    [FIELD.object, idBytes(header.object)],
    [FIELD.flags, 0],
    [FIELD.payloadLength, header.payloadLength],
  ])
  if (header.initObject !== undefined) fields.set(FIELD.initObject, idBytes(header.initObject))
  fields.set(FIELD.recorder, idBytes(header.recorder))
  const body = encode(fields)
  const prefix = Uint8Array.of(...MAGIC, SUITE_COBBLESTONE_256, header.kind, body.length >> 8, body.length & 0xff)
  return concat(prefix, body)
}

/** A segment's header as read, and where it ends. */
export type ReadHeader = {
  readonly header: SegmentHeader
  /** All bytes before the salt: the context of the seal. A view into the input. */
  readonly context: Uint8Array
}

/**
 * Reads the header at the start of `segment` (the whole object, or at least its first `PREFIX_LENGTH + HEADER_MAX` bytes).
 * Strict: unknown fields, unknown kinds, other encodings of the same fields and lengths that padding can't yield are refused.
 * @throws SegmentError
 */
export function decodeHeader(segment: Uint8Array): ReadHeader {
  if (segment.length < PREFIX_LENGTH) throw new SegmentError('truncated')
  if (!equal(segment.subarray(0, MAGIC.length), MAGIC)) throw new SegmentError('bad_magic')
  if (segment[4] !== SUITE_COBBLESTONE_256) throw new SegmentError('bad_suite')
  const kind = segment[5] ?? 0
  if (!isKind(kind)) throw new SegmentError('bad_kind', String(kind))
  const length = ((segment[6] ?? 0) << 8) | (segment[7] ?? 0)
  if (length > HEADER_MAX) throw new SegmentError('too_long', `header of ${length} bytes`)
  const end = PREFIX_LENGTH + length
  if (segment.length < end) throw new SegmentError('truncated')
  const header = readFields(kind, segment.subarray(PREFIX_LENGTH, end))
  return { header, context: segment.subarray(0, end) }
}

/** The bytes before the salt of a whole segment. @throws SegmentError when the header can't be read. */
export const contextOf = (segment: Uint8Array): Uint8Array => decodeHeader(segment).context

/**
 * Length in bytes of the whole object that has this header: anybody can check it without a key.
 * Cobblestone: salt, commitment, chunks of 16 KiB with a tag each, the last one shorter than 16 KiB, maybe empty.
 */
export function objectLength(contextLength: number, payloadLength: number): number {
  return contextLength + SALT_AND_COMMITMENT + payloadLength + TAG * (Math.floor(payloadLength / CHUNK) + 1)
}

/** The largest object there can be, in bytes: the limit for uploads. */
export const OBJECT_MAX = objectLength(PREFIX_LENGTH + HEADER_MAX, PAYLOAD_MAX)

/**
 * Reads the header of a whole object and checks its length against it.
 * @throws SegmentError `truncated` or `too_long` when the object's length isn't the one its header announces.
 */
export function checkObject(object: Uint8Array): ReadHeader {
  const read = decodeHeader(object)
  const expected = objectLength(read.context.length, read.header.payloadLength)
  if (object.length < expected) throw new SegmentError('truncated', `${object.length} of ${expected} bytes`)
  if (object.length > expected) throw new SegmentError('too_long', `${object.length} instead of ${expected} bytes`)
  return read
}

function readFields(kind: Kind, bytes: Uint8Array): SegmentHeader {
  let fields: CborValue
  try {
    fields = decode(bytes)
  } catch {
    throw new SegmentError('bad_header')
  }
  if (!(fields instanceof Map)) throw new SegmentError('bad_header', 'not a map')
  const initObject = fields.get(FIELD.initObject)
  if (fields.size !== REQUIRED + (initObject === undefined ? 0 : 1))
    throw new SegmentError('bad_field', 'unknown field')
  if (fields.get(FIELD.flags) !== 0) throw new SegmentError('unsupported_flags')
  const number = (key: number, name: string): number => checkU32(fields.get(key), name)
  const id = (key: number, name: string): Uint8Array => {
    const value = fields.get(key)
    if (!(value instanceof Uint8Array) || value.length !== ID_LENGTH) throw new SegmentError('bad_field', name)
    return value
  }
  const payloadLength = number(FIELD.payloadLength, 'payload length')
  checkPayloadLength(kind, payloadLength)
  return {
    kind,
    household: householdIdFrom(id(FIELD.household, 'household')),
    stream: streamIdFrom(id(FIELD.stream, 'stream')),
    generation: number(FIELD.generation, 'generation'),
    leaf: number(FIELD.leaf, 'leaf'),
    object: objectIdFrom(id(FIELD.object, 'object')),
    payloadLength,
    ...(initObject === undefined ? {} : { initObject: objectIdFrom(id(FIELD.initObject, 'init object')) }),
    recorder: deviceIdFrom(id(FIELD.recorder, 'recorder')),
  }
}

function checkU32(value: CborValue | undefined, name: string): number {
  if (typeof value !== 'number' || !Number.isInteger(value) || value < 0 || value > U32_MAX) {
    throw new SegmentError('bad_field', name)
  }
  return value
}

function checkPayloadLength(kind: Kind, length: number): void {
  if (!Number.isInteger(length) || length > PAYLOAD_MAX) throw new SegmentError('bad_field', 'payload length')
  if (paddedLength(kind, length) !== length) throw new SegmentError('bad_padding', `${length} bytes`)
}
