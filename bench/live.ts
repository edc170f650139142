import { join } from 'node:path'
import { startProgram, waitForOutput } from '../packages/testkit/src/program.ts'
import { atMost, below, median, p95, report } from './lib.ts'
import { openHousehold } from './web/household.ts'
import type { Latencies } from './web/live.ts'
import { ask } from './web/pages.ts'

/**
 * From the camera's clock, burnt into its picture, to the callback for a picture on the screen of Chromium: camera, hub, seal, vault,
 * engine, player. Paired with a player in the same page that is given the same camera's frames unsealed, in parts of the same length,
 * by one small program, with the same rule for how far behind to stay. With sound, both at the same time.
 */
/** Where a player comes to stand depends a little on when it began: it begins anew in each round. */
const ROUNDS = 7
const WARM_MS = 6000
const ROUND_MS = 8000
const GOAL = 1.2
const GOAL_MS = 1000

const bench = await openHousehold(['live'])
const feed = await startProgram(process.execPath, [join(import.meta.dirname, 'web/plain-feed.ts'), bench.camera])
try {
  const { port } = JSON.parse(await waitForOutput(feed, /\{.*\}\n/))
  const rounds: Latencies[] = []
  for (let i = 0; i <= ROUNDS; i++)
    rounds.push(await ask<Latencies>(bench.page, 'play', `ws://127.0.0.1:${port}`, WARM_MS, ROUND_MS))
  // The first is for warming up.
  const played = rounds.slice(1)
  for (const { ours, peer, unreadable } of played)
    process.stderr.write(
      `median ${median(ours)} and ${median(peer)} ms of ${ours.length} and ${peer.length} pictures, ${unreadable} unreadable\n`,
    )
  const figure = (name: 'ours' | 'peer', of: (values: readonly number[]) => number): number =>
    median(played.map(round => of(round[name])))
  report('live', {
    p50: atMost(figure('ours', median), figure('peer', median), GOAL, 'ms'),
    p95: below(figure('ours', p95), figure('peer', p95), GOAL_MS, 'ms'),
  })
} finally {
  await feed.stop()
  await bench.close()
}
