import { CodecError } from '../errors.ts'
import type { BitReader } from './bits.ts'

/**
 * Reads on in an H.265 SPS after the bit depths, up to the VUI's timing (ITU-T H.265 §7.3.2.2.1, §E.2.1), only to learn the frame
 * rate. Null when it isn't said or the rest is broken: a frame rate is never worth losing a camera for.
 */
export function h265Fps(bits: BitReader, subLayers: number): number | null {
  try {
    return readTiming(bits, subLayers)
  } catch (error) {
    if (error instanceof CodecError) return null
    throw error
  }
}

function readTiming(bits: BitReader, subLayers: number): number | null {
  const pocBits = 4 + bits.ueMax(12, 'picture order count length')
  const first = bits.flag() ? 0 : subLayers
  for (let i = first; i <= subLayers; i++) {
    bits.ue()
    bits.ue()
    bits.ue()
  }
  for (let i = 0; i < 6; i++) bits.ue()
  if (bits.flag() && bits.flag()) skipScalingLists(bits)
  bits.skip(2)
  if (bits.flag()) {
    bits.skip(8)
    bits.ue()
    bits.ue()
    bits.skip(1)
  }
  skipReferencePictureSets(bits)
  if (bits.flag()) {
    const longTerm = bits.ueMax(32, 'long-term pictures')
    bits.skip(longTerm * (pocBits + 1))
  }
  bits.skip(2)
  if (!bits.flag()) return null
  if (bits.flag() && bits.bits(8) === 255) bits.skip(32)
  if (bits.flag()) bits.skip(1)
  if (bits.flag()) {
    bits.skip(4)
    if (bits.flag()) bits.skip(24)
  }
  if (bits.flag()) {
    bits.ue()
    bits.ue()
  }
  bits.skip(3)
  if (bits.flag()) for (let i = 0; i < 4; i++) bits.ue()
  if (!bits.flag()) return null
  const unitsInTick = bits.bits(32)
  const timeScale = bits.bits(32)
  return unitsInTick > 0 && timeScale > 0 ? timeScale / unitsInTick : null
}

/** §7.3.4 */
function skipScalingLists(bits: BitReader): void {
  for (let size = 0; size < 4; size++) {
    for (let matrix = 0; matrix < 6; matrix += size === 3 ? 3 : 1) {
      if (!bits.flag()) {
        bits.ue()
        continue
      }
      if (size > 1) bits.se()
      for (let i = 0; i < Math.min(64, 1 << (4 + size * 2)); i++) bits.se()
    }
  }
}

/** §7.3.7, with the derivation of how many pictures a predicted set has (§7.4.8). */
function skipReferencePictureSets(bits: BitReader): void {
  const sets = bits.ueMax(64, 'reference picture sets')
  let previous = 0
  for (let set = 0; set < sets; set++) {
    if (set > 0 && bits.flag()) {
      bits.skip(1)
      bits.ue()
      let pictures = 0
      for (let i = 0; i <= previous; i++) {
        const used = bits.flag()
        if (used || bits.flag()) pictures++
      }
      previous = pictures
    } else {
      const negative = bits.ueMax(16, 'reference pictures')
      const positive = bits.ueMax(16, 'reference pictures')
      for (let i = 0; i < negative + positive; i++) {
        bits.ue()
        bits.skip(1)
      }
      previous = negative + positive
    }
  }
}
