import { concat } from '@hausrecht/crypto/bytes'
import { decodeTimes, durationsOf, isCutPoint } from '../dts.ts'
import { buildFragment } from '../mp4/fragment.ts'
import { buildInit } from '../mp4/init.ts'
import type { MoviePart } from '../mp4/movie.ts'
import type { MovieSample, MovieTrack } from '../mp4/reader.ts'

export type TestPart = MoviePart & { readonly samples: number }

/**
 * Cuts a track as the recorder does: at key frames, or at any cut point when `parts` is asked for, after at least `minMs`.
 * Presentation times only: decode times are made anew, as for RTP.
 */
export function segmentsOf(track: MovieTrack, startMs: number, minMs: number, parts = false): TestPart[] {
  const groups: MovieSample[][] = []
  let latest = Number.NEGATIVE_INFINITY
  for (const sample of track.samples) {
    const group = groups.at(-1)
    const age = group === undefined ? 0 : sample.pts - Math.min(...group.map(other => other.pts))
    const long = (age * 1000) / track.timescale >= minMs
    const cut = group === undefined || (long && (parts || sample.isSync) && isCutPoint(sample.pts, latest))
    if (cut) groups.push([sample])
    else group.push(sample)
    latest = Math.max(latest, sample.pts)
  }
  const origin = Math.min(...track.samples.map(sample => sample.pts))
  const init = buildInit([{ trackId: 1, timescale: track.timescale, config: track.configs[0] }])
  return groups.map((samples, index) => {
    const times = decodeTimes(samples.map(sample => sample.pts))
    const next = groups[index + 1]
    const end = next === undefined ? null : Math.min(...next.map(sample => sample.pts))
    const last = samples.at(-1)?.duration ?? 0
    const durations = durationsOf(
      times.map(time => time.dts),
      end,
      last,
    )
    const first = times[0]?.dts ?? 0
    const fragment = buildFragment({
      sequence: index + 1,
      trackId: 1,
      baseDecodeTime: first - origin,
      samples: samples.map((sample, i) => ({
        data: sample.data,
        isSync: sample.isSync,
        duration: durations[i] ?? 0,
        compositionOffset: times[i]?.compositionOffset ?? 0,
      })),
    })
    const startTimeMs = startMs + Math.round(((first - origin) * 1000) / track.timescale)
    return { init, fragment, startTimeMs, mark: `${track.kind}-${index}`, samples: samples.length }
  })
}

/** The parts of several tracks in order of time, as an exporter would append them. */
export const inOrder = <T extends MoviePart>(...tracks: readonly (readonly T[])[]): T[] =>
  tracks.flat().sort((a, b) => a.startTimeMs - b.startTimeMs)

/** A playable fragmented file: one init segment, all fragments. */
export const fragmentedFile = (parts: readonly MoviePart[]): Uint8Array =>
  concat(parts[0]?.init ?? new Uint8Array(0), ...parts.map(part => part.fragment))
