import type { Order } from '@hausrecht/chain/state'
import type { LoggedEntry } from '@hausrecht/client/chain-state'
import type { CourierReport } from '@hausrecht/client/courier'
import type { OpenDevice } from '@hausrecht/client/device'
import { appliedOrders } from '@hausrecht/client/follow-orders'
import { Backoff, pause } from './backoff.ts'

/** Waits after a vault that does not answer. */
export const FOLLOW_FIRST_MS = 1000
export const FOLLOW_MOST_MS = 30_000
/** Two rounds are at least this far apart, whatever the vault answers. */
export const FOLLOW_LEAST_MS = 500
/** The same when somebody said that there is news: a vault that always says so must not keep this process busy. */
export const FOLLOW_WOKEN_MS = 50
/** How long a round waits at the vault for a new entry: devices that join wait for this hub's answers. */
export const FOLLOW_WAIT_SECONDS = 2

export type FollowerOptions = {
  readonly device: Pick<OpenDevice, 'clock' | 'store'> & {
    readonly chain: Pick<OpenDevice['chain'], 'entries' | 'known'>
    readonly vault: Pick<OpenDevice['vault'], 'listEntries'>
  }
  /** One round of the courier: follows the log, obeys it, hands keys to devices that are owed them. */
  readonly round: () => Promise<CourierReport>
  /** New delete orders: their keys are gone already. Awaited before the next look. */
  readonly onOrders: (orders: readonly Order[]) => Promise<void>
  /** The chain has grown; all of it at first. Awaited before the next look. */
  readonly onEntries?: (entries: readonly LoggedEntry[]) => Promise<void>
  readonly onReport?: (report: CourierReport) => void
  readonly onProblem: (error: unknown) => void
}

/**
 * Follows the household's log round by round: every new entry is verified, delete orders are applied to keys and spool at once,
 * generations that a removal demands are started, keys go to devices that were let in. Waits at the vault for news, so that an order
 * takes effect within a second of being logged.
 */
export class Follower {
  readonly #options: FollowerOptions
  readonly #stop = new AbortController()
  #syncedAtMs: number | null = null
  #problem: string | null = null
  #applied = 0
  #seen = 0
  #known = 0
  #woken = new AbortController()
  readonly #done: Promise<void>

  constructor(options: FollowerOptions) {
    this.#options = options
    this.#done = this.#run()
  }

  get syncedAtMs(): number | null {
    return this.#syncedAtMs
  }

  /** Why the newest look failed; null when it did not. */
  get problem(): string | null {
    return this.#problem
  }

  /** Delete orders that are durably applied to the keys of this device. */
  get appliedOrders(): number {
    return this.#applied
  }

  /** There is news: looks now. */
  wake(): void {
    this.#woken.abort()
  }

  async close(): Promise<void> {
    this.#stop.abort()
    await this.#done
  }

  async #run(): Promise<void> {
    const { signal } = this.#stop
    const backoff = new Backoff(FOLLOW_FIRST_MS, FOLLOW_MOST_MS)
    await this.#obey()
    while (!signal.aborted) {
      this.#woken = new AbortController()
      const woken = AbortSignal.any([signal, this.#woken.signal])
      try {
        await this.#look()
        backoff.reset()
        const least = pause(FOLLOW_LEAST_MS, woken)
        await this.#news(woken)
        await least
      } catch (error) {
        if (signal.aborted) return
        const said = error instanceof Error && 'code' in error ? String(error.code) : String(error)
        if (said !== this.#problem) this.#options.onProblem(error)
        this.#problem = said
        await pause(backoff.next(), woken)
      }
      if (this.#woken.signal.aborted) await pause(FOLLOW_WOKEN_MS, signal)
    }
  }

  /** Waits at the vault for a new entry, or until somebody says that there is one. */
  async #news(woken: AbortSignal): Promise<void> {
    const { chain, vault } = this.#options.device
    try {
      await vault.listEntries(chain.entries.length, FOLLOW_WAIT_SECONDS, { signal: woken, attempts: 1 })
    } catch (error) {
      if (!woken.aborted) throw error
    }
  }

  async #look(): Promise<void> {
    const report = await this.#options.round()
    this.#syncedAtMs = this.#options.device.clock.now()
    this.#problem = null
    await this.#obey()
    this.#options.onReport?.(report)
    const fresh = this.#options.device.chain.entries.slice(this.#known)
    this.#known += fresh.length
    if (fresh.length > 0) await this.#options.onEntries?.(fresh)
  }

  /** Orders were applied to the keys by `sync`, or when the device was opened; here the spool is told. */
  async #obey(): Promise<void> {
    const { device, onOrders } = this.#options
    const orders = device.chain.known?.orders ?? []
    const fresh = orders.slice(this.#seen)
    this.#seen = orders.length
    if (fresh.length > 0) await onOrders(fresh)
    this.#applied = await appliedOrders(device)
  }
}
