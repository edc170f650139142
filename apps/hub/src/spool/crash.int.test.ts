import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { newStreamId } from '@hausrecht/crypto/ids'
import { type CrashPoint, type CrashTwin, crashPoints, dieAt, each } from '@hausrecht/testkit/crash/twin'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { CRASH_SPOOL, crashBlob, isNamed } from './crash-facts.ts'
import { Spool } from './spool.ts'

const twin: CrashTwin = { program: join(import.meta.dirname, 'crash-scenario.ts'), files: ['apps/hub/src/spool/'] }
const STREAM = newStreamId()
let folder = ''
let points: readonly CrashPoint[] = []
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hausrecht-spool-crash-'))
  points = await crashPoints(twin, [join(folder, 'trace'), STREAM])
})
afterAll(() => rm(folder, { recursive: true, force: true }))

const numbersOf = (lines: readonly string[], word: string): readonly number[] =>
  lines.filter(line => line.startsWith(`${word} `)).map(line => Number(line.split(' ')[1]))

async function onDisk(dir: string): Promise<string> {
  const names = await readdir(dir)
  return (await Promise.all(names.map(name => readFile(join(dir, name), 'latin1')))).join('')
}

/** Starts again where the other one died, as the hub does: orders are applied anew before anything else. */
async function recovers(dir: string, lines: readonly string[], at: string): Promise<void> {
  const spool = await Spool.open({ dir, ...CRASH_SPOOL })
  const wiped = lines.includes('wiped')
  // What came after the order was not named by it.
  const lastNamed = numbersOf(lines, 'start')[0] ?? 0
  const named = (sequence: number): boolean => isNamed({ sequence }) && sequence < lastNamed + 12
  if (!wiped) await spool.wipe(meta => named(meta.sequence))
  const left: number[] = []
  for (let entry = await spool.take(); entry !== null; entry = await spool.take()) {
    expect(entry.blob).toEqual(crashBlob(entry.meta.sequence))
    left.push(entry.meta.sequence)
  }
  expect(left).toEqual([...new Set(left)].sort((a, b) => a - b))
  expect(left.filter(named)).toEqual([])
  const sent = numbersOf(lines, 'sent')
  const due = numbersOf(lines, 'stored').filter(number => !named(number) && !sent.includes(number))
  expect(left).toEqual(expect.arrayContaining(due))
  // No leaf, no number is ever used a second time.
  expect(spool.states.get(STREAM, 1)?.nextSequence ?? 0).toBeGreaterThan(Math.max(-1, ...numbersOf(lines, 'stored')))
  const bytes = await onDisk(dir)
  const all = Array.from({ length: lastNamed + 12 }, (_, number) => number)
  expect(
    all.filter(number => named(number) && bytes.includes(`<object ${number}>`)),
    at,
  ).toEqual([])
  await spool.close()
}

test('killed behind every statement of the spool: nothing durable is lost, nothing wiped is left, nothing is numbered twice', async () => {
  expect(points.length).toBeGreaterThan(100)
  await each(points, 2, async point => {
    const dir = join(folder, `${point.name.replaceAll('/', '_')}-${point.pass}`)
    const lines = await dieAt(twin, [dir, STREAM], point)
    await recovers(dir, lines, `${point.name} ${lines.join()}`)
  })
}, 600_000)
