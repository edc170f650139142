import type { CourierReport } from '@hausrecht/client/courier'
import { MemoryStore } from '@hausrecht/client/memory-store'
import { until } from '@hausrecht/testkit/until'
import { afterEach, expect, test } from 'vitest'
import { FOLLOW_FIRST_MS, FOLLOW_LEAST_MS, FOLLOW_WOKEN_MS, Follower } from './follower.ts'

const report: CourierReport = { sentTo: [], unable: [], released: 0, received: [], refused: [], waiting: 0 }

/** A vault that has no news and holds the line until it is hung up. */
class Quiet {
  readonly rounds: number[] = []
  waiting = 0
  away = false
  readonly follower = new Follower({
    device: {
      chain: { entries: [], known: null },
      clock: { now: () => 0 },
      store: new MemoryStore(),
      vault: {
        listEntries: (_from, _wait, { signal } = {}) =>
          new Promise((_, reject) => {
            this.waiting += 1
            signal?.addEventListener('abort', () => {
              this.waiting -= 1
              reject(signal.reason)
            })
          }),
      },
    },
    round: async () => {
      this.rounds.push(performance.now())
      if (this.away) throw new Error('away')
      return report
    },
    onOrders: async () => {},
    onProblem: () => {},
  })
}

let quiet: Quiet | null = null
afterEach(() => quiet?.follower.close())

test('news makes it look at once, without the rest between two looks', async () => {
  quiet = new Quiet()
  await until(() => quiet?.waiting === 1, { what: 'the wait' })
  const began = performance.now()
  quiet.follower.wake()
  await until(() => quiet?.rounds.length === 2, { what: 'a second look' })
  expect((quiet.rounds[1] ?? 0) - began).toBeLessThan(FOLLOW_LEAST_MS)
  expect(quiet.follower.problem).toBeNull()
  expect(quiet.waiting).toBeLessThanOrEqual(1)
})

test('news that never ends does not make it look without end', async () => {
  quiet = new Quiet()
  const timer = setInterval(() => quiet?.follower.wake(), 1)
  await until(() => (quiet?.rounds.length ?? 0) > 5, { what: 'looks' })
  clearInterval(timer)
  const { rounds } = quiet
  for (const [i, at] of rounds.slice(1).entries()) expect(at - (rounds[i] ?? 0)).toBeGreaterThan(FOLLOW_WOKEN_MS - 5)
})

test('news ends the wait after a failure', async () => {
  quiet = new Quiet()
  quiet.away = true
  await until(() => quiet?.follower.problem !== null, { what: 'a failure' })
  quiet.away = false
  const began = performance.now()
  quiet.follower.wake()
  await until(() => quiet?.follower.problem === null, { what: 'a good look' })
  expect(performance.now() - began).toBeLessThan(FOLLOW_FIRST_MS / 2)
})

test('closes while it waits', async () => {
  quiet = new Quiet()
  await until(() => quiet?.waiting === 1, { what: 'the wait' })
  await quiet.follower.close()
  expect(quiet.waiting).toBe(0)
})
