import type { RtpPacket } from './rtp.ts'

/** Packets kept back at most, waiting for one that overtook. */
export const REORDER_PACKETS = 32
/** A hole is given up after so long, ms. */
export const REORDER_MS = 60

type Held = { readonly packet: RtpPacket; readonly arrival: number }

/** Puts UDP packets back in order; what does not come in time counts as lost. */
export class Reorder {
  readonly #deliver: (packet: RtpPacket, arrival: number) => void
  readonly #held = new Map<number, Held>()
  #next: number | null = null

  constructor(deliver: (packet: RtpPacket, arrival: number) => void) {
    this.#deliver = deliver
  }

  /** The packet's payload may be a view that is good only now: what has to wait is copied. */
  push(packet: RtpPacket, arrival: number): void {
    if (this.#next === null) this.#next = packet.sequence
    const ahead = (packet.sequence - this.#next) & 0xffff
    if (ahead === 0) {
      this.#give(packet, arrival)
      this.#drain()
      return
    }
    if (ahead > 0xff00) return
    this.#held.set(packet.sequence, { packet: { ...packet, payload: Buffer.from(packet.payload) }, arrival })
    const oldest = Math.min(...[...this.#held.values()].map(held => held.arrival))
    if (this.#held.size > REORDER_PACKETS || arrival - oldest > REORDER_MS || ahead > 1000) this.#skip()
  }

  /** Gives the hole up: goes on with the earliest packet that is held. */
  #skip(): void {
    const from = this.#next ?? 0
    const [first] = [...this.#held.keys()].sort((a, b) => ((a - from) & 0xffff) - ((b - from) & 0xffff))
    if (first === undefined) return
    this.#next = first
    this.#drain()
  }

  #drain(): void {
    for (let held = this.#held.get(this.#next ?? -1); held; held = this.#held.get(this.#next ?? -1)) {
      this.#held.delete(held.packet.sequence)
      this.#give(held.packet, held.arrival)
    }
  }

  #give(packet: RtpPacket, arrival: number): void {
    this.#next = (packet.sequence + 1) & 0xffff
    this.#deliver(packet, arrival)
  }
}
