/**
 * The closed registries of what can be wrong with media. All parsers here read attacker-controlled bytes (a camera, a vault,
 * a file given by a user) and throw nothing else than these.
 */

/** A sealed segment's header or its opened payload is not as docs/formats.md §segment says. */
export const SEGMENT_ERRORS = {
  bad_magic: 'not an HHS1 segment',
  bad_suite: 'unknown cipher suite',
  bad_kind: 'unknown kind of segment',
  truncated: 'the segment ends too early',
  too_long: 'longer than a limit allows',
  bad_header: 'the header is not the canonical encoding of its fields',
  bad_field: 'a field is missing, unknown, of the wrong type or out of range',
  unsupported_flags: 'the segment needs a newer reader',
  bad_padding: 'the padding is not as its kind demands',
  bad_payload: 'the opened payload is not well formed',
} as const
export type SegmentErrorCode = keyof typeof SEGMENT_ERRORS

/** An MP4 box, init segment, fragment or movie is broken, or outside what we read and write. */
export const MP4_ERRORS = {
  truncated: 'a box ends after the bytes that hold it',
  bad_box: 'a box has an impossible size, version or content',
  missing_box: 'a box that is needed is missing',
  too_many: 'more entries than a limit allows',
  too_long: 'longer than a limit allows',
  unsupported: 'a codec or structure that we do not read',
  bad_value: 'a value to be written does not fit its field',
  codec_changed: 'the codec changes, and one track of a movie has one codec',
  not_resumable: 'there is no unfinished movie here that could be continued',
  io: 'reading or writing the file failed',
} as const
export type Mp4ErrorCode = keyof typeof MP4_ERRORS

/** Codec parameters (SPS, AudioSpecificConfig, …) are broken or outside what we understand. */
export const CODEC_ERRORS = {
  truncated: 'the parameters end too early',
  bad_parameters: 'the parameters contradict the codec specification',
  unsupported: 'a profile or feature that we do not understand',
  bad_nal: 'a NAL unit is empty, too long or badly framed',
} as const
export type CodecErrorCode = keyof typeof CODEC_ERRORS

export class SegmentError extends Error {
  override readonly name = 'SegmentError'
  readonly code: SegmentErrorCode
  constructor(code: SegmentErrorCode, detail?: string) {
    super(detail === undefined ? SEGMENT_ERRORS[code] : `${SEGMENT_ERRORS[code]}: ${detail}`)
    this.code = code
  }
}

export class Mp4Error extends Error {
  override readonly name = 'Mp4Error'
  readonly code: Mp4ErrorCode
  constructor(code: Mp4ErrorCode, detail?: string, options?: ErrorOptions) {
    super(detail === undefined ? MP4_ERRORS[code] : `${MP4_ERRORS[code]}: ${detail}`, options)
    this.code = code
  }
}

export class CodecError extends Error {
  override readonly name = 'CodecError'
  readonly code: CodecErrorCode
  constructor(code: CodecErrorCode, detail?: string) {
    super(detail === undefined ? CODEC_ERRORS[code] : `${CODEC_ERRORS[code]}: ${detail}`)
    this.code = code
  }
}
