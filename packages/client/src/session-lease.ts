import type { Channel } from './channel/channel.ts'
import type { OpenDevice } from './open-device.ts'
import { fetchKeys, LEASE_METHOD } from './session-keys.ts'

/** A lease is renewed when this part of it is left. */
const RENEW_AT = 0.75

/**
 * The time for which a browser may use the keys it was given. It ends when no hub has answered for as long as the household's lease
 * says: then the keys are forgotten, and the hub may tell the others so, though it hears nothing (docs/deletion.md). Counted from before
 * the hub was asked, so that it ends here before it ends there.
 */
export class SessionLease {
  readonly #device: OpenDevice
  readonly #monotonic: () => number
  #asked: { readonly wall: number; readonly ran: number } | null = null

  /** `monotonic`: ms that never go back; a wall clock may be set back, and one that stops while a computer sleeps is not enough either. */
  constructor(device: OpenDevice, monotonic: () => number = () => performance.now()) {
    this.#device = device
    this.#monotonic = monotonic
  }

  /** ms that are left; 0 when it has run out or nothing was lent. */
  get left(): number {
    if (this.#asked === null) return 0
    const passed = Math.max(this.#device.clock.now() - this.#asked.wall, this.#monotonic() - this.#asked.ran)
    return Math.max(0, (this.#device.chain.known?.lease ?? 0) * 60_000 - passed)
  }

  /** Fetches the keys: the lease begins. */
  async fetch(channel: Channel): Promise<void> {
    const asked = this.#now()
    await fetchKeys(this.#device, channel)
    this.#asked = asked
  }

  /** Asks for more time when some of it is used up. */
  async renew(channel: Channel): Promise<void> {
    if (this.left > (this.#device.chain.known?.lease ?? 0) * 60_000 * RENEW_AT) return
    const asked = this.#now()
    await channel.request(LEASE_METHOD)
    this.#asked = asked
  }

  /** Forgets all keys if the lease has run out. True when it did so now. */
  async end(): Promise<boolean> {
    const { keys } = this.#device
    if (this.left > 0 || keys.held().length === 0) return false
    this.#asked = null
    for (const name of keys.held()) await keys.forget(name)
    return true
  }

  #now(): { readonly wall: number; readonly ran: number } {
    return { wall: this.#device.clock.now(), ran: this.#monotonic() }
  }
}
