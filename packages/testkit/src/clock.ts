/** A clock that tests turn. Runs with the real one from where it was set, so that signed requests stay within their window. */
export class TestClock {
  #offset = 0
  now(): number {
    return Date.now() + this.#offset
  }
  /** Forward (or back) by so many ms. */
  turn(ms: number): void {
    this.#offset += ms
  }
}
