import { firstKept } from '@hausrecht/chain/retention'
import type { HouseholdState } from '@hausrecht/chain/state'
import type { DeleteRange } from '@hausrecht/chain/types'
import { type HouseholdId, parseHouseholdId } from '@hausrecht/crypto/ids'
import type { Logger } from 'pino'
import type { Database } from '../db/connect.ts'
import type { Households } from '../households/households.ts'
import type { Purge } from './purge.ts'

/** Rules end recordings by the hour; this finds the next hour soon enough. */
export const EXPIRE_EVERY_MS = 600_000

/** Removes what households do not keep any more, by their own rules: nobody has to ask, and their devices need not be there. */
export class Expiry {
  readonly #db: Database
  readonly #households: Pick<Households, 'state'>
  readonly #purge: Pick<Purge, 'order' | 'wake'>
  readonly #now: () => number
  readonly #log: Logger
  readonly #timer: NodeJS.Timeout
  #running: Promise<void>

  constructor(options: {
    db: Database
    households: Pick<Households, 'state'>
    purge: Pick<Purge, 'order' | 'wake'>
    /** What witnesses have signed at the most, ms: what is removed too early is lost. */
    now: () => number
    log: Logger
    everyMs: number
  }) {
    this.#db = options.db
    this.#households = options.households
    this.#purge = options.purge
    this.#now = options.now
    this.#log = options.log
    this.#running = this.#round()
    this.#timer = setInterval(() => {
      this.#running = this.#running.then(() => this.#round())
    }, options.everyMs)
    this.#timer.unref()
  }

  /** Removes what has ended of one household, now. */
  async household(id: HouseholdId): Promise<void> {
    const ended = endedRanges(await this.#households.state(id), this.#now())
    if (ended.length === 0) return
    await this.#purge.order(id, ended)
    this.#purge.wake()
  }

  async close(): Promise<void> {
    clearInterval(this.#timer)
    await this.#running
  }

  async #round(): Promise<void> {
    try {
      for (const { id } of await this.#db.selectFrom('household').select('id').execute())
        await this.household(parseHouseholdId(id))
    } catch (error) {
      this.#log.error({ reason: String(error) }, 'what has ended was not removed; it is tried again')
    }
  }
}

const endedRanges = (state: HouseholdState, now: number): readonly DeleteRange[] =>
  [...state.streams.keys()].flatMap(stream => {
    const first = firstKept(state, stream, now)
    return first === 0 ? [] : [{ stream, lo: 0, hi: first - 1 }]
  })
