import type { StreamId } from '@hausrecht/crypto/ids'
import { type GrantedAccess, requestAccess } from './access.ts'
import type { LeafRange } from './key-store.ts'
import type { OpenDevice } from './open-device.ts'

/** A token is renewed this long before it ends, ms. */
const RENEW_BEFORE_MS = 60_000

type Kept = LeafRange & { readonly granted: Promise<GrantedAccess>; expires: number }

/**
 * Logged accesses of a device, each used for as long as it is good: whoever moves about in a day does not write a line into the log
 * for every glance, and the line says the day.
 */
export class Accesses {
  readonly #device: OpenDevice
  readonly #widen: (range: LeafRange) => LeafRange
  readonly #kept = new Map<StreamId, Kept[]>()

  /** `widen`: the range to ask for so that the next glance is covered too; it contains the range it is given. */
  constructor(device: OpenDevice, widen: (range: LeafRange) => LeafRange = range => range) {
    this.#device = device
    this.#widen = widen
  }

  /**
   * An access that covers the range: one that is kept, or a new one. Others may wait for the same one, so that it is not given up with
   * `signal`; only the waiting is. @throws as `requestAccess`
   */
  async for(stream: StreamId, { lo, hi }: LeafRange, signal?: AbortSignal): Promise<GrantedAccess> {
    signal?.throwIfAborted()
    const now = this.#device.clock.now()
    const kept = (this.#kept.get(stream) ?? []).filter(access => now <= access.expires - RENEW_BEFORE_MS)
    const known = kept.find(access => access.lo <= lo && hi <= access.hi)
    if (known !== undefined) return known.granted
    const range = this.#widen({ lo, hi })
    const granted = requestAccess(this.#device, stream, range)
    const access: Kept = { ...range, granted, expires: Number.POSITIVE_INFINITY }
    this.#kept.set(stream, [...kept, access])
    try {
      access.expires = (await granted).expires
    } catch (error) {
      this.#forget(stream, access)
      throw error
    }
    return granted
  }

  #forget(stream: StreamId, access: Kept): void {
    this.#kept.set(
      stream,
      (this.#kept.get(stream) ?? []).filter(other => other !== access),
    )
  }
}
