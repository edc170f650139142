import type { Outcome } from './checks.ts'

/**
 * How far a leaf's time may lie before one that stands before it in the log. Devices' clocks: the vault takes entries that are up to a day
 * off its own clock, to either side. The vault's clock: accesses of one moment are logged in any order, and clocks are set.
 */
export const TIME_BOUNDS = { device: 2 * 24 * 3600_000, vault: 5 * 60_000 } as const

/** Notices times that run backwards. A device's time is held against every leaf before it, the vault's against the vault's. */
export class Times {
  readonly #outcome: Outcome
  #newest = 0
  #newestOfVault = 0

  constructor(outcome: Outcome) {
    this.#outcome = outcome
  }

  see(index: number, time: number, clock: keyof typeof TIME_BOUNDS): void {
    const mostMs = TIME_BOUNDS[clock]
    const ms = (clock === 'vault' ? this.#newestOfVault : this.#newest) - time
    if (ms > mostMs) this.#outcome.fail({ code: 'time_backwards', leaf: index, ms, mostMs })
    this.#newest = Math.max(this.#newest, time)
    if (clock === 'vault') this.#newestOfVault = Math.max(this.#newestOfVault, time)
  }
}
