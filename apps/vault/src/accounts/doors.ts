import { LIMITS } from '@hausrecht/contract/limits'
import type { Clock, DoorRates, Rate } from '../config.ts'
import { VaultRefusal } from '../errors.ts'

export const DOOR_RATES: DoorRates = {
  address: { burst: LIMITS.doorAddressBurst, perMinute: LIMITS.doorAddressPerMinute },
  household: { burst: LIMITS.doorHouseholdBurst, perMinute: LIMITS.doorHouseholdPerMinute },
  all: { burst: LIMITS.doorAllBurst, perMinute: LIMITS.doorAllPerMinute },
}

const MINUTE_MS = 60_000

/** Token buckets by name (RFC 2698 in spirit): each fills up to its burst, and is forgotten when it is full again. */
export class Buckets {
  readonly #rate: Rate
  readonly #max: number
  /** Tokens left, and when that was. */
  readonly #buckets = new Map<string, { tokens: number; at: number }>()

  constructor(rate: Rate, max: number = LIMITS.doorBuckets) {
    this.#rate = rate
    this.#max = max
  }

  /** Takes a token; ms until there is one otherwise, and none is taken. */
  take(name: string, now: number): number {
    const { burst, perMinute } = this.#rate
    const known = this.#buckets.get(name)
    const tokens = known === undefined ? burst : this.#filled(known, now)
    if (tokens < 1) return Math.ceil(((1 - tokens) / perMinute) * MINUTE_MS)
    this.#buckets.delete(name)
    if (known === undefined && this.#buckets.size >= this.#max) this.#makeRoom(now)
    this.#buckets.set(name, { tokens: tokens - 1, at: now })
    return 0
  }

  get size(): number {
    return this.#buckets.size
  }

  #filled({ tokens, at }: { tokens: number; at: number }, now: number): number {
    const { burst, perMinute } = this.#rate
    return Math.min(burst, tokens + (Math.max(0, now - at) / MINUTE_MS) * perMinute)
  }

  /** Full ones say nothing that a new one does not; if none is full, the one that was used longest ago goes. */
  #makeRoom(now: number): void {
    for (const [name, bucket] of this.#buckets)
      if (this.#filled(bucket, now) >= this.#rate.burst) this.#buckets.delete(name)
    if (this.#buckets.size < this.#max) return
    const [oldest] = this.#buckets.keys()
    if (oldest !== undefined) this.#buckets.delete(oldest)
  }
}

/** The doors that strangers may knock at: sign-in, and asking to join. Counted before any work is done for them. */
export class Doors {
  readonly #clock: Clock
  readonly #address: Buckets
  readonly #household: Buckets
  readonly #all: Buckets

  constructor(clock: Clock, rates: DoorRates = DOOR_RATES) {
    this.#clock = clock
    this.#address = new Buckets(rates.address)
    this.#household = new Buckets(rates.household)
    this.#all = new Buckets(rates.all, 1)
  }

  /** @param household that is asked for, if any @throws VaultRefusal too_many with Retry-After */
  knock(address: string, household?: string): void {
    const now = this.#clock.now()
    // The address first: who knocks too often uses up nothing of others.
    const wait =
      this.#address.take(networkOf(address), now) ||
      (household === undefined ? 0 : this.#household.take(household, now)) ||
      this.#all.take('', now)
    if (wait > 0) throw new VaultRefusal('too_many', { retryAfter: Math.max(1, Math.ceil(wait / 1000)) })
  }
}

/** An IPv4 address, or the /64 of an IPv6 address: a home has all of its addresses. */
export function networkOf(address: string): string {
  if (!address.includes(':')) return address
  const plain = address.split('%')[0] ?? ''
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(plain)?.[1]
  if (mapped !== undefined) return mapped
  const [head = '', tail = ''] = plain.split('::')
  const groups = head === '' ? [] : head.split(':')
  const rest = tail === '' ? [] : tail.split(':')
  const zeros = plain.includes('::')
    ? Array.from({ length: Math.max(0, 8 - groups.length - rest.length) }, () => '0')
    : []
  return [...groups, ...zeros, ...rest]
    .slice(0, 4)
    .map(group => group.toLowerCase().replace(/^0+(?=.)/, ''))
    .join(':')
}
