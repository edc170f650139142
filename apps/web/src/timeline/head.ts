/**
 * The moment that is shown. The player tells of it ten times a second, and late after a seek: between two words of it time is counted
 * on, and what was aimed at holds until the player is there.
 */
const AHEAD_MS = 400
const AIM_MS = 5000
const THERE_MS = 2500

export class Head {
  #told: number | null = null
  #toldAt = 0
  #rate = 0
  #aim: number | null = null
  #aimAt = 0

  /** The player's word, at a time of the frame clock. `rate` is 0 while it stands still. */
  tell(moment: number | null, rate: number, at: number): void {
    this.#told = moment
    this.#rate = rate
    this.#toldAt = at
    if (this.#aim !== null && moment !== null && Math.abs(moment - this.#aim) < THERE_MS) this.#aim = null
  }

  /** A person wants to be there. */
  aim(moment: number, at: number): void {
    this.#aim = moment
    this.#aimAt = at
  }

  forgetAim(): void {
    this.#aim = null
  }

  get aimed(): boolean {
    return this.#aim !== null
  }

  get moves(): boolean {
    return this.#aim === null && this.#told !== null && this.#rate > 0
  }

  at(now: number): number | null {
    if (this.#aim !== null) {
      if (now - this.#aimAt < AIM_MS) return this.#aim
      this.#aim = null
    }
    if (this.#told === null) return null
    return this.#told + Math.min(AHEAD_MS, Math.max(0, now - this.#toldAt)) * this.#rate
  }
}
