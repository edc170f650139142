import type { VideoConfig } from '../codec/config.ts'
import { h264ParameterSets } from '../codec/h264.ts'
import { h265ParameterSets } from '../codec/h265.ts'
import { joinLengthPrefixed } from '../codec/nal.ts'

/** Samples whose bytes come in several pieces. */
export type Pieces = { readonly sizes: Uint32Array; readonly pieces: readonly Uint8Array[] }

/**
 * [Note: parameter sets in the samples]
 *
 * Where the picture's size changes inside a movie, the sample table names another sample description. Players that are made of ffmpeg's
 * demuxer and another decoder (Chromium) look at the first description only, and ffmpeg's own H.264 parser complains. So from the first
 * change on, each key frame carries its parameter sets too, as `avc3` would: measured, then ffmpeg and Chromium play all of it.
 */
export function withParameterSets(config: VideoConfig, sizes: Uint32Array, sync: Uint8Array, data: Uint8Array): Pieces {
  const sets = parameterSets(config)
  const larger = sizes.slice()
  const pieces: Uint8Array[] = []
  let from = 0
  let at = 0
  for (let i = 0; i < sizes.length; i++) {
    if (sync[i] === 1) {
      if (at > from) pieces.push(data.subarray(from, at))
      pieces.push(sets)
      from = at
      larger[i] = (sizes[i] ?? 0) + sets.length
    }
    at += sizes[i] ?? 0
  }
  if (at > from) pieces.push(data.subarray(from, at))
  return { sizes: larger, pieces }
}

/** A configuration's parameter sets, each after its length. @throws CodecError */
function parameterSets(config: VideoConfig): Uint8Array {
  if (config.codec === 'h264') {
    const { sps, pps } = h264ParameterSets(config.record)
    return joinLengthPrefixed([...sps, ...pps])
  }
  const { vps, sps, pps } = h265ParameterSets(config.record)
  return joinLengthPrefixed([...vps, ...sps, ...pps])
}
