import { atLeast, below, median, report } from './lib.ts'
import type { Timings } from './web/open.ts'
import { ask, openBench } from './web/pages.ts'

/**
 * Opening a sealed segment of 1 MiB in a worker of Chromium, the code of the app: header, keys, commitment, 65 chunks, payload. Paired
 * with WebCrypto's AES-256-GCM of 1 MiB in one piece, in the same worker.
 */
const ROUNDS = 41
const GOAL = 0.5
const GOAL_MS = 10

const bench = await openBench(['open'])
try {
  await ask<Timings>(bench.page, 'run', 5)
  const { bytes, ours, peer } = await ask<Timings>(bench.page, 'run', ROUNDS)
  const [our, their] = [median(ours), median(peer)]
  const speed = (size: number, ms: number): number => size / 1e3 / ms
  report('open', {
    open: atLeast(speed(bytes, our), speed(1 << 20, their), GOAL, 'MB/s'),
    time: below(our, their, GOAL_MS, 'ms'),
  })
} finally {
  await bench.close()
}
