import { join } from 'node:path'
import { tempFolder } from '@hausrecht/testkit/temp'
import { until } from '@hausrecht/testkit/until'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { frameNumbers, jumps } from './frame-numbers.ts'
import { waitForPart } from './processes.ts'
import { ask, freePorts, type Product, start } from './product.ts'

/** How long the vault is away. The hub is killed half-way through, and stopped in order a while later. */
const AWAY_MS = 10 * 60_000
const FPS = 25
const LIMIT_MS = 16 * 60_000

const [data, outputs] = [tempFolder('lost'), tempFolder('lost-out')]
const at = ['--data', data.path] as const
let product: Product

beforeAll(async () => {
  product = await start(data.path, await freePorts())
})
afterAll(async () => {
  await product?.stop()
  for (const folder of [data, outputs]) folder.remove()
})

type Gap = { track: string; from: number; to: number; reason: string }

const gapsOf = (exported: Record<string, unknown>): readonly Gap[] =>
  Array.isArray(exported.gaps) ? exported.gaps : []

const sealedAt = async (): Promise<number> => {
  const { cameras } = await ask(['status', ...at])
  const first: unknown = Array.isArray(cameras) ? cameras[0] : undefined
  const value = first && typeof first === 'object' && 'sealedAt' in first ? first.sealedAt : undefined
  return typeof value === 'number' ? value : 0
}
const reached = (time: number): Promise<true> =>
  until(async () => (await sealedAt()) >= time, {
    what: `recorded up to ${new Date(time).toISOString()}`,
    timeoutMs: AWAY_MS,
  }).then(() => true)

test('no frame is lost, repeated or moved while the vault is away for ten minutes and the hub is killed', {
  timeout: LIMIT_MS,
}, async () => {
  await reached(1)
  const from = (await sealedAt()) + 2000
  await reached(from)
  const vault = await waitForPart(product.child.pid, 'vault')
  const hub = await waitForPart(product.child.pid, 'hub')
  const away = Date.now()
  process.kill(vault, 'SIGSTOP')
  try {
    await reached(away + AWAY_MS / 2)
    process.kill(hub, 'SIGKILL')
    await waitForPart(product.child.pid, 'hub', hub)
    await reached(away + AWAY_MS)
  } finally {
    process.kill(vault, 'SIGCONT')
  }
  const to = await sealedAt()
  // An export reads from the vault only: it is complete when everything sealed by now has reached it.
  await until(
    async () => {
      const { waiting } = await ask(['status', ...at])
      const since =
        waiting && typeof waiting === 'object' && 'since' in waiting ? Number(waiting.since) : Number.POSITIVE_INFINITY
      return since > to
    },
    { what: 'the spool is sent', timeoutMs: 240_000 },
  )
  const file = join(outputs.path, 'all.mp4')
  const exported = await ask([
    'export',
    'sample',
    new Date(from).toISOString(),
    new Date(to - 1000).toISOString(),
    file,
    ...at,
  ])
  expect(exported).toMatchObject({ missing: [], damaged: [], deleted: [] })
  const gaps = gapsOf(exported).filter(({ track }) => track === 'picture')
  expect(gaps.map(({ reason }) => reason)).toEqual(['hub_crashed'])

  const numbers = await frameNumbers(file)
  expect(numbers).not.toContain(null)
  expect(numbers.length).toBeGreaterThan((AWAY_MS / 1000) * FPS * 0.9)
  // The numbers go up by one from picture to picture; only where the hub was down they jump, by as much as the recorded gap is long.
  const [jump, ...others] = jumps(numbers)
  expect(others).toEqual([])
  const missing = ((jump?.by ?? 0) - 1) / FPS
  const told = ((gaps[0]?.to ?? 0) - (gaps[0]?.from ?? 0)) / 1000
  expect(missing).toBeGreaterThan(0)
  expect(Math.abs(missing - told)).toBeLessThan(1)
})
