/** What the relay has done since the start, for the operator: nothing about a household. */
export type RelayCounters = {
  connected: number
  refused: number
  messages: number
  /** Live parts that came, went to a watcher, and were left out for one. */
  parts: number
  shown: number
  shownBytes: number
  dropped: number
}

export const relayCounters = (): RelayCounters => ({
  connected: 0,
  refused: 0,
  messages: 0,
  parts: 0,
  shown: 0,
  shownBytes: 0,
  dropped: 0,
})
