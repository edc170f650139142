import { type CborValue, decode, encode } from '@hausrecht/crypto/cbor'
import { SegmentError } from '../errors.ts'
import { KINDS, type Kind } from './kinds.ts'
import { PAYLOAD_MAX, paddedLength } from './padding.ts'

/** The longest init segment, in bytes. Ours have about 700. */
export const INIT_MAX = 32 * 1024
/** The longest map of fields, in bytes. */
export const FIELDS_MAX = INIT_MAX + 1024
/** The longest reason of a gap, in characters. */
export const REASON_MAX = 64

const LENGTHS = 8
const REASON = /^[a-z][a-z0-9_]*$/

const FIELD = { sequence: 1, startTime: 2, duration: 3, flags: 4, timescale: 5, init: 6, gap: 7 } as const
const GAP = { from: 1, to: 2, reason: 3, lost: 4 } as const
const FLAG = { startsWithKey: 1, continues: 2, discontinuity: 4 } as const
const ALL_FLAGS = FLAG.startsWithKey | FLAG.continues | FLAG.discontinuity

/** Nothing was recorded from `from` to `to` (ms since 1970, UTC). */
export type Gap = {
  readonly from: number
  readonly to: number
  /** A word like `camera_away`: lowercase letters, digits, underscores. The recorder's list; readers show unknown ones as they are. */
  readonly reason: string
  /** How many segments had been recorded and were dropped; 0 when none was recorded. */
  readonly lost: number
}

/** What every segment says about itself, inside the seal. */
type Common = {
  /** Counts the segments of one stream and generation from 0, gaps included: a missing, repeated or moved one is seen. */
  readonly sequence: number
  /**
   * True wall-clock time of the first sample in order of presentation, ms since 1970 UTC. The leaf in the header can run ahead of
   * it after a clock jump; this is the time to show.
   */
  readonly startTime: number
  /** Milliseconds from `startTime` to the end of the last sample. */
  readonly duration: number
}

/** A segment with pictures or sound. */
export type MediaPayload = Common & {
  readonly type: 'media'
  /** The first sample can be decoded without any earlier one. Always true for sound. */
  readonly startsWithKey: boolean
  /** A part of a long group of pictures: decodable only after the segment with `sequence - 1`. */
  readonly continues: boolean
  /** Time or samples are missing between the segment with `sequence - 1` and this one, or codec parameters changed. */
  readonly discontinuity: boolean
  /** Ticks a second of the fragment's times. */
  readonly timescale: number
  /** `ftyp` and `moov`: with it, each segment plays alone (decision 0003). */
  readonly init: Uint8Array
  /** `moof` and `mdat`. */
  readonly fragment: Uint8Array
}

/** A segment that stands for time without recording. */
export type GapPayload = Common & { readonly type: 'gap'; readonly gap: Gap }

export type Payload = MediaPayload | GapPayload

/** A payload to be written: the fragment in pieces, so that samples are copied once. */
export type PayloadDraft = (Omit<MediaPayload, 'fragment'> & { readonly fragment: readonly Uint8Array[] }) | GapPayload

/** Gives memory of exactly so many bytes, whatever they hold: a recorder uses the same again and again. */
export type Allocate = (length: number) => Uint8Array
const zeroed: Allocate = length => new Uint8Array(length)

/**
 * The plaintext of a segment: `u32 n ‖ CBOR map (n bytes) ‖ u32 m ‖ fragment (m bytes) ‖ zeros` up to `paddedLength(kind, …)`.
 * Kind 5 (gap) takes a gap, all other kinds media.
 * @throws SegmentError `bad_field`, `too_long`
 */
export function encodePayload(kind: Kind, payload: PayloadDraft, allocate: Allocate = zeroed): Uint8Array {
  checkKind(kind, payload.type)
  const flags =
    payload.type === 'gap'
      ? 0
      : (payload.startsWithKey ? FLAG.startsWithKey : 0) |
        (payload.continues ? FLAG.continues : 0) |
        (payload.discontinuity ? FLAG.discontinuity : 0)
  const fields = new Map<number, CborValue>([
    [FIELD.sequence, count(payload.sequence, 'sequence')],
    [FIELD.startTime, count(payload.startTime, 'start time')],
    [FIELD.duration, count(payload.duration, 'duration')],
    [FIELD.flags, flags],
  ])
  if (payload.type === 'gap') {
    fields.set(FIELD.gap, encodeGap(payload.gap))
    return frame(kind, fields, [], allocate)
  }
  if (payload.init.length > INIT_MAX) throw new SegmentError('too_long', 'init segment')
  fields.set(FIELD.timescale, positive(payload.timescale, 'timescale'))
  fields.set(FIELD.init, payload.init)
  return frame(kind, fields, payload.fragment, allocate)
}

/**
 * Reads an opened segment's plaintext. `init` and `fragment` are views into it.
 * @throws SegmentError `bad_payload`, `bad_field`, `bad_padding`, `too_long`
 */
export function decodePayload(kind: Kind, plaintext: Uint8Array): Payload {
  const { fields, rest } = unframe(kind, plaintext)
  if (kind !== KINDS.gap) {
    checkKind(kind, 'media')
    return decodeMedia(fields, rest)
  }
  const { flags, common } = decodeCommon(fields)
  if (fields.size !== 5 || flags !== 0 || rest.length !== 0) throw new SegmentError('bad_field', 'gap')
  return { type: 'gap', ...common, gap: decodeGap(fields.get(FIELD.gap)) }
}

type Fields = Frame['fields']

function decodeCommon(fields: Fields): { readonly flags: number; readonly common: Common } {
  const flags = count(fields.get(FIELD.flags), 'flags')
  if (flags > ALL_FLAGS) throw new SegmentError('unsupported_flags')
  const common = {
    sequence: count(fields.get(FIELD.sequence), 'sequence'),
    startTime: count(fields.get(FIELD.startTime), 'start time'),
    duration: count(fields.get(FIELD.duration), 'duration'),
  }
  return { flags, common }
}

function decodeMedia(fields: Fields, fragment: Uint8Array): MediaPayload {
  const { flags, common } = decodeCommon(fields)
  const init = fields.get(FIELD.init)
  if (fields.size !== 6 || !(init instanceof Uint8Array)) throw new SegmentError('bad_field', 'init segment')
  if (init.length > INIT_MAX) throw new SegmentError('too_long', 'init segment')
  return {
    type: 'media',
    ...common,
    startsWithKey: (flags & FLAG.startsWithKey) !== 0,
    continues: (flags & FLAG.continues) !== 0,
    discontinuity: (flags & FLAG.discontinuity) !== 0,
    timescale: positive(fields.get(FIELD.timescale), 'timescale'),
    init,
    fragment,
  }
}

/** What the first bytes of an opened segment say, and where its fragment lies in the plaintext. */
export type PayloadHead = Omit<MediaPayload, 'fragment'> & {
  readonly fragmentStart: number
  readonly fragmentLength: number
}

/**
 * Reads the fields of a media segment from the beginning of its plaintext, without the rest of it.
 * @returns null when `head` ends before the fields do. @throws SegmentError as `decodePayload`
 */
export function decodePayloadHead(kind: Kind, head: Uint8Array): PayloadHead | null {
  checkKind(kind, 'media')
  if (head.length < LENGTHS) return null
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength)
  const mapLength = view.getUint32(0)
  if (mapLength > FIELDS_MAX) throw new SegmentError('too_long', 'fields')
  if (head.length < LENGTHS + mapLength) return null
  const { fragment: _, ...fields } = decodeMedia(readMap(head.subarray(4, 4 + mapLength)), new Uint8Array(0))
  return { ...fields, fragmentStart: LENGTHS + mapLength, fragmentLength: view.getUint32(4 + mapLength) }
}

/** The plaintext of kind 4, the sealed part of a chain entry: the same frame around a map that the chain defines, without a fragment. */
export const encodeDetails = (details: ReadonlyMap<number, CborValue>): Uint8Array =>
  frame(KINDS.payload, new Map(details), [])

/** The map inside an opened kind 4. @throws SegmentError */
export function decodeDetails(plaintext: Uint8Array): ReadonlyMap<number | string, CborValue> {
  const { fields, rest } = unframe(KINDS.payload, plaintext)
  if (rest.length !== 0) throw new SegmentError('bad_payload', 'details carry no fragment')
  return fields
}

function frame(
  kind: Kind,
  fields: Map<number, CborValue>,
  pieces: readonly Uint8Array[],
  allocate: Allocate = zeroed,
): Uint8Array {
  const map = encode(fields)
  if (map.length > FIELDS_MAX) throw new SegmentError('too_long', 'fields')
  let fragmentLength = 0
  for (const piece of pieces) fragmentLength += piece.length
  const used = LENGTHS + map.length + fragmentLength
  if (used > PAYLOAD_MAX) throw new SegmentError('too_long', `${used} bytes`)
  const padded = paddedLength(kind, used)
  if (padded > PAYLOAD_MAX) throw new SegmentError('too_long', `${padded} bytes with padding`)
  const plaintext = allocate(padded)
  const view = new DataView(plaintext.buffer, plaintext.byteOffset)
  view.setUint32(0, map.length)
  plaintext.set(map, 4)
  view.setUint32(4 + map.length, fragmentLength)
  let at = LENGTHS + map.length
  for (const piece of pieces) {
    plaintext.set(piece, at)
    at += piece.length
  }
  return plaintext.fill(0, at)
}

type Frame = { readonly fields: ReadonlyMap<number | string, CborValue>; readonly rest: Uint8Array }

function unframe(kind: Kind, plaintext: Uint8Array): Frame {
  if (plaintext.length > PAYLOAD_MAX) throw new SegmentError('too_long')
  if (plaintext.length < LENGTHS) throw new SegmentError('bad_payload', 'too short')
  const view = new DataView(plaintext.buffer, plaintext.byteOffset, plaintext.byteLength)
  const mapLength = view.getUint32(0)
  if (mapLength > FIELDS_MAX) throw new SegmentError('too_long', 'fields')
  if (mapLength > plaintext.length - LENGTHS) throw new SegmentError('bad_payload', 'fields end too early')
  const start = LENGTHS + mapLength
  const fragmentLength = view.getUint32(4 + mapLength)
  if (fragmentLength > plaintext.length - start) throw new SegmentError('bad_payload', 'fragment ends too early')
  const end = start + fragmentLength
  if (paddedLength(kind, end) !== plaintext.length) throw new SegmentError('bad_padding', 'length')
  for (let i = end; i < plaintext.length; i++) {
    if (plaintext[i] !== 0) throw new SegmentError('bad_padding', 'not zero')
  }
  return { fields: readMap(plaintext.subarray(4, 4 + mapLength)), rest: plaintext.subarray(start, end) }
}

function readMap(bytes: Uint8Array): Fields {
  let fields: CborValue
  try {
    fields = decode(bytes)
  } catch {
    throw new SegmentError('bad_payload', 'fields')
  }
  if (!(fields instanceof Map)) throw new SegmentError('bad_payload', 'fields are not a map')
  return fields
}

function encodeGap(gap: Gap): Map<number, CborValue> {
  if (gap.to < gap.from) throw new SegmentError('bad_field', 'gap ends before it starts')
  return new Map<number, CborValue>([
    [GAP.from, count(gap.from, 'gap start')],
    [GAP.to, count(gap.to, 'gap end')],
    [GAP.reason, reason(gap.reason)],
    [GAP.lost, count(gap.lost, 'lost segments')],
  ])
}

function decodeGap(value: CborValue | undefined): Gap {
  if (!(value instanceof Map) || value.size !== 4) throw new SegmentError('bad_field', 'gap')
  const from = count(value.get(GAP.from), 'gap start')
  const to = count(value.get(GAP.to), 'gap end')
  if (to < from) throw new SegmentError('bad_field', 'gap ends before it starts')
  return {
    from,
    to,
    reason: reason(value.get(GAP.reason)),
    lost: count(value.get(GAP.lost), 'lost segments'),
  }
}

function checkKind(kind: Kind, type: Payload['type']): void {
  const fits = type === 'gap' ? kind === KINDS.gap : kind !== KINDS.gap && kind !== KINDS.payload
  if (!fits) throw new SegmentError('bad_kind', `${type} as kind ${kind}`)
}

function count(value: CborValue | undefined, name: string): number {
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 0) throw new SegmentError('bad_field', name)
  return value
}

function positive(value: CborValue | undefined, name: string): number {
  const number = count(value, name)
  if (number === 0 || number > 0xffff_ffff) throw new SegmentError('bad_field', name)
  return number
}

function reason(value: CborValue | undefined): string {
  if (typeof value !== 'string' || value.length > REASON_MAX || !REASON.test(value)) {
    throw new SegmentError('bad_field', 'reason')
  }
  return value
}
