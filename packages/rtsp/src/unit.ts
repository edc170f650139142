/** One frame as it leaves the depacketiser: a picture with its NAL units behind 4-byte lengths, or one frame of sound. */
export type Unit = {
  readonly data: Uint8Array
  /** RTP time that never wraps, ticks of the track's clock. */
  readonly rtpTime: number
  /** Our clock when its last packet came, ms. */
  readonly arrival: number
  /** Decoding can start here. */
  readonly key: boolean
  /** The sender's clock for it, ms, when it sends reports. */
  readonly ntp?: number
  /** Packets were lost since the unit before. */
  readonly lossBefore: boolean
}

/** What a depacketiser is given of a packet. */
export type Arrived = {
  readonly payload: Buffer
  readonly time: number
  readonly marker: boolean
  readonly arrival: number
  /** The packet before it is missing. */
  readonly lossBefore: boolean
}

/** Gives memory of exactly so many bytes, whatever they hold: a recorder uses the same again and again. */
export type Allocate = (length: number) => Uint8Array

export type EmitUnit = (unit: Omit<Unit, 'ntp'>) => void

export type Depacketiser = { push(packet: Arrived): void }

/** Parameter sets, newest of each; a change mid-stream is told before the unit it is for. */
export type ParameterSets = {
  readonly vps: readonly Uint8Array[]
  readonly sps: readonly Uint8Array[]
  readonly pps: readonly Uint8Array[]
}
