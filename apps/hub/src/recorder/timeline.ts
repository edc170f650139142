import * as limits from './limits.ts'

/** Where a unit belongs. */
export type Placed = {
  /** Ticks of the track since the run began; a run ends with a jump. */
  readonly ticks: number
  /** The hub's wall clock, ms. */
  readonly wallMs: number
  /** The mapping was begun anew with this unit: nothing can be said about the time between it and the one before. */
  readonly jump: boolean
}

/**
 * Maps the RTP times of one track to the hub's wall clock. [Note: whose clock]
 *
 * Differences come from the camera's timestamps, for they are exact where arrival jitters; the origin comes from arrival, for
 * cameras' wall clocks are often wrong. Lateness only ever grows by the network, so its smallest value over a window is the
 * error of the mapping: small ones (drift) are followed slowly, large ones (a clock that jumped, here or in the camera) begin
 * a new run. Timestamps that keep jumping or stand still are given up, and arrival is used instead.
 */
export class TrackTimeline {
  readonly #rate: number
  #run: { rtp: number; wall: number } | null = null
  #newest = 0
  #stuck = 0
  #window: { from: number; least: number } | null = null
  #jumps: number[] = []
  #byArrival: { ticks: number; arrival: number } | null = null
  #offset: number | null = null

  constructor(clockRate: number) {
    this.#rate = clockRate
  }

  /** The camera's timestamps are not usable: arrival is used. */
  get broken(): boolean {
    return this.#byArrival !== null
  }

  /** Hub's wall clock minus the sender's, as the newest sender report and this mapping have it; null without one. */
  get senderOffset(): number | null {
    return this.broken ? null : this.#offset
  }

  /** `rtp`: extended (never wraps), ticks. `arrival`: hub's wall clock, ms. `ntp`: sender's wall clock for it, ms, if known. */
  place(rtp: number, arrival: number, ntp?: number): Placed {
    if (this.#byArrival !== null) return this.#placeByArrival(this.#byArrival, arrival)
    const run = this.#run
    if (run === null) return this.#begin(rtp, arrival, false)
    const ticks = rtp - run.rtp
    const wall = this.#wall(run, ticks)
    const late = arrival - wall
    if (rtp - this.#newest < (-limits.CLOCK_BACK_MS * this.#rate) / 1000 || late < -limits.CLOCK_JUMP_MS)
      return this.#jump(rtp, arrival)
    this.#stuck = rtp > this.#newest ? 0 : this.#stuck + 1
    if (this.#stuck >= limits.CLOCK_STUCK_FRAMES) return this.#giveUp(arrival)
    this.#newest = Math.max(this.#newest, rtp)
    if (this.#follow(run, late, arrival)) return this.#jump(rtp, arrival)
    if (ntp !== undefined) this.#offset = wall - ntp
    return { ticks, wallMs: wall, jump: false }
  }

  /** Moves the mapping: `ms` later. */
  shift(ms: number): void {
    if (this.#run === null || this.broken) return
    this.#run.wall += ms
    if (this.#offset !== null) this.#offset += ms
  }

  #wall(run: { rtp: number; wall: number }, ticks: number): number {
    return run.wall + (ticks * 1000) / this.#rate
  }

  #begin(rtp: number, arrival: number, jump: boolean): Placed {
    this.#run = { rtp, wall: arrival }
    this.#newest = rtp
    this.#stuck = 0
    this.#window = null
    this.#offset = null
    return { ticks: 0, wallMs: arrival, jump }
  }

  #jump(rtp: number, arrival: number): Placed {
    this.#jumps = this.#jumps.filter(at => Math.abs(arrival - at) < limits.CLOCK_BROKEN_WINDOW_MS)
    this.#jumps.push(arrival)
    return this.#jumps.length >= limits.CLOCK_BROKEN_JUMPS ? this.#giveUp(arrival) : this.#begin(rtp, arrival, true)
  }

  #giveUp(arrival: number): Placed {
    this.#byArrival = { ticks: 0, arrival }
    this.#offset = null
    return { ticks: 0, wallMs: arrival, jump: true }
  }

  #placeByArrival(last: { ticks: number; arrival: number }, arrival: number): Placed {
    const passed = arrival - last.arrival
    if (passed < 0 || passed > limits.PART_MAX_MS) return this.#giveUp(arrival)
    // Frames that arrive together still need times of their own, in order.
    const ticks = Math.max(last.ticks + 1, last.ticks + Math.round((passed * this.#rate) / 1000))
    const wallMs = Math.max(arrival, last.arrival)
    this.#byArrival = { ticks, arrival: wallMs }
    return { ticks, wallMs, jump: false }
  }

  /** Judges the window when it is over; true when the clock jumped. */
  #follow(run: { wall: number }, late: number, arrival: number): boolean {
    const window = this.#window
    if (window === null || arrival < window.from) {
      this.#window = { from: arrival, least: late }
      return false
    }
    window.least = Math.min(window.least, late)
    if (arrival - window.from < limits.CLOCK_WINDOW_MS) return false
    this.#window = null
    if (window.least > limits.CLOCK_JUMP_MS) return true
    this.#shiftBy(run, Math.max(-limits.CLOCK_SLEW_MS, Math.min(limits.CLOCK_SLEW_MS, window.least)))
    return false
  }

  #shiftBy(run: { wall: number }, ms: number): void {
    run.wall += ms
    if (this.#offset !== null) this.#offset += ms
  }
}

/**
 * Brings sound to the picture: both were anchored to arrival, which differs by the sender's and the network's buffering. Sender
 * reports (RFC 3550 §6.4.1) tell the true difference; it is believed when it is small. The first correction is made at once.
 */
export function alignSound(picture: TrackTimeline, sound: TrackTimeline, first: boolean): boolean {
  const pictureOffset = picture.senderOffset
  const soundOffset = sound.senderOffset
  if (pictureOffset === null || soundOffset === null) return false
  const error = pictureOffset - soundOffset
  if (Math.abs(error) > limits.SYNC_MAX_MS) return false
  sound.shift(first ? error : Math.max(-limits.CLOCK_SLEW_MS, Math.min(limits.CLOCK_SLEW_MS, error)))
  return true
}
