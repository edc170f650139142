import type { TlsTrust } from './connection.ts'
import type { RtspError } from './errors.ts'
import type { Sdp } from './sdp.ts'
import type { TrackInfo } from './track.ts'
import type { Allocate, ParameterSets, Unit } from './unit.ts'

export type RtspOptions = {
  /** auto: TCP, and UDP where the camera refuses TCP. */
  readonly transport?: 'tcp' | 'udp' | 'auto'
  readonly signal?: AbortSignal
  readonly tls?: TlsTrust
  readonly connectMs?: number
  /** Without media for so long the session ends with `timeout`. */
  readonly stallMs?: number
  readonly clock?: { now(): number }
}

export type RtspEvents = {
  readonly onUnit: (track: TrackInfo, unit: Unit) => void
  /** New parameter sets, before the first unit that needs them. */
  readonly onParameters?: (track: TrackInfo, sets: ParameterSets) => void
  /** Where pictures are put, so that memory can be used again; new memory for each without it. */
  readonly allocate?: Allocate
  /** Once, when it ends without `close`. */
  readonly onEnd: (error: RtspError) => void
}

export type RtspSession = {
  readonly tracks: readonly TrackInfo[]
  readonly transport: 'tcp' | 'udp'
  readonly description: Sdp
  /** Packets that came and that were missing, over all tracks. */
  counters(): { readonly packets: number; readonly lost: number; readonly octets: number }
  close(): Promise<void>
}
