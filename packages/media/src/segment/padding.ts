import { KINDS, type Kind } from './kinds.ts'

/** Sound and its like: the size of the silence must not show what was said. Steps of 4 KiB. */
export const AUDIO_PADDING_STEP = 4096
/** Gaps and texts: a name's length is hidden within 256 bytes. */
export const SMALL_PADDING_STEP = 256
/** The smallest video payload, in bytes: below this Padmé would hide too little. */
export const VIDEO_PADDING_MIN = 4096
/** The largest payload of one segment, padded, in bytes. A recorder cuts earlier. */
export const PAYLOAD_MAX = 32 * 1024 * 1024

/**
 * Padmé (Nikitin et al., "Reducing Metadata Leakage from Encrypted Files", PoPETs 2019, §4): rounds up so that a length leaks
 * O(log log n) bits, at a cost of at most 12 %. Bytes in, bytes out; `length` ≥ 2 and < 2³¹.
 */
export function padme(length: number): number {
  if (length < 2) return length
  const exponent = 31 - Math.clz32(length)
  const significant = 32 - Math.clz32(exponent)
  const mask = 2 ** (exponent - significant) - 1
  return (length + mask) & ~mask
}

const toStep = (length: number, step: number): number => Math.max(1, Math.ceil(length / step)) * step

/** The padded length, in bytes, of a payload that has `length` bytes. Idempotent: a padded length pads to itself. */
export function paddedLength(kind: Kind, length: number): number {
  switch (kind) {
    case KINDS.video:
    case KINDS.sub:
    case KINDS.liveVideo:
      return padme(Math.max(length, VIDEO_PADDING_MIN))
    case KINDS.audio:
    case KINDS.liveAudio:
      return toStep(length, AUDIO_PADDING_STEP)
    case KINDS.payload:
    case KINDS.gap:
      return toStep(length, SMALL_PADDING_STEP)
  }
}
