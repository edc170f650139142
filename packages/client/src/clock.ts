/** Where time comes from, so that tests can turn it. `now` is ms since 1970 UTC. */
export type Clock = { now(): number }

export const systemClock: Clock = { now: () => Date.now() }
